"""Finding a host for an idea: units are compared, and asked one after the other until one takes it on (strategy §5).

The effects of moves run under the lock that the engine holds on the case; the writes beside them take it.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ideas.actions.spreading import answering_for
from ideas.models import Candidate, Idea, Placement
from ideas.rules import being_placed, comparable, placement_of
from ideas.states import HostAnswer, IdeaState
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.people import move_to_unit
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.cases.verdicts import no
from portal.notices.actions import tell
from portal.organisation.models import Unit
from portal.organisation.queries import heir_of


@transaction.atomic
def compare_unit(*, idea: Case, candidate: Candidate | None = None, **told: Any) -> Candidate:
    """Add a unit to the comparison, or change what is said of it. Raises Refused when it is asked already or there twice."""
    locked = Case.objects.lock(idea.pk)
    _insist(being_placed(locked))
    if candidate is None:
        placement, _created = Placement.objects.get_or_create(idea_id=locked.pk, ended_at=None)
        candidate = Candidate(placement=placement)
    else:
        candidate.placement.refresh_from_db()
        _insist(comparable(candidate))
    if Candidate.objects.filter(placement=candidate.placement, unit=told["unit"]).exclude(pk=candidate.pk).exists():
        raise Refused(no(_("The unit is in the comparison already."), field="unit"))
    for name, value in told.items():
        setattr(candidate, name, value)
    candidate.save()
    return candidate


@transaction.atomic
def drop_unit(*, candidate: Candidate) -> None:
    """Take a unit out of the comparison. Raises Refused when one has been asked on the ground of it."""
    _insist(being_placed(Case.objects.lock(candidate.placement.idea_id)))
    candidate.placement.refresh_from_db()
    _insist(comparable(candidate))
    candidate.delete()


def _insist(verdict: Any) -> None:
    if not verdict:
        raise Refused(verdict)


# ── Effects ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def ask_host(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """Ask the unit with the most points, and name who takes part."""
    placement = Placement.objects.get(idea=idea.pk, ended_at=None)
    placement.why, placement.asked_by, placement.asked_at = data["reason"], person, timezone.now()
    placement.save()
    placement.units.set(data["units"])
    placement.people.set(data["people"])
    _ask_next(idea, placement)


def accept_hosting(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The idea is the unit's from here on, and whoever took it on handles it."""
    candidate = _answer(idea, HostAnswer.ACCEPTED, by=person, reason=data["reason"])
    move_to_unit(case=idea, unit=heir_of(candidate.unit), by=person)
    idea.holder = person
    Placement.objects.filter(pk=candidate.placement_id).update(ended_at=candidate.answered_at)


def decline_hosting(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The next unit is asked."""
    candidate = _answer(idea, HostAnswer.DECLINED, by=person, reason=data["reason"])
    _go_on(idea, candidate.placement, by=person)


def pass_over(idea: Idea, *, person: None, data: dict[str, Any]) -> None:
    """No answer in time: the next unit is asked, and the one that did not answer is told that it need not."""
    candidate = _answer(idea, HostAnswer.LATE)
    _tell_unit(idea, "host_passed_over", candidate.unit)
    _go_on(idea, candidate.placement)


def keep_here(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The idea stays, and the unit that was thinking is told that the question has been taken back."""
    asked = Candidate.objects.select_related("unit").filter(placement__idea=idea.pk, asked_at__isnull=False, answer="")
    units = [candidate.unit for candidate in asked]
    end_placement(idea, person=person, data=data)
    for unit in units:
        _tell_unit(idea, "host_let_go", unit, by=person)


def end_placement(idea: Idea, *, person: User, data: dict[str, Any]) -> None:
    """The idea stays where it is; a unit that is thinking need not answer. Changes nothing where no unit was asked."""
    placement = placement_of(idea)
    if placement is not None and placement.asked_at is not None:
        if placement.candidates.filter(asked_at__isnull=False, answer="").exists():
            _answer(idea, HostAnswer.WITHDRAWN)
        placement.ended_at = timezone.now()
        placement.save(update_fields=["ended_at"])


def _go_on(idea: Idea, placement: Placement, *, by: User | None = None) -> None:
    """Ask the next unit, if there is one, and tell it that it is asked now."""
    candidate = _ask_next(idea, placement)
    if candidate is not None:
        _tell_unit(idea, "host_asked", candidate.unit, by=by)


def _tell_unit(idea: Idea, verb: str, unit: Unit, *, by: User | None = None) -> None:
    """Write in the history what has come of asking the unit, by its name, and tell those who answer for it."""
    event = write_event(case=idea, person=by, move=verb, note=str(unit))
    tell(case=idea, event=event, whos=answering_for(unit), by=by)


def _ask_next(idea: Idea, placement: Placement) -> Candidate | None:
    """Ask the best of those not asked yet, until the case's own date. When there is none, the case waits for those who asked."""
    waiting = placement.candidates.filter(asked_at__isnull=True).select_related("unit")
    candidate = next((one for one in waiting if not one.unit.is_past), None)
    if candidate is not None:
        candidate.asked_at, candidate.answer_by = timezone.now(), idea.due_at
        candidate.save(update_fields=["asked_at", "answer_by"])
    return candidate


def _answer(idea: Idea, answer: HostAnswer, *, by: User | None = None, reason: str = "") -> Candidate:
    asked = Candidate.objects.select_related("placement", "unit__successor")
    candidate = asked.get(placement__idea=idea.pk, asked_at__isnull=False, answer="")
    candidate.answer, candidate.answered_at = answer, timezone.now()
    candidate.answered_by, candidate.reason = by, reason
    candidate.save(update_fields=["answer", "answered_at", "answered_by", "reason"])
    return candidate


# ── The clock ────────────────────────────────────────────────────────────────────────────────────────────────────────


def pass_over_late(*, now: datetime | None = None) -> int:
    """Ask the next unit where one has not answered in time; returns how many ideas that were.

    May be run any number of times and killed at any point: each idea is a move of its own, judged again under the lock.
    """
    late = Candidate.objects.filter(asked_at__isnull=False, answer="", answer_by__lt=now or timezone.now())
    ideas = Idea.objects.filter(pk__in=late.values("placement__idea"), state=IdeaState.PLACING)
    return sum(_pass_over(idea) for idea in ideas.order_by("pk"))


def _pass_over(idea: Idea) -> bool:
    try:
        perform(idea, "pass_over", person=None)
    except Refused:
        return False
    return True
