"""What the pages of a call and of an application show beside what every case does."""

from typing import Any

from django.utils.translation import gettext as _

from fund.forms.tables import COLUMNS
from fund.models import Application, Approval, Call, Question
from fund.queries import account_of
from fund.rules import sum_of, takes_applications
from fund.states import Cost, QuestionKind
from portal.accounts.models import User


def call_panel(call: Call, person: User) -> dict[str, Any]:
    """What the call asks and weighs by, and whether the person can apply now (two queries, three when it is not open)."""
    sections: dict[str, list[Question]] = {}
    for question in call.questions.all():
        sections.setdefault(question.section, []).append(question)
    return {
        "sections": list(sections.items()),
        "criteria": list(call.criteria.all()),
        "applies": person.is_employee and bool(call.opened_at and takes_applications(call, person)),
        "stage": call.stage,
    }


def money_panel(call: Call, person: User) -> dict[str, Any]:
    """The balance of the call (one query)."""
    return {"account": account_of(call)}


def application_panel(application: Application, person: User) -> dict[str, Any]:
    """The answers as they stand, what was handed in, and the manager's word (three queries)."""
    submissions = list(application.submissions.select_related("by"))
    approvals = {
        row.submission_id: row for row in Approval.objects.filter(submission__in=submissions).select_related("by")
    }
    return {
        "answers": [told(question, application.value_of(question.field)) for question in application.questions()],
        "submissions": [{"row": row, "approval": approvals.get(row.pk)} for row in reversed(submissions)],
    }


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
                "total": sum_of(rows) if kind == QuestionKind.BUDGET else None,
            }
        case QuestionKind.YES:
            shown["text"] = {True: _("Yes"), False: _("No")}.get(answer, "")
        case _:
            shown["text"] = "" if answer is None else answer
    return shown


def _cell(name: str, value: Any) -> Any:
    return Cost(value).label if name == "kind" and value else value
