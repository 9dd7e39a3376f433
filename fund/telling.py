"""Questions and their answers as a reader has them, on screen and on paper."""

from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from fund.forms.tables import COLUMNS
from fund.models import Question
from fund.models.application import cell_in_words
from fund.rules.counting import sums_of
from fund.states import QuestionKind
from fund.words import sek


def told_content(content: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The answers of what was handed in, or would be, under the headings of the form, each as ``told`` gives it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in content["answers"]:
        question = Question(**{name: value for name, value in one.items() if name != "answer"})
        found.setdefault(question.section, []).append(told(question, one["answer"]))
    return list(found.items())


def told(question: Question, answer: Any) -> dict[str, Any]:
    """A question and its answer as a reader has them: ``rows`` under ``columns`` for a table, otherwise ``text``."""
    shown: dict[str, Any] = {"label": question.label, "kind": question.kind, "text": "", "rows": []}
    match question.kind:
        case kind if kind in COLUMNS:
            columns = COLUMNS[kind]
            rows = answer or []
            shown |= {
                "columns": [column.label for column in columns],
                "rows": [
                    [{"label": column.label, "text": _cell(column.name, row.get(column.name))} for column in columns]
                    for row in rows
                ],
                "sums": sums_of(rows) if kind == QuestionKind.BUDGET else "",
            }
        case QuestionKind.FILE if answer:
            shown["text"] = f"{answer['name']} ({filesizeformat(answer['size'])})"
        case QuestionKind.SEK if isinstance(answer, int):
            shown["text"] = sek(answer)
        case QuestionKind.YES:
            shown["text"] = {True: _("Yes"), False: _("No")}.get(answer, "")
        case _:
            shown["text"] = "" if answer is None else answer
    return shown


def _cell(name: str, value: Any) -> Any:
    return "" if value in (None, "") else cell_in_words(name, value)
