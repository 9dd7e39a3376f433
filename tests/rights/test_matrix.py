"""Who may do what with a disclosure: its authors, the rights reviewer, and nobody else. Expectations by hand."""

import pytest

from rights.flow import DisclosureFlow
from tests.cast import Cast
from tests.matrix import Grid

DISCLOSURES = Grid(
    DisclosureFlow,
    """
                       author coauthor colleague outsider lead manager other_lead former_lead assessor jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see                  o      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
  notify               x      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
notified
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  take_up              o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  stand_aside          o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  ask_to_take_back     x      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  go_on                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  close_mistaken       o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  lapse                o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     x
assessing
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  ask_completion       o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  stand_aside          o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  ask_to_take_back     x      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  go_on                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  close_mistaken       o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  claim                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive_part           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  lapse                o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     x
completing
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  hand_in              x      x        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  stand_aside          o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  ask_to_take_back     x      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  go_on                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  close_mistaken       o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  claim                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive_part           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  lapse                o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     x
lapsed
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  stand_aside          o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive_part           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  let_open             o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  agree                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  close                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
decided
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  stand_aside          o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_claim        o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive_part           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  let_open             o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  agree                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  put_in_use           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  protect              o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  renew                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_protection   o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  compensate           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  note_payment         o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_compensation o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  close                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
agreed
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  stand_aside          o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive_part           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  let_open             o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  put_in_use           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  follow_up            o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_agreement    o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  protect              o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  renew                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_protection   o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  compensate           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  note_payment         o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_compensation o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  close                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
in_use
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  stand_aside          o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  waive_part           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  let_open             o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  follow_up            o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_agreement    o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  leave_unused         o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  protect              o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  renew                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_protection   o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  compensate           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  note_payment         o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_compensation o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  close                o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
waived
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  let_open             o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  note_payment         o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_compensation o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
closed
  see                  o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  let_open             o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  note_payment         o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  correct_compensation o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
    """,
)


@pytest.mark.trust(1)
@pytest.mark.strategy("B43-2")
@pytest.mark.parametrize("state", DISCLOSURES.states)
def test_who_may_do_what_with_a_disclosure(cast: Cast, state: str) -> None:
    DISCLOSURES.verify(state, cast)
