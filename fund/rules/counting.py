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


def half_rows(kind: str, rows: Any) -> list[int]:
    """The numbers of the rows that lack something; none if the answer is no table."""
    needed = WHOLE.get(QuestionKind(kind), ())
    tried = enumerate(rows or (), 1) if needed else ()
    return [at for at, row in tried if any(row.get(name) in (None, "") for name in needed)]


def backwards_rows(rows: Any) -> list[int]:
    """The numbers of the rows of a timetable that end before they begin."""
    return [
        at
        for at, row in enumerate(rows or (), 1)
        if row.get("starts") and row.get("ends") and row["ends"] < row["starts"]
    ]


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
