"""A table as data: the same one is printed, drawn as a chart, and written to a spreadsheet."""

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MISSING = "–"
HIDDEN = ".."
"""In the place of a number that is known and not shown, as Statistics Sweden writes it."""

Value = str | int | Decimal | date | datetime | None


class Kind(StrEnum):
    """What a column holds; decides how a value is written and to which side it is set."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    PERCENT = "percent"  # 12.5 means 12.5 %
    MONEY = "money"  # whole SEK
    DATE = "date"
    MOMENT = "moment"  # an aware datetime, shown in Stockholm time


NUMERIC = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.PERCENT, Kind.MONEY})


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    kind: Kind = Kind.TEXT

    @property
    def is_numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as it is printed."""

    text: str
    column: Column


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names each row. `rows` may be a generator when the table is only written once, to a spreadsheet."""

    caption: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Value]]
    total: Sequence[Value] | None = None

    @property
    def is_short(self) -> bool:
        """Short enough to be kept whole on one page without a hole in the page before it."""
        return isinstance(self.rows, Sequence) and len(self.rows) <= 8

    def lines(self) -> Iterator[list[Cell]]:
        """The rows as printed, in the active language."""
        return (self._line(row) for row in self.rows)

    def total_line(self) -> list[Cell]:
        return self._line(self.total) if self.total is not None else []

    def _line(self, row: Sequence[Value]) -> list[Cell]:
        pairs = zip(row, self.columns, strict=True)
        return [Cell(format_value(value, column.kind), column) for value, column in pairs]


@dataclass(frozen=True, slots=True)
class Chart:
    """A table as a picture: `alt` says what it shows; `table` holds every value in it. Drawn by ``portal.paper.charts``."""

    svg: str
    alt: str
    table: Table

    @property
    def data_uri(self) -> str:
        return "data:image/svg+xml;base64," + base64.b64encode(self.svg.encode()).decode()


def stockholm(moment: datetime) -> datetime:
    """Wall-clock time in Stockholm. A naive moment is refused: nobody knows which clock it came from."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(STOCKHOLM)


def format_number(value: int | Decimal, decimals: int | None = None) -> str:
    """12 345,6 in Swedish, 12,345.6 in English; at most one decimal unless told otherwise."""
    if decimals is None:
        decimals = 0 if value == int(value) else 1
    rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return str(number_format(rounded, decimal_pos=decimals, use_l10n=True, force_grouping=True))


def format_value(value: Value, kind: Kind) -> str:
    """The value as a reader sees it. Unknown is a dash; zero is 0, never blank."""
    if value is None or value == "":
        return MISSING
    if isinstance(value, datetime):
        return f"{stockholm(value):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    number = format_number(value)
    if kind is Kind.PERCENT:
        return gettext("%(number)s%%") % {"number": number}
    if kind is Kind.MONEY:
        return pgettext("an amount of money", "SEK %(number)s") % {"number": number}
    return number
