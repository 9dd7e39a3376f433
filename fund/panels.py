"""What the pages of a call and of an application show beside what every case does."""

from typing import Any

from django.utils.translation import gettext as _

from fund.forms.tables import COLUMNS
from fund.letters import letters_of
from fund.models import Account, Agreement, Application, Approval, Call, Effect, Question, Ruling
from fund.queries import account_of
from fund.rules import runs_fund, sum_of, takes_applications
from fund.states import CallState, Cost, Outcome, QuestionKind
from fund.words import sek
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
    """The balance of the call (one query), and the way to its ledger and, for a fund officer, to the decision."""
    account = account_of(call)
    names = ("budget", "granted", "free", "reserved", "paid", "returned")
    sums = {name: sek(getattr(account, name)) for name in names} if account else {}
    return {"account": sums, "decides": call.state == CallState.REVIEWING and runs_fund(person)}


def grant_panel(application: Application, person: User) -> dict[str, Any]:
    """What is decided, and what has become of the grant (two queries before a decision, nine after)."""
    ruling = (
        Ruling.objects.filter(application=application.pk, decided_at__isnull=False).select_related("decided_by").first()
    )
    shown: dict[str, Any] = {"letters": list(letters_of(application)), "ruling": ruling}
    account = Account.objects.filter(application=application.pk).first() if ruling else None
    if ruling:
        shown["amount"] = "" if ruling.outcome == Outcome.DECLINE else sek(ruling.amount)
    if account:
        shown |= {
            "account": {name: sek(getattr(account, name)) for name in ("granted", "reserved", "paid", "returned")},
            "agreement": Agreement.objects.filter(application=application.pk).select_related("by").first(),
            "instalments": [
                {"row": row, "amount": sek(row.amount)}
                for row in application.instalments.select_related("approved_by", "paid_by")
            ],
            "reports": [
                {"row": row, "cost": sek(row.cost), "consultants": sek(row.consultants)}
                for row in application.reports.select_related("by", "answered_by")
            ],
            "changes": application.change_requests.select_related("by", "answered_by"),
            **effect_of(application),
        }
    return shown


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


def effect_of(application: Application) -> dict[str, Any]:
    """What came of it beside what was promised; nothing before it has been told (one query)."""
    effect = Effect.objects.filter(application=application.pk).first()
    worth = sek(effect.worth) if effect and effect.worth is not None else ""
    return {"effect": effect, "worth": worth}


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
