"""Values are written as a reader in each language expects them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from portal.paper.report import Figure
from portal.paper.tables import Column, Kind, Table, Value, format_value

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("value", "kind", "swedish", "english"),
    [
        (1_234_567, Kind.INTEGER, f"1{NBSP}234{NBSP}567", "1,234,567"),
        (0, Kind.INTEGER, "0", "0"),
        (None, Kind.INTEGER, "–", "–"),
        ("", Kind.TEXT, "–", "–"),
        (Decimal("12.25"), Kind.DECIMAL, "12,3", "12.3"),
        (Decimal("-0.5"), Kind.PERCENT, f"-0,5{NBSP}%", "-0.5%"),
        (1_250_000, Kind.MONEY, f"1{NBSP}250{NBSP}000{NBSP}kr", "SEK 1,250,000"),
        (date(2026, 2, 3), Kind.DATE, "2026-02-03", "2026-02-03"),
        (datetime(2026, 7, 1, 22, 30, tzinfo=UTC), Kind.MOMENT, "2026-07-02 00:30", "2026-07-02 00:30"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), Kind.MOMENT, "2027-01-01 00:30", "2027-01-01 00:30"),
    ],
)
def test_a_value_is_written_as_the_language_writes_it(value: Value, kind: Kind, swedish: str, english: str) -> None:
    with translation.override("sv"):
        assert format_value(value, kind) == swedish
    with translation.override("en"):
        assert format_value(value, kind).replace(NBSP, " ") == english


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        format_value(datetime(2026, 1, 1), Kind.MOMENT)  # noqa: DTZ001  the refusal is what is tested


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        list(Table("x", (Column("a"), Column("b")), [("one",)]).lines())


@pytest.mark.parametrize(
    ("value", "previous", "kind", "change"),
    [
        (12, 10, Kind.INTEGER, "+2"),
        (10, 12, Kind.INTEGER, "−2"),
        (10, 10, Kind.INTEGER, "±0"),
        (Decimal("12.5"), 10, Kind.PERCENT, "+2,5 procentenheter"),
        (1_350_000, 1_100_000, Kind.MONEY, f"+250{NBSP}000{NBSP}kr"),
        (None, 10, Kind.INTEGER, ""),
        (10, None, Kind.INTEGER, ""),
    ],
)
def test_a_change_tells_its_direction(
    value: int | Decimal | None, previous: int | Decimal | None, kind: Kind, change: str
) -> None:
    with translation.override("sv"):
        assert Figure("k", "n", "", value, previous, kind).change == change
