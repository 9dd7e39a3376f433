"""What counts: words as a reader counts them, rows that are whole, what a budget adds up to."""

from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from fund.states import Cost, QuestionKind
from fund.words import sek_of


def words_in(text: str) -> int:
    """As a reader counts: what stands between spaces and line breaks."""
    return len(text.split())


WHOLE = {
    QuestionKind.BUDGET: ("what", "kind", "amount"),
    QuestionKind.TIMETABLE: ("what", "ends"),
    QuestionKind.PARTICIPANTS: ("name", "role"),
}
"""What a row must have before it is handed in. A draft is kept as it is."""


def half_row(kind: str, rows: Any) -> int | None:
    """The number of the first row that lacks something; None if all are whole, or the answer is no table."""
    needed = WHOLE.get(QuestionKind(kind), ())
    return (
        next((at for at, row in enumerate(rows or (), 1) if any(row.get(name) in (None, "") for name in needed)), None)
        if needed
        else None
    )


def backwards_row(rows: Any) -> int | None:
    """The number of the first row of a timetable that ends before it begins."""
    return next((at for at, row in enumerate(rows or (), 1) if row.get("starts") and row["ends"] < row["starts"]), None)


def sum_of(rows: list[dict[str, Any]]) -> int:
    """What the rows of a budget add up to, in SEK."""
    return sum(int(row.get("amount") or 0) for row in rows)


def sum_of_consultants(rows: list[dict[str, Any]]) -> int:
    """What of a budget goes to consultants, in SEK (A15)."""
    return sum_of([row for row in rows if row.get("kind") == Cost.CONSULTANT])


def sums(total: str, consultants: str) -> str:
    """What a budget comes to, in a sentence; numbers as they are to be shown."""
    told = {"total": sek_of(total), "consultants": sek_of(consultants)}
    return _("Together %(total)s, of which consultants %(consultants)s.") % told


def sums_of(rows: list[dict[str, Any]]) -> str:
    return sums(*(number_format(number, force_grouping=True) for number in (sum_of(rows), sum_of_consultants(rows))))
