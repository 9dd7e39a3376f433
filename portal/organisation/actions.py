"""Writes to the organisation: who holds which office, and units that end."""

from collections.abc import Iterable
from datetime import date

import pghistory
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.models import Case, Event
from portal.cases.verdicts import no
from portal.organisation.holdings import holds_something, take_over
from portal.organisation.models import Appointment, Unit
from portal.organisation.queries import heir_of
from portal.organisation.rules import can_appoint, can_close
from portal.organisation.states import Role

AT_A_TIME = 500


@transaction.atomic
def appoint(
    *, person: User, role: Role, unit: Unit, valid_from: date, valid_to: date | None = None, by: User | None
) -> Appointment:
    """Give a person an office at a unit, both days included.

    Raises Refused if they hold it there already during some of that time, or the unit or the account is closed.
    """
    if not (verdict := can_appoint(person, unit=unit)):
        raise Refused(verdict)
    office = Appointment(person=person, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to)
    try:
        office.validate_constraints()
    except ValidationError as problem:
        raise Refused(no(" ".join(problem.messages))) from problem
    with pghistory.context(action="appoint", by=by.pk if by else None):
        office.save()
    return office


@transaction.atomic
def end_appointment(*, appointment: Appointment, on: date, by: User | None) -> None:
    """Make ``on`` the last day of the office. Raises Refused if it begins after that day."""
    locked = Appointment.objects.select_for_update().get(pk=appointment.pk)
    if on < locked.valid_from:
        raise Refused(no(_("The office begins after that day."), field="valid_to"))
    with pghistory.context(action="end_appointment", by=by.pk if by else None):
        locked.valid_to = on
        locked.save(update_fields=["valid_to"])


@transaction.atomic
def close_unit(*, unit: Unit, successor: Unit, on: date, by: User | None) -> Unit:
    """Make ``on`` the unit's last day; the successor takes over the day after, at once if that day has come.

    Offices at the unit end with it. Raises Refused with all that stands in the way. The unit is locked against new cases meanwhile.
    """
    rows = Unit.objects.select_for_update().filter(pk__in=[unit.pk, successor.pk]).order_by("pk")
    locked = {row.pk: row for row in rows}
    unit, successor = locked[unit.pk], locked[successor.pk]
    if not (verdict := can_close(unit, successor=successor, on=on)):
        raise Refused(verdict)
    with pghistory.context(action="close_unit", by=by.pk if by else None):
        unit.valid_to, unit.successor = on, successor
        unit.save(update_fields=["valid_to", "successor"])
        held = Appointment.objects.filter(unit=unit)
        held.filter(valid_from__gt=on).delete()
        held.filter(Q(valid_to=None) | Q(valid_to__gt=on)).update(valid_to=on)
    if unit.is_past:
        hand_over(unit=unit, by=by)
    return unit


@transaction.atomic
def merge_units(*, units: Iterable[Unit], into: Unit, on: date, by: User | None) -> None:
    """Close several units into one: all of them, or none if one cannot be closed."""
    for unit in units:
        close_unit(unit=unit, successor=into, on=on, by=by)


def hand_over(*, unit: Unit, by: User | None = None) -> int:
    """Move what a closed unit still holds to its heir: open cases and drafts, people who worked there, then what ``holdings`` names.

    Returns the number of cases. Each keeps its diary number, its holder and its dates, and gets an event if it has a history. Five
    hundred at a time, each batch on its own: a run that is broken off is finished by the next.
    """
    heir = heir_of(unit)
    if heir.pk == unit.pk:
        return 0
    User.objects.filter(unit=unit).update(unit=heir)
    moved = 0
    while batch := _move_some(unit, heir, by):
        moved += batch
    take_over(unit, heir)
    return moved


@transaction.atomic
def _move_some(unit: Unit, heir: Unit, by: User | None) -> int:
    """One batch: four queries."""
    now = timezone.now()
    waiting = Case.objects.select_for_update(of=("self",), no_key=True).filter(unit=unit, closed_at=None)
    rows = list(waiting.order_by("pk").values_list("pk", "opened_at")[:AT_A_TIME])
    moved = Case.objects.filter(pk__in=[pk for pk, _opened in rows])
    moved.update(unit=heir, version=F("version") + 1, changed_at=now)
    data = {"from": unit.pk, "to": heir.pk, "from_name": unit.name, "to_name": heir.name}
    Event.objects.bulk_create(
        Event(case_id=pk, person=by, move="unit_changed", data=data, at=now) for pk, opened_at in rows if opened_at
    )
    return len(rows)


def hand_over_closed_units() -> int:
    """Move what units whose last day has passed still hold. Returns the number of cases."""
    holding = Q(cases__closed_at=None, cases__isnull=False) | Q(staff__isnull=False) | holds_something()
    past = Unit.objects.filter(holding, valid_to__lt=timezone.localdate(), successor__isnull=False).distinct()
    return sum(hand_over(unit=unit) for unit in past.select_related("successor"))
