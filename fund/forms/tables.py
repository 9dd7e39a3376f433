"""Answers that are tables: a budget, a timetable, participants. Rows to fill in, without script too: there are always some empty ones."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.models.application import in_words
from fund.rules.counting import sums, sums_of
from fund.states import Cost, QuestionKind
from portal.cases.text import CleanCharField

MOST_ROWS = 40
EMPTY = 3
"""Rows that stand ready to be filled in, below those that are."""
MOST_SEK = 2_000_000_000


@dataclass(frozen=True)
class Column:
    """One column of a table: what its cells are, and what they are called."""

    name: str
    label: str | Promise
    field: forms.Field

    def clean(self, value: Any) -> Any:
        """The cell as JSON keeps it; empty cells are empty texts. Raises ValidationError."""
        cleaned = self.field.clean(value)
        return cleaned.isoformat() if isinstance(cleaned, date) else "" if cleaned is None else cleaned


def _text(name: str, label: str | Promise) -> Column:
    return Column(name, label, CleanCharField(required=False))


def _day(name: str, label: str | Promise) -> Column:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return Column(name, label, forms.DateField(required=False, widget=widget))


KINDS = [("", gettext_lazy("Choose")), *Cost.choices]
COLUMNS: dict[str, tuple[Column, ...]] = {
    QuestionKind.BUDGET: (
        _text("what", gettext_lazy("What")),
        Column("kind", gettext_lazy("Kind of cost"), forms.ChoiceField(choices=KINDS, required=False)),
        Column("amount", gettext_lazy("SEK"), forms.IntegerField(required=False, min_value=1, max_value=MOST_SEK)),
    ),
    QuestionKind.TIMETABLE: (
        _text("what", gettext_lazy("What")),
        _day("starts", gettext_lazy("Begins")),
        _day("ends", gettext_lazy("Ends")),
    ),
    QuestionKind.PARTICIPANTS: (
        _text("name", gettext_lazy("Name")),
        _text("role", gettext_lazy("Role in the project")),
        _text("unit", gettext_lazy("Unit or employer")),
    ),
}  # fmt: skip


class TableWidget(forms.Widget):
    """The rows as fields, and some empty ones."""

    template_name = "fund/widgets/table.html"
    use_fieldset = True

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind, self.columns = kind, COLUMNS[kind]

    def id_for_label(self, id_: str) -> str:
        return ""  # many fields, each with a label of its own

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = [*(value or []), *({} for _empty in range(EMPTY))][:MOST_ROWS]
        context["widget"] |= {
            "columns": [column.label for column in self.columns],
            "rows": [
                [self._cell(name, number, column, row) for column in self.columns] for number, row in enumerate(rows)
            ],
            "most": MOST_ROWS,
            "sums": _sums(value or []) if self.kind == QuestionKind.BUDGET else "",
            "sums_pattern": sums("{total}", "{consultants}"),
        }
        return context

    def _cell(self, name: str, number: int, column: Column, row: Mapping[str, Any]) -> dict[str, Any]:
        label = _("%(column)s, row %(row)s") % {"column": column.label, "row": number + 1}
        attrs = {"aria-label": label, "class": "ds-input"}
        key = f"{name}-{number}-{column.name}"
        return {"label": column.label, "field": column.field.widget.render(key, row.get(column.name) or "", attrs)}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]] | None:
        """The rows as they were sent; None where nothing was."""
        rows = [
            {column.name: data.get(f"{name}-{number}-{column.name}", "") for column in self.columns}
            for number in range(MOST_ROWS)
            if any(f"{name}-{number}-{column.name}" in data for column in self.columns)
        ]
        return rows or None

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return self.value_from_datadict(data, files, name) is None


def _sums(rows: list[dict[str, Any]]) -> str:
    """Of the rows as they were sent, also when something in them is wrong."""
    return sums_of([row for row in rows if re.fullmatch(r"[0-9]{1,10}", str(row.get("amount") or ""))])


class TableField(forms.Field):
    """Rows of a table, those without anything in them left out; None where there are none. Every wrong cell is named. A row may be half:
    see ``rules.counting.half_rows``.
    """

    in_words = staticmethod(in_words)

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind, self.columns = kind, COLUMNS[kind]
        super().__init__(widget=TableWidget(kind), **kwargs)

    def clean(self, value: Any) -> list[dict[str, Any]] | None:
        wrong: list[str] = []
        rows = [
            self._row(number, row, wrong)
            for number, row in enumerate(value or [], 1)
            if any(map(str.strip, row.values()))
        ]
        if wrong:
            raise ValidationError(wrong)
        super().clean(rows)
        return rows or None

    def _row(self, number: int, row: Mapping[str, str], wrong: list[str]) -> dict[str, Any]:
        """A row as JSON keeps it; what cannot be read of it is added to ``wrong``."""
        cleaned = {}
        for column in self.columns:
            try:
                cleaned[column.name] = column.clean(row[column.name])
            except ValidationError as problem:
                told = {"row": number, "column": column.label, "why": " ".join(problem.messages)}
                wrong.append(_("Row %(row)s, %(column)s: %(why)s") % told)
        return cleaned
