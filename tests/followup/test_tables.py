"""Tables of the report."""

import pytest

from followup.tables import in_brief
from portal.paper.tables import Column, Kind, Table

COLUMNS = (Column("Enhet"), Column("2025", Kind.INTEGER), Column("2024", Kind.INTEGER))


@pytest.mark.strategy("B4-10")
def test_units_that_have_nothing_are_one_row_in_print_and_still_counted() -> None:
    rows = [("A", 0, 0), ("B", 3, 0), ("C", 0, 0), ("D", 0, 2)]
    assert in_brief(Table("Inskickade", COLUMNS, rows)).rows == [
        ("B", 3, 0),
        ("D", 0, 2),
        ("2 andra enheter, var och en", 0, 0),
    ]


def test_nothing_to_measure_stays_a_dash_and_a_single_unit_keeps_its_name() -> None:
    rows = [("A", None, None), ("B", 3, 0)]
    assert in_brief(Table("Dagar", COLUMNS, rows)).rows == [("B", 3, 0), ("A", None, None)]
