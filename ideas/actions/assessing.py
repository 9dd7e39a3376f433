"""Scorecards: asked for, saved while they are written, submitted; and new versions of what they ask."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ideas.models import Assessment, CriteriaSet, Criterion, Idea, Score
from ideas.models.whos import HANDLING_LEAD
from ideas.rules import criteria, replaceable, scored
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.verdicts import no
from portal.notices.actions import tell

KEY_LENGTH = 20


def ask_assessors(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The effect of asking: each assessor is named on the case, which tells them, and gets an empty scorecard; twice changes nothing."""
    for assessor in data["assessors"]:
        name_person(case=idea, person=assessor, grant="assess", by=person)
        give_scorecard(idea=idea, assessor=assessor)


def give_scorecard(*, idea: Idea, assessor: User) -> Assessment:
    """An empty scorecard, of the version that the others of the idea have, or of the one in force. The caller holds the lock."""
    first = CriteriaSet.objects.filter(assessments__idea=idea.pk).first() or CriteriaSet.objects.in_force()
    given, _created = Assessment.objects.get_or_create(idea=idea, assessor=assessor, defaults={"criteria_set": first})
    return given


@transaction.atomic
def save_scores(*, assessment: Assessment, scores: Mapping[str, tuple[int | None, str]], version: int) -> Assessment:
    """Save what is filled in so far. Raises Refused if it is submitted, or if the assessor saved it in another window since ``version``."""
    locked = _lock(assessment)
    if version != locked.version:
        raise Refused(
            no(_("You have saved this scorecard in another window. Load the page again to see what is saved."))
        )
    known = {criterion.key for criterion in criteria(locked)}
    for criterion, (points, sentence) in scores.items():
        if criterion in known:
            Score.objects.update_or_create(
                assessment=locked, criterion=criterion, defaults={"points": points, "sentence": sentence}
            )
    locked.version += 1
    locked.save(update_fields=["version"])
    return locked


@transaction.atomic
def submit_assessment(*, assessment: Assessment) -> None:
    """Hand the scorecard in; it does not change after that. Raises Refused with what is missing.

    The history gets a digest of the scores, not the scores, so that nobody reads them there before time and a change would show.
    """
    Case.objects.lock(assessment.idea_id)
    locked = _lock(assessment)
    if not (verdict := scored(locked)):
        raise Refused(verdict)
    locked.submitted_at = timezone.now()
    locked.save(update_fields=["submitted_at"])
    data = {"assessment": locked.pk, "criteria": locked.criteria_set.version, "digest": digest(locked)}
    event = write_event(case=locked.idea, person=locked.assessor, move="scorecard_submitted", data=data, internal=True)
    tell(case=locked.idea, event=event, whos=(HANDLING_LEAD,), by=locked.assessor)


def digest(assessment: Assessment) -> str:
    """SHA-256 over the scorecard's lines, in the order of their criteria."""
    lines = list(assessment.scores.order_by("criterion").values_list("criterion", "points", "sentence"))
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


def make_version(*, lines: Iterable[Mapping[str, str]], valid_from: date, why: str, person: User) -> CriteriaSet:
    """A new version of the scorecard, in the order of the lines; those that go on keep their ``key``, new ones get one of their name.

    Ideas that are being assessed keep the version they have. Raises Refused for a day that is past or taken.
    """
    if not (verdict := replaceable(valid_from)):
        raise Refused(verdict)
    asked = [dict(line) for line in lines]
    taken = {line["key"] for line in asked if line["key"]}
    for line in asked:
        if not line["key"]:
            line["key"] = _new_key(line["name_en"], taken)
            taken.add(line["key"])
    try:
        with transaction.atomic():
            latest = CriteriaSet.objects.latest("version").version
            made = CriteriaSet.objects.create(version=latest + 1, valid_from=valid_from, why=why, made_by=person)
            Criterion.objects.bulk_create(
                Criterion(criteria_set=made, position=place, **line) for place, line in enumerate(asked, start=1)
            )
    except IntegrityError:
        raise Refused(no(_("Someone else has just made a version. Look at it first."))) from None
    return made


def _new_key(name: str, taken: set[str]) -> str:
    """Of the name, and of no line that has ever been: scores of different questions are not to be mixed up."""
    taken = taken | set(Criterion.objects.values_list("key", flat=True))
    word, numbers = slugify(name)[:KEY_LENGTH] or "line", count(2)
    while word in taken:
        word = f"{slugify(name)[:KEY_LENGTH]}-{next(numbers)}"
    return word


def _lock(assessment: Assessment) -> Assessment:
    locked = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("idea", "assessor", "criteria_set")
        .get(pk=assessment.pk)
    )
    if locked.submitted_at is not None:
        raise Refused(no(_("The scorecard has been submitted and does not change any more.")))
    if locked.idea.state != IdeaState.ASSESSING:
        raise Refused(no(_("The idea is not being assessed now.")))
    return locked
