"""Applications: begun, handed in, signed by the manager, received when the call has closed."""

import hashlib
import json
from typing import Any, cast

from django.db import transaction
from django.db.models import F

from fund.models import Application, Approval, Call, Submission
from fund.rules import sign_until, sum_of, takes_applications
from fund.states import QuestionKind
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.cases.workdays import due_at
from portal.organisation.models import Unit

TAKEN_OVER = ("summary", "perspectives", "beneficiaries")
SCREENED_WITHIN = 15
"""Working days after the closing by which the formal requirements have been looked through."""


def begin_application(*, owner: User, unit: Unit, call: Call, title: str, origin: Case | None = None) -> Application:
    """A draft; what is already written in the case that it comes from is taken over. Raises Refused when the call takes none now.

    Not told of by name before it is granted: nobody should find in the public diary who applies, least of all who weighs it.
    """
    if not (verdict := takes_applications(call, owner)):
        raise Refused(verdict)
    taken = {name: getattr(origin, name) for name in TAKEN_OVER} if origin else {}
    return begin_case(
        model=Application,
        owner=owner,
        unit=unit,
        call=call,
        title=title,
        confidentiality=Confidentiality.INTERNAL,
        **taken,
    )


def content_of(application: Application) -> dict[str, Any]:
    """What is handed in, word for word: the case's own fields, and every question with its answer."""
    names = ("title", "summary", "project", "perspectives", "beneficiaries")
    return {
        **{name: application.value_of(name) for name in names},
        "answers": [{**one.as_data(), "answer": application.value_of(one.field)} for one in application.questions()],
    }


def digest_of(content: dict[str, Any]) -> str:
    """SHA-256 of the content as JSON with sorted keys, as ``Submission`` keeps it."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


# ── Effects of the moves. The engine holds the lock on the application and saves it afterwards. ────────────────────────


def hand_in(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """Keep what is handed in. The database sets the time, and refuses it when the call is not open at that moment."""
    content = content_of(application)
    budgets = (one["answer"] for one in content["answers"] if one["kind"] == QuestionKind.BUDGET)
    application.amount = sum(sum_of(rows or []) for rows in budgets)
    before = application.latest
    Submission.objects.create(
        application=application,
        number=before.number + 1 if before else 1,
        by=person,
        edition=application.call.edition,
        content=content,
        amount=application.amount,
        sha256=digest_of(content),
    )
    application.due_at = sign_until(application.call)


def take_back(application: Application, *, person: User, data: dict[str, Any]) -> None:
    application.due_at = application.call.closes_at


def keep(application: Application, *, person: None, data: dict[str, Any]) -> None:
    """The call has closed while the text was being changed: what was handed in last stands, and the text is that again."""
    submission = cast(Submission, application.latest)
    content = dict(submission.content)
    application.answers = {one["key"]: one["answer"] for one in content.pop("answers")}
    for name, value in content.items():
        application.set_value(name, value)
    application.amount = submission.amount
    application.due_at = sign_until(application.call)


def sign(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The manager's yes to what was handed in last."""
    _sign(application, person, approves=True, words=data.get("reason", ""))
    application.due_at = due_at(application.call.closes_at or sign_until(application.call), workdays=SCREENED_WITHIN)


def refuse_to_sign(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The manager's no: the author changes the application, or lets it be."""
    _sign(application, person, approves=False, words=data["reason"])
    application.due_at = max(filter(None, (application.call.closes_at, sign_until(application.call))))


def _sign(application: Application, person: User, *, approves: bool, words: str) -> None:
    Approval.objects.create(submission=cast(Submission, application.latest), by=person, approves=approves, words=words)


@transaction.atomic
def note_pages(*, application: Application, version: int, pages: int) -> bool:
    """Keep how many pages that version of the text has; False when the text has been changed meanwhile."""
    fresh = Application.objects.filter(pk=application.pk, version=version)
    return bool(fresh.update(pages=pages, pages_version=F("version")))
