"""How an introduced idea is taken up by others: the kit, the adoptions, and the check after twelve months."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ideas.actions.talking import hold, reach
from ideas.models import Adoption, Kit
from ideas.models.whos import HANDLING_LEAD
from ideas.rules import check_correctable, check_opens, correctable, from_elsewhere, keeps_its_day, taken_up_by_others
from ideas.states import TAKEN_UP
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.cases.verdicts import Verdict
from portal.cases.who import Who, holders_at, one
from portal.cases.workdays import STOCKHOLM, add_months
from portal.notices.actions import receivers, tell, write_notices
from portal.organisation.models import Unit
from portal.organisation.states import Role


@transaction.atomic
def write_kit(*, idea: Case, text: str, contact: str, person: User) -> Kit:
    """Tell others how it is done. Raises Refused before the idea is in use."""
    locked = _hold(idea)
    kit, _created = Kit.objects.update_or_create(
        idea_id=locked.pk, defaults={"text": text, "contact": contact, "written_by": person}
    )
    write_event(case=locked, person=person, move="kit_written")
    return kit


@transaction.atomic
def take_up(*, idea: Case, unit: Unit, uptake: str, why: str, person: User) -> Adoption:
    """Say what the unit does with the idea. Those who introduced it are told; its authors when the first other unit puts it to use.

    Saying the same twice changes nothing. Raises Refused when the idea is not in use, or when what is in use would become a thought.
    """
    locked = _hold(idea)
    adoption = Adoption.objects.filter(idea=locked.pk, unit=unit).first()
    if not (verdict := from_elsewhere(locked, unit) & keeps_its_day(adoption, uptake)):
        raise Refused(verdict)
    if adoption and (adoption.uptake, adoption.why) == (uptake, why):
        return adoption
    adoption = adoption or Adoption(idea_id=locked.pk, unit=unit)
    adoption.uptake, adoption.why, adoption.changed_by = uptake, why, person
    if uptake in TAKEN_UP:
        adoption.adopted_at = adoption.adopted_at or timezone.now()
    adoption.save()
    event = write_event(
        case=locked,
        person=person,
        move=f"uptake_{uptake}",
        note=f"{unit}: {why}" if why else str(unit),
        data={"adoption": adoption.pk},
    )
    tell(case=locked, event=event, whos=(HANDLING_LEAD,), by=person)
    if uptake in TAKEN_UP:
        reach(locked, "tried_elsewhere")
    return adoption


@transaction.atomic
def correct_uptake(*, adoption: Adoption, uptake: str, reason: str, person: User) -> None:
    """Take back, as a mistake, that the unit had put the idea to use. The history keeps what stood, since when, and why it was wrong.

    Those who introduced it are told. Raises Refused when it was not put to use, and when the unit has answered whether it lasts.
    """
    case = _hold(adoption.idea)
    locked = Adoption.objects.select_for_update(of=("self",)).select_related("unit").get(pk=adoption.pk)
    if not (verdict := correctable(locked)):
        raise Refused(verdict)
    stood = {"stood": locked.uptake, "since": locked.adopted_at.isoformat() if locked.adopted_at else ""}
    locked.uptake, locked.why, locked.changed_by = uptake, reason, person
    locked.adopted_at = locked.reminded_at = None
    locked.save()
    data = {"adoption": locked.pk, **stood}
    event = write_event(case=case, person=person, move="uptake_corrected", note=f"{locked.unit}: {reason}", data=data)
    tell(case=case, event=event, whos=(HANDLING_LEAD,), by=person)


@transaction.atomic
def check_adoption(*, adoption: Adoption, in_use: bool, note: str, person: User) -> None:
    """Answer, twelve months on, whether the unit still uses it (B2-1). Raises Refused before that, and the second time."""
    case = hold(adoption.idea)
    locked = Adoption.objects.select_for_update(of=("self",)).select_related("unit").get(pk=adoption.pk)
    if not (verdict := check_opens(locked)):
        raise Refused(verdict)
    locked.checked_at, locked.in_use, locked.check_note = timezone.now(), in_use, note
    locked.changed_by = person
    locked.save()
    move = "still_used_there" if in_use else "no_longer_used_there"
    event = write_event(
        case=case, person=person, move=move, note=f"{locked.unit}: {note}", data={"adoption": locked.pk}
    )
    tell(case=case, event=event, whos=(HANDLING_LEAD,), by=person)


@transaction.atomic
def correct_check(*, adoption: Adoption, in_use: bool, note: str, reason: str, person: User) -> None:
    """Put right what the unit answered after twelve months. The history keeps what it answered first, and what was wrong with it; the day
    of the answer stays, and with it the year that counts it. Those who introduced the idea are told. Raises Refused before the answer."""
    case = hold(adoption.idea)
    locked = Adoption.objects.select_for_update(of=("self",)).select_related("unit").get(pk=adoption.pk)
    if not (verdict := check_correctable(locked)):
        raise Refused(verdict)
    data = {"adoption": locked.pk, "stood": locked.in_use, "stood_note": locked.check_note, "now": in_use}
    locked.in_use, locked.check_note, locked.changed_by = in_use, note, person
    locked.save()
    event = write_event(case=case, person=person, move="check_corrected", note=f"{locked.unit}: {reason}", data=data)
    tell(case=case, event=event, whos=(HANDLING_LEAD,), by=person)


def ask_if_lasting(*, now: datetime | None = None) -> int:
    """Ask the units that put an idea to use twelve months ago whether they still do, once each; returns how many were asked.

    May be run any number of times and killed at any point: each adoption is a transaction of its own. A unit that cannot be told of
    the idea now, because it is not open to the unit or nobody answers for the unit, is asked when it can.
    """
    now = now or timezone.now()
    a_year_ago = add_months(now.astimezone(STOCKHOLM).date(), -12)
    due = Adoption.objects.filter(
        Q(adopted_at__date__lte=a_year_ago), checked_at__isnull=True, reminded_at__isnull=True
    ).exclude(idea__confidentiality=Confidentiality.RESTRICTED)
    return sum(_ask(pk, now) for pk in list(due.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _ask(adoption_id: int, now: datetime) -> bool:
    """Judged again under the lock: another worker may have been first."""
    case_id = Adoption.objects.values_list("idea_id", flat=True).get(pk=adoption_id)
    case = Case.objects.lock(case_id).as_kind()
    adoption = Adoption.objects.select_related("unit").get(pk=adoption_id)
    if adoption.reminded_at is not None or adoption.checked_at is not None:
        return False
    told = receivers(case, answering_for(adoption.unit), by=None)
    if not told:
        return False
    Adoption.objects.filter(pk=adoption_id).update(reminded_at=now)
    event = write_event(
        case=case, person=None, move="use_asked", note=str(adoption.unit), data={"adoption": adoption.pk}, at=now
    )
    write_notices(case=case, told=told, event=event)
    return True


def answering_for(unit: Unit) -> list[Who]:
    """The innovation lead and the manager nearest to the unit (two queries)."""
    people = {*holders_at(unit, Role.INNOVATION_LEAD), *holders_at(unit, Role.MANAGER)}
    return [one(person) for person in sorted(people)]


def _hold(idea: Case) -> Case:
    locked = hold(idea)
    verdict: Verdict = taken_up_by_others(locked)  # type: ignore[arg-type]  # read as its own kind
    if not verdict:
        raise Refused(verdict)
    return locked
