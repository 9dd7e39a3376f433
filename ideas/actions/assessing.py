"""Scorecards: asked for, saved while they are written, submitted."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ideas.models import Assessment, Idea, Score
from ideas.models.whos import HANDLING_LEAD
from ideas.rules import criteria, scored
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.verdicts import no
from portal.notices.actions import tell


def ask_assessors(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The effect of asking: each assessor is named on the case and gets an empty scorecard; asking twice changes nothing."""
    for assessor in data["assessors"]:
        name_person(case=idea, person=assessor, grant="assess", by=person)
        Assessment.objects.get_or_create(idea=idea, assessor=assessor)


@transaction.atomic
def save_scores(*, assessment: Assessment, scores: Mapping[str, tuple[int | None, str]], version: int) -> Assessment:
    """Save what is filled in so far. Raises Refused if it is submitted, or if the assessor saved it in another window since ``version``."""
    locked = _lock(assessment)
    if version != locked.version:
        raise Refused(
            no(_("You have saved this scorecard in another window. Load the page again to see what is saved."))
        )
    known = {criterion.key for criterion in criteria(locked.idea)}
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
    data = {"assessment": locked.pk, "digest": digest(locked)}
    event = write_event(case=locked.idea, person=locked.assessor, move="scorecard_submitted", data=data, internal=True)
    tell(case=locked.idea, event=event, whos=(HANDLING_LEAD,), by=locked.assessor)


def digest(assessment: Assessment) -> str:
    """SHA-256 over the scorecard's lines, in the order of their criteria."""
    lines = list(assessment.scores.order_by("criterion").values_list("criterion", "points", "sentence"))
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


def _lock(assessment: Assessment) -> Assessment:
    locked = Assessment.objects.select_for_update(of=("self",)).select_related("idea", "assessor").get(pk=assessment.pk)
    if locked.submitted_at is not None:
        raise Refused(no(_("The scorecard has been submitted and does not change any more.")))
    if locked.idea.state != IdeaState.ASSESSING:
        raise Refused(no(_("The idea is not being assessed now.")))
    return locked
