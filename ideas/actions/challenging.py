"""Challenges: begun from a need, announced, answered by cases, settled."""

from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ideas.models import Challenge, Need, Settlement
from ideas.queries.challenging import answers_to
from ideas.rules import takes_answers, too_late_for
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.actions.history import write_event
from portal.cases.actions.links import tie_cases
from portal.cases.actions.people import name_person, unname_person
from portal.cases.errors import Refused
from portal.cases.models import Case, CaseLink
from portal.cases.states import Relation
from portal.cases.verdicts import no
from portal.cases.who import AUTHOR
from portal.cases.workdays import due_at
from portal.notices.actions import tell
from portal.organisation.models import Unit

SETTLED_WITHIN = 30
"""Days after the closing by which those who answered are told what became of it."""


def begin_challenge(*, owner: User, unit: Unit, title: str, need: Need | None = None) -> Challenge:
    """A draft; what stands in the need is where its writer begins."""
    told = {"need": need, "summary": need.evidence[:2000], "beneficiaries": need.groups} if need else {}
    return begin_case(model=Challenge, owner=owner, unit=unit, title=title, **told)


@transaction.atomic
def answer_challenge(*, challenge: Challenge, case: Case, person: User | None) -> None:
    """Let the case answer the challenge. Its owner is named on the case, and so sees it once it is handed in, unless it is closed.

    Raises Refused when the challenge is not open.
    """
    Case.objects.hold(challenge.pk)
    locked = Challenge.objects.select_related("owner").get(pk=challenge.pk)
    if not (verdict := takes_answers(locked)):
        raise Refused(verdict)
    tie_cases(source=case, target=locked, relation=Relation.ANSWERS, by=person)
    if locked.owner is not None and locked.owner_id != case.owner_id:
        name_person(case=case, person=locked.owner, grant="consult", by=person)


def answer_with(challenge: Case, draft: Case, person: User) -> None:
    """Let the draft of an idea answer the challenge. Raises Refused when it is not open, and for other drafts."""
    if draft.kind != "idea":
        raise Refused(no(_("Challenges are answered with ideas and suggestions.")))
    answer_challenge(challenge=cast(Challenge, challenge.as_kind()), case=draft, person=person)


def drop_late_answers(case: Case, *, person: User | None) -> None:
    """End the case's ties to challenges that have closed since it was begun: nobody promised to compare it. It goes on by itself.

    Their owners are no longer named on it. Called as the case is handed in, under its lock; the challenges are only read.
    """
    for challenge in too_late_for(case):
        ties = CaseLink.objects.filter(source=case.pk, target=challenge.pk, relation=Relation.ANSWERS, undone_at=None)
        ties.update(undone_at=timezone.now(), undone_by=person)
        if challenge.owner is not None and challenge.owner_id != case.owner_id:
            unname_person(case=case, person=challenge.owner, grant="consult", by=person)
        data = {"challenge": challenge.pk}
        write_event(case=case, person=person, move="came_too_late", note=challenge.title, data=data)


# ── Effects of the moves. The engine holds the lock on the challenge and saves it afterwards. ──────────────────────────


def announce(challenge: Challenge, *, person: User, data: dict[str, Any]) -> None:
    """It opens now or later, never before now: nobody has been able to answer it before."""
    challenge.opens_at = max(data["opens_at"], timezone.now())
    _close_at(challenge, data)


def extend(challenge: Challenge, *, person: User, data: dict[str, Any]) -> None:
    _close_at(challenge, data)


def _close_at(challenge: Challenge, data: dict[str, Any]) -> None:
    challenge.closes_at = data["closes_at"]
    challenge.due_at = due_at(data["closes_at"], days=SETTLED_WITHIN)


def submit(case: Case, *, person: User, data: dict[str, Any]) -> None:
    drop_late_answers(case, person=person)


def settle(challenge: Challenge, *, person: User, data: dict[str, Any]) -> None:
    """Keep what became of each answer, and tell all who answered, once: of theirs if the person could see it, otherwise of the whole."""
    challenge.outcome = data["reason"]
    became = data["became"]
    Settlement.objects.bulk_create(
        Settlement(challenge=challenge, case_id=pk, became=word) for pk, word in became.items()
    )
    for answer in answers_to(challenge).order_by("pk"):
        _tell(answer, f"challenge_{became.get(answer.pk, 'answered')}", data["reason"], challenge, person)


def cancel(challenge: Challenge, *, person: User, data: dict[str, Any]) -> None:
    challenge.outcome = data["reason"]
    for answer in answers_to(challenge).order_by("pk"):
        _tell(answer, "challenge_cancelled", data["reason"], challenge, person)


def _tell(answer: Case, verb: str, text: str, challenge: Challenge, person: User) -> None:
    locked = Case.objects.lock(answer.pk).as_kind()
    event = write_event(case=locked, person=person, move=verb, note=text, data={"challenge": challenge.pk})
    tell(case=locked, event=event, whos=(AUTHOR,), mandatory=True, by=person)
