"""What the pages of a call and of an application show beside what every case does."""

from typing import Any

from django.utils.translation import gettext as _

from fund.forms.tables import COLUMNS
from fund.models import Account, Application, Approval, Call, NameConsent, Question, Submission
from fund.queries import account_of
from fund.results import has_grant, led_to, told_by_project
from fund.rules import sum_of, takes_applications
from fund.states import Cost, QuestionKind
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.words import what_happened


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


# ── What came of it ──────────────────────────────────────────────────────────────────────────────────────────────────


def result_panel(application: Application, person: User) -> dict[str, Any]:
    """What the project costs beside what it is for and has led to (A14, A15). Four queries, none before it has a grant."""
    if not has_grant(application):
        return {"granted": False}
    told_of = told_by_project(application)
    return {
        "granted": True,
        "account": Account.objects.filter(application=application.pk).first(),
        "costs": _costs(application.latest),
        "told": [{"what": what_happened(application.kind_info, event), "text": event.note} for event in told_of],
        "mine": NameConsent.objects.standing().filter(application=application, person=person).exists(),
    }


def _costs(submission: Submission | None) -> list[dict[str, Any]]:
    """The budget by kind of cost, in SEK and per cent of the whole; consultants stand alone (A15)."""
    answers = submission.content["answers"] if submission else []
    rows = [row for one in answers if one["kind"] == QuestionKind.BUDGET for row in one["answer"] or []]
    whole = sum_of(rows) or 1
    sums = {kind: sum_of([row for row in rows if row.get("kind") == kind]) for kind in Cost}
    return [
        {"label": kind.label, "amount": sek, "share": round(100 * sek / whole)} for kind, sek in sums.items() if sek
    ]


def led_panel(case: Case, person: User) -> dict[str, Any]:
    """The grants that a case of any kind has led to (one query where a tie leads to an application, otherwise none)."""
    return {"grants": led_to(case)}
