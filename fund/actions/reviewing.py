"""What an expert does with a review, and what the panel says together.

Events of reviews hang on the application's case, are internal and tell no scores. They name the expert in their data and not as who
acted: what people have done is given to them as a file, with the number of the case, and the number leads to who applies.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from fund.models import Application, Consensus, Review
from fund.models.review import COMMENT, POINTS
from fund.reviewing.rules import can_agree, done_with, open_to_scores, openable, under_review, whole
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.merging import merge
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.verdicts import Verdict
from portal.cases.who import one
from portal.notices.actions import tell
from portal.notices.states import Topic

OPENED = "review_opened_again"


@transaction.atomic
def declare(*, review: Review, conflict: bool, why: str = "") -> Review:
    """Say whether there is a conflict of interest (jäv, FL 2017:900 16–18 §§). A conflict closes the review for good and frees its place;
    it can be found also after the review has been opened. Raises Refused once it is submitted or closed.
    """
    case, locked = _lock(review)
    if not conflict and locked.conflict is False:
        return locked
    if locked.conflict is not None:
        _insist(open_to_scores(locked))
    else:
        _insist(under_review(locked.application))
    locked.conflict, locked.conflict_why = conflict, why if conflict else ""
    locked.declared_at = timezone.now()
    locked.save(update_fields=["conflict", "conflict_why", "declared_at"])
    _note(case, locked, "conflict_declared" if conflict else "no_conflict_declared")
    return locked


@transaction.atomic
def save_review(
    *, review: Review, values: Mapping[str, Any], version: int, keep: Mapping[str, int] | None = None
) -> Review:
    """Save changed fields of the draft. Raises Conflict when it was written in another window, Refused when it is not open."""
    _case, locked = _lock(review)
    _insist(open_to_scores(locked))
    changed = merge(locked, values=values, version=version, keep=keep or {})
    for key in {name[len(POINTS) :] for name in changed if name.startswith((POINTS, COMMENT))}:
        locked.marks[key].save()
    if changed:
        locked.save()
    return locked


@transaction.atomic
def submit_review(*, review: Review, sure: bool = True) -> Review:
    """Hand it in; it does not change after that, unless it is opened again. Raises Refused with what is missing, or when the expert is not
    ``sure``. The history gets a digest, and no scores.
    """
    case, locked = _lock(review)
    _insist(open_to_scores(locked))
    _insist(whole(locked) & done_with(sure))
    locked.submitted_at = timezone.now()
    locked.save(update_fields=["submitted_at"])
    _note(case, locked, "review_submitted", digest=digest(locked))
    return locked


@transaction.atomic
def open_again(*, review: Review, by: User, reason: str) -> Review:
    """Let the expert change what they have submitted. Raises Refused when the panel has met.

    The history of the application keeps why, and the digest of what had been submitted; the expert's notice hangs on the call.
    """
    call = Case.objects.lock(review.application.call_id)
    case, locked = _lock(review)
    _insist(openable(locked))
    told = {"person": review.reviewer.person_id, "review": review.pk}
    write_event(case=case, person=by, move=OPENED, note=reason, data={**told, "digest": digest(locked)}, internal=True)
    locked.submitted_at = None
    locked.save(update_fields=["submitted_at"])
    event = write_event(case=call, person=by, move=OPENED, data=told, internal=True)
    tell(case=call, whos=[one(review.reviewer.person_id)], event=event, topic=Topic.NAMED, by=by)
    return locked


@transaction.atomic
def agree(*, application: Application, text: str, points: Mapping[str, int], by: User) -> Consensus:
    """What the panel says when it has met; the reviews stay as they are. Raises Refused when nobody has reviewed it."""
    case = Case.objects.lock(application.pk)
    _insist(can_agree(Application.objects.get(pk=application.pk)))
    number = Consensus.objects.filter(application=application.pk).count() + 1
    made = Consensus.objects.create(application=application, number=number, text=text, points=dict(points), by=by)
    write_event(case=case, person=by, move="panel_agreed", data={"number": number}, internal=True)
    return made


def digest(review: Review) -> str:
    """SHA-256 over the lines of a review in the order of its criteria, and its comment."""
    lines = [[key, score.answer, score.comment] for key, score in review.marks.items()]
    told = json.dumps([review.pk, review.abstained, review.comment, lines], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _lock(review: Review) -> tuple[Case, Review]:
    """The application's row, then the review's: in the order that the moves take them."""
    case = Case.objects.lock(review.application_id)
    fresh = Review.objects.select_for_update(of=("self",)).select_related("application__call", "reviewer__person")
    return case, fresh.get(pk=review.pk)


def _note(case: Case, review: Review, move: str, **data: Any) -> None:
    told = {"person": review.reviewer.person_id, "review": review.pk, **data}
    write_event(case=case, person=None, move=move, data=told, internal=True)


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)
