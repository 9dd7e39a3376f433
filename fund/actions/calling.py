"""Calls: begun, announced, shut when their time has run out, called off."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from fund.models import PHASES, Call, Criterion, Edition, Entry, Question
from fund.standard import CRITERIA, QUESTIONS
from fund.states import EntryKind
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.workdays import due_at, end_of
from portal.organisation.models import Unit

DECIDED_WITHIN = 90
"""Days after the closing by which everyone has an answer, where the call does not say the day."""
COPIED = (
    "purpose",
    "terms",
    "takes",
    "plan",
    "budget",
    "largest_grant",
    "most_pages",
    "approve_days",
    "reviews_each",
    "anonymous",
)


@transaction.atomic
def begin_call(*, owner: User, unit: Unit, title: str, like: Call | None = None) -> Call:
    """A draft with the usual questions and criteria, or with all that an earlier call had but its time."""
    fields = {name: getattr(like, name) for name in COPIED} if like else {}
    call = begin_case(model=Call, owner=owner, unit=unit, title=title, **fields)
    ask_as(call, like)
    return call


def ask_as(call: Call, like: Call | None = None) -> None:
    """Give a call without any the questions and criteria of another, or the usual ones."""
    questions = [question.as_data() for question in like.questions.all()] if like else QUESTIONS
    criteria = [criterion.as_data() for criterion in like.criteria.all()] if like else CRITERIA
    Question.objects.bulk_create(Question(call=call, position=place, **one) for place, one in enumerate(questions, 1))
    Criterion.objects.bulk_create(Criterion(call=call, position=place, **one) for place, one in enumerate(criteria, 1))


def content_of(call: Call) -> dict[str, Any]:
    """The call as applicants have it, for an edition."""
    names = (
        "title",
        "purpose",
        "terms",
        "takes",
        "plan",
        "year",
        "budget",
        "largest_grant",
        "most_pages",
        "approve_days",
        "anonymous",
    )
    return {
        **{name: getattr(call, name) for name in names},
        "opens_at": call.opens_at and call.opens_at.isoformat(),
        "closes_at": call.closes_at and call.closes_at.isoformat(),
        **{name: (day := getattr(call, name)) and day.isoformat() for name in PHASES},
        "questions": [question.as_data() for question in call.questions.all()],
        "criteria": [criterion.as_data() for criterion in call.criteria.all()],
    }


# ── Effects of the moves. The engine holds the lock on the call and saves it afterwards. ───────────────────────────────


def announce(call: Call, *, person: User, data: dict[str, Any]) -> None:
    """The first edition; the budget is the ledger's first line. It opens now or later, never before now."""
    call.opens_at = max(call.opens_at or timezone.now(), timezone.now())
    call.edition = 1
    keep_date(call, person=person, data=data)
    Edition.objects.create(call=call, number=1, made_by=person, content=content_of(call))
    Entry.objects.create(call=call, kind=EntryKind.BUDGET, amount=call.budget or 0, by=person)


def keep_date(call: Call, *, person: User | None, data: dict[str, Any]) -> None:
    """Everyone has an answer by the same day, whenever the review begins."""
    call.due_at = answer_by(call)


def answer_by(call: Call) -> datetime:
    """The last second of the day that the call says; otherwise ``DECIDED_WITHIN`` days from the closing."""
    if call.decision_by:
        return end_of(call.decision_by)
    return due_at(call.closes_at or timezone.now(), days=DECIDED_WITHIN)
