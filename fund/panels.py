"""What the pages of a call and of an application show beside what every case does."""

from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from fund.editions import differences, left_over
from fund.forms.tables import COLUMNS
from fund.models import Application, Approval, Call, LateRight, Question
from fund.queries import account_of, numbers_of
from fund.rules import changeable, gives_late_rights, still_draft, sum_of, takes_applications
from fund.states import Cost, QuestionKind, Stage
from portal.accounts.models import User
from portal.cases.who import AUTHOR


def call_panel(call: Call, person: User) -> dict[str, Any]:
    """What the call asks and weighs by, whether the person can apply now, and what has been changed (six queries)."""
    sections: dict[str, list[Question]] = {}
    for question in call.questions.all():
        sections.setdefault(question.section, []).append(question)
    late = LateRight.objects.filter(call=call.pk, person=person.pk, until__gt=timezone.now()).first()
    return {
        "sections": list(sections.items()),
        "criteria": list(call.criteria.all()),
        "applies": person.is_employee and bool(call.opened_at and takes_applications(call, person)),
        "late": late if call.stage in (Stage.SHUT, Stage.REVIEWING) else None,
        "mine": Application.objects.filter(AUTHOR(person), call=call.pk).order_by("pk").distinct(),
        "stage": call.stage,
        "editions": list(_editions(call)),
    }


def _editions(call: Call) -> Iterator[dict[str, Any]]:
    """The versions, the latest first, each with what differs from the one before it (one query)."""
    editions = list(call.editions.select_related("made_by"))
    for edition, before in zip_longest(editions, editions[1:]):
        yield {"row": edition, "differs": differences(before.content, edition.content) if before else []}


def officer_panel(call: Call, person: User) -> dict[str, Any]:
    """What fund officers do with the call, how many applications there are, and who may be late and why (two queries)."""
    rights = call.late_rights.select_related("person", "by").order_by("pk") if call.opened_at else ()
    return {
        "numbers": numbers_of([call]).get(call.pk) if call.opened_at else None,
        "late_rights": list(rights),
        "writes": call.owner_id == person.pk and bool(still_draft(call)),
        "changes": bool(changeable(call)),
        "lets_in": bool(gives_late_rights(call)),
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
        "left_over": left_over(application),
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
