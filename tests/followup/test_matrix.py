"""Who may do what with an annual report, written by hand."""

import pytest

from followup.flow import ReportFlow
from tests.cast import Cast
from tests.matrix import Grid

GRID = Grid(
    ReportFlow,
    """
               author coauthor colleague outsider lead other_lead former_lead assessor manager jurist coordinator registrar controller officer host external inactive admin anonymous
draft
  see          o      .        .         .        .    .          .           .        .       .      o           .         o          .       .    .        .        .     .
  freeze       o      .        .         .        .    .          .           .        .       .      o           .         o          .       .    .        .        .     x
frozen
  see          o      .        .         .        .    .          .           .        .       .      o           .         o          .       .    .        .        .     .
  publish      o      .        .         .        .    .          .           .        .       .      o           .         x          .       .    .        .        .     .
  set_aside    o      .        .         .        .    .          .           .        .       .      o           .         x          .       .    .        .        .     .
published
  see          o      o        o         o        o    o          o           o        o       o      o           o         o          o       o    .        .        .     .
set_aside
  see          o      .        .         .        .    .          .           .        .       .      o           .         o          .       .    .        .        .     .
""",
    unit="RLK",
)


@pytest.mark.parametrize("state", GRID.states)
def test_who_may_do_what_with_an_annual_report(cast: Cast, state: str) -> None:
    GRID.verify(state, cast)
