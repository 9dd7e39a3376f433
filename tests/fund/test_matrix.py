"""Who may do what with a call and with an application. Expectations by hand."""

import pytest

from fund.flow import ApplicationFlow, CallFlow
from tests.cast import Cast
from tests.matrix import Grid

pytestmark = pytest.mark.django_db

CALLS = Grid(
    CallFlow,
    """
                author colleague coauthor outsider lead other_lead former_lead assessor manager jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see           .      .         o        .        .    .          .           .        .       .      .           .         .          o       .    .        .        .     .
  announce      .      .         o        .        .    .          .           .        .       .      .           .         .          x       .    .        .        .     .
announced
  see           o      o         o        o        o    o          o           o        o       o      o           o         o          o       o    .        .        .     .
  begin_review  o      o         o        o        o    o          o           o        o       o      o           o         o          o       o    .        .        .     x
  cancel        o      o         o        o        o    o          o           o        o       o      o           o         o          x       o    .        .        .     .
reviewing
  see           o      o         o        o        o    o          o           o        o       o      o           o         o          o       o    .        .        .     .
  decide        o      o         o        o        o    o          o           o        o       o      o           o         o          x       o    .        .        .     .
decided
  see           o      o         o        o        o    o          o           o        o       o      o           o         o          o       o    .        .        .     .
  close         o      o         o        o        o    o          o           o        o       o      o           o         o          x       o    .        .        .     .
closed
  see           o      o         o        o        o    o          o           o        o       o      o           o         o          o       o    .        .        .     .
cancelled
  see           o      o         o        o        o    o          o           o        o       o      o           o         o          o       o    .        .        .     .
""",
    owner="officer",
    unit="RLK",
)

APPLICATIONS = Grid(
    ApplicationFlow,
    """
                  author colleague coauthor outsider lead other_lead former_lead assessor manager jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see             o      .         o        .        .    .          .           .        .       .      .           .         .          .       .    .        .        .     .
  submit          x      .         o        .        .    .          .           .        .       .      .           .         .          .       .    .        .        .     .
submitted
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  revise          x      .         x        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  sign            o      .         o        .        .    .          .           .        x       .      .           o         .          o       .    .        .        .     .
  refuse_to_sign  o      .         o        .        .    .          .           .        x       .      .           o         .          o       .    .        .        .     .
  receive         o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     x
  withdraw        x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  call_off        o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     x
approved
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  revise          x      .         x        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  receive         o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     x
  withdraw        x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  call_off        o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     x
revising
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  resubmit        x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  keep            o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     x
  withdraw        x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  call_off        o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     x
screening
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  withdraw        x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  call_off        o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     x
  pass_on         o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  dismiss         o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
review
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  withdraw        x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  grant           o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  put_in_reserve  o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  decline         o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
reserve
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  withdraw        x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  move_up         o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  let_go          o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
granted
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  agree           x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  refuse_grant    x      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  plan_instalment o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  drop_instalment o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
running
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  plan_instalment o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  drop_instalment o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  report          x      .         x        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  approve_report  o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  send_back       o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  approve_payment o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  recall_payment  o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  pay             o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  ask_change      x      .         x        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  answer_change   o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  repay           o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  finish          o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  stop            o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
followed
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  stand_aside     o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
  follow_up       x      .         x        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  repay           o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
closed
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  repay           o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
stopped
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  repay           o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
declined
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
dismissed
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
  take_up         o      .         o        .        .    .          .           .        o       .      .           o         .          x       .    .        .        .     .
withdrawn
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
called_off
  see             o      .         o        .        .    .          .           .        o       .      .           o         .          o       .    .        .        .     .
""",
)
"""Experts are in no row: what they read, they read through their reviews."""


@pytest.mark.parametrize("state", CALLS.states)
def test_who_may_do_what_with_a_call(cast: Cast, state: str) -> None:
    CALLS.verify(state, cast)


@pytest.mark.strategy("B43-5")
@pytest.mark.parametrize("state", APPLICATIONS.states)
def test_who_may_do_what_with_an_application(cast: Cast, state: str) -> None:
    APPLICATIONS.verify(state, cast)
