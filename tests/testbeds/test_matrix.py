"""Who may do what with a request for a test. Expectations by hand."""

import pytest

from testbeds.flow import TestFlow
from tests.cast import Cast
from tests.matrix import Grid

pytestmark = pytest.mark.django_db

REQUESTS = Grid(
    TestFlow,
    """
                    author coauthor colleague outsider lead other_lead former_lead assessor manager jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see               o      o        .         .        .    .          .           .        .       .      .           .         .          .       .    .        .        .     .
  submit            x      o        .         .        .    .          .           .        .       .      .           .         .          .       .    .        .        .     .
submitted
  see               o      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  ask_completion    o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  withdraw          x      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  take_up           o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  decline           o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  flag_model        o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
completing
  see               o      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  hand_in           x      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  withdraw          x      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  flag_model        o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
review
  see               o      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  ask_completion    o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  withdraw          x      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  name_reviewer     o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  take_back_reviewer o     o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  review            o      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  declare_conflict  o      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  say_yes           o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  decline           o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
  flag_model        o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
conditional
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  withdraw          x      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  decline           o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  write_terms       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  waive_agreement   o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  sign_for_host     o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  sign              x      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  book              o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
booked
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  withdraw          x      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  write_terms       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  sign_for_host     o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  sign              x      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  book_more         o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  lose_time         o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     x
  begin             o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
running
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  book_more         o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  finish            o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  stop              o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
result_due
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  hand_in_result    x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  stop              o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
weighing
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  answer_survey     x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  go_on             o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  extend            o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  stop              o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
followed
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  stand_aside       o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  answer_survey     x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  share             o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  follow_up         o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  close             o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
closed
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  answer_survey     x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  share             o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
stopped
  see               o      o        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  answer_survey     x      x        .         .        .    o          .           .        .       .      .           o         o          .       o    .        .        .     .
  share             o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
  flag_model        o      o        .         .        .    o          .           .        .       .      .           o         o          .       x    .        .        .     .
declined
  see               o      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  flag_model        o      o        .         .        .    .          .           .        .       .      .           o         .          .       x    .        .        .     .
withdrawn
  see               o      o        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
  mark_secret       x      x        .         .        .    .          .           .        .       .      .           o         .          .       o    .        .        .     .
""",
)
"""From the yes on, the lead of another unit and the controller are those who have reviewed it: they see it, and have no step left. Who is
asked and has not handed in a review stands in test_reviewing.py."""


@pytest.mark.strategy("B44-1")
@pytest.mark.parametrize("state", REQUESTS.states)
def test_who_may_do_what_with_a_request(cast: Cast, state: str) -> None:
    REQUESTS.verify(state, cast)
