"""What the pages of a call and of an application show beside what every case does."""

from typing import Any, cast

from fund.actions.applying import content_of
from fund.models import Application, Approval, Call, Question, Submission
from fund.queries import account_of
from fund.rules import takes_applications
from fund.states import ApplicationState
from fund.telling import told_content
from portal.accounts.models import User
from portal.cases.queries.finding import whos_held
from portal.cases.who import AUTHOR


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
        "answers": [answer for _section, answers in told_content(_shown(application, person)) for answer in answers],
        "submissions": [{"row": row, "approval": approvals.get(row.pk)} for row in reversed(submissions)],
    }


def _shown(application: Application, person: User) -> dict[str, Any]:
    """While it is being changed, only those who write it see the new text; the others what was handed in last."""
    if application.state == ApplicationState.REVISING and not whos_held(application, person, [AUTHOR]).get(AUTHOR.key):
        return cast(Submission, application.latest).content  # type: ignore[no-any-return]
    return content_of(application)
