"""Figures as they are read."""

from decimal import Decimal

from django.utils.translation import ngettext

from portal.indicators.states import Measure
from portal.paper.tables import Kind, format_value

KINDS = {
    Measure.NUMBER: Kind.INTEGER,
    Measure.PERCENT: Kind.PERCENT,
    Measure.DAYS: Kind.DECIMAL,
    Measure.SEK: Kind.MONEY,
}
Number = Decimal | str | None
"""A value, two dots where it is hidden, or None where there was nothing to measure."""


def whole(measure: str, value: Number) -> int | Number:
    """A value as tables and charts take it: what is counted has no decimals."""
    return int(value) if isinstance(value, Decimal) and measure in (Measure.NUMBER, Measure.SEK) else value


def shown(measure: str, value: Number) -> str:
    """A value as it is read, in the active language: 12, 12,5 %, 3 dagar; a dash where there was nothing to measure, dots if hidden."""
    text = format_value(whole(measure, value), KINDS[Measure(measure)])
    if measure == Measure.DAYS and isinstance(value, Decimal):
        return ngettext("%(number)s day", "%(number)s days", 1 if value == 1 else 2) % {"number": text}
    return text
