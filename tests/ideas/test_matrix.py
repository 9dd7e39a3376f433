"""Who may do what with an idea and a suggestion: each part of the cast, in each state, each move. Expectations by hand."""

import pytest

from ideas.flow import ChallengeFlow, IdeaFlow, SuggestionFlow
from tests.cast import Cast
from tests.matrix import Grid

IDEAS = Grid(
    IdeaFlow,
    """
                        author coauthor colleague outsider lead manager other_lead former_lead assessor jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see                   o      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
  submit                x      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
  submit_closed         o      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
  raise_from_suggestion o      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     x
rights
  see                   o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  open_up               o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  open_freed            o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  keep_closed           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  withdraw              x      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
protected
  see                   o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
  open_up               o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  open_freed            o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  keep_closed           o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
  conclude              o      o        .         .        .    .       .          .           .        x      .           .         .          .       .    .        .        .     .
concluded
  see                   o      o        .         .        .    .       .          .           .        o      .           .         .          .       .    .        .        .     .
submitted
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  send_to_rights        x      x        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  take_up               o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  pass_on               o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  stand_aside           o      o        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  join                  o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  withdraw              x      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
assessing
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  send_to_rights        x      x        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  ask_assessors         o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  stand_aside           o      o        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  send_back             o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  accept                o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  decline               o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  join                  o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  withdraw              x      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
returned
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  take_back             o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     x
  send_to_rights        x      x        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  hand_in               x      x        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  go_on                 o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  join                  o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  withdraw              x      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
joined
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  send_to_rights        x      x        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  part                  o      o        o         o        x    o       o          o           o        o      o           o         o          o       o    .        .        .     .
accepted
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  send_to_rights        x      x        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  ask_host              o      o        o         o        x    x       o          o           o        o      x           o         o          o       o    .        .        .     .
  consent               o      o        o         o        o    o       o          o           o        o      x           o         o          o       o    .        .        .     .
  try_out               o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  close                 o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
placing
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  send_to_rights        x      x        o         o        x    x       o          o           x        o      o           o         o          o       o    .        .        .     .
  ask_host              o      o        o         o        x    x       o          o           o        o      x           o         o          o       o    .        .        .     .
  accept_hosting        o      o        o         o        o    o       x          o           o        o      o           o         o          o       o    .        .        .     .
  decline_hosting       o      o        o         o        o    o       x          o           o        o      o           o         o          o       o    .        .        .     .
  pass_over             o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     x
  keep_here             o      o        o         o        x    x       o          o           o        o      x           o         o          o       o    .        .        .     .
declined
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
trying
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  evaluate              o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  close                 o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
evaluated
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  consent               o      o        o         o        o    o       o          o           o        o      x           o         o          o       o    .        .        .     .
  introduce             o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  develop               o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  try_again             o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  close                 o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
introduced
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  confirm_lasting       o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
  end_use               o      o        o         o        x    x       o          o           o        o      o           o         o          o       o    .        .        .     .
lasting
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
ended
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
closed
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
withdrawn
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
    """,
)
SUGGESTIONS = Grid(
    SuggestionFlow,
    """
                        author coauthor colleague outsider lead manager other_lead former_lead assessor jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see                   .      .        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
  receive               .      .        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     x
  import_in             .      .        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     x
received
  see                   .      .        .         .        o    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  take_up               .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  answer                .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  pass_on               .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  stand_aside           .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
looking
  see                   .      .        .         .        o    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  answer                .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  pass_on               .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  stand_aside           .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
answered
  see                   .      .        .         .        o    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  reopen                .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  publish               .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
  unpublish             .      .        .         .        x    o       .          .           o        .      o           o         o          .       .    .        .        .     .
    """,
    owner="",
    named={"assessor": "consult"},
)
CHALLENGES = Grid(
    ChallengeFlow,
    """
                        author coauthor colleague outsider lead manager other_lead former_lead assessor jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see                   o      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
  announce              x      o        .         .        .    .       .          .           .        .      .           .         .          .       .    .        .        .     .
announced
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
  extend                x      o        o         o        x    o       o          o           o        o      x           o         o          o       o    .        .        .     .
  settle                x      o        o         o        x    o       o          o           o        o      x           o         o          o       o    .        .        .     .
  cancel                x      o        o         o        x    o       o          o           o        o      x           o         o          o       o    .        .        .     .
answered
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
cancelled
  see                   o      o        o         o        o    o       o          o           o        o      o           o         o          o       o    .        .        .     .
    """,
)


@pytest.mark.trust(1)
@pytest.mark.strategy("B42-2", "B4-7", "B5-3", "B5-4")
@pytest.mark.parametrize("state", IDEAS.states)
def test_who_may_do_what_with_an_idea(cast: Cast, state: str) -> None:
    IDEAS.verify(state, cast)


@pytest.mark.trust(1)
@pytest.mark.strategy("B43-7")
@pytest.mark.parametrize("state", SUGGESTIONS.states)
def test_who_may_do_what_with_a_suggestion(cast: Cast, state: str) -> None:
    SUGGESTIONS.verify(state, cast)


@pytest.mark.trust(1)
@pytest.mark.strategy("B43-6")
@pytest.mark.parametrize("state", CHALLENGES.states)
def test_who_may_do_what_with_a_challenge(cast: Cast, state: str) -> None:
    CHALLENGES.verify(state, cast)
