"""Naming people on a case, and who handles it."""

from django.contrib.auth.models import Permission
from django.db import transaction

from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case, CaseGrant, Event
from portal.cases.rules import may_remove
from portal.cases.who import HOLDER, one
from portal.notices.actions import tell
from portal.notices.states import Topic
from portal.organisation.models import Unit
from portal.organisation.standing import forget_standing


@transaction.atomic
def name_person(
    *, case: Case, person: User, grant: str, by: User | None, topic: Topic | None = Topic.NAMED
) -> CaseGrant:
    """Grant ``coauthor``, ``assess``, ``review``, ``consult``, ``contact`` or ``recuse`` to one person on one case.
    Naming twice changes nothing. The person is told, unless ``topic`` is None, and the history tells of it once the case has been
    submitted.
    """
    permission = Permission.objects.get(content_type__app_label="cases", codename=f"{grant}_case")
    row: CaseGrant
    row, created = CaseGrant.objects.get_or_create(content_object_id=case.pk, user=person, permission=permission)
    if created:
        forget_standing(person)
        event = _tell_history(case, "person_named", person, grant, by)
        if topic is not None and grant != "recuse":
            tell(case=case, event=event, whos=(one(person.pk),), topic=topic, by=by)
    return row


@transaction.atomic
def unname_person(*, case: Case, person: User, grant: str, by: User | None) -> None:
    """Take the grant back; taking back what is not there changes nothing."""
    rows = CaseGrant.objects.filter(content_object_id=case.pk, user=person, permission__codename=f"{grant}_case")
    if rows.delete()[0]:
        forget_standing(person)
        _tell_history(case, "person_unnamed", person, grant, by)


@transaction.atomic
def remove_coauthor(*, case: Case, person: User, by: User) -> None:
    """Let a co-author go. Raises Refused where the kind keeps them."""
    locked = Case.objects.lock(case.pk)
    if not (verdict := may_remove(locked, person)):
        raise Refused(verdict)
    unname_person(case=locked, person=person, grant="coauthor", by=by)


@transaction.atomic
def assign_holder(*, case: Case, holder: User | None, by: User) -> None:
    """Say who handles the case, and tell them; None gives it back to the office."""
    locked = Case.objects.lock(case.pk)
    if locked.holder_id == (holder.pk if holder else None):
        return
    locked.holder = holder
    locked.version += 1
    locked.save(update_fields=["holder", "version", "changed_at"])
    data = {"person": holder.pk if holder else None}
    event = write_event(case=locked, person=by, move="holder_assigned", data=data)
    tell(case=locked, event=event, whos=(HOLDER,), topic=Topic.NAMED, by=by)


def move_to_unit(*, case: Case, unit: Unit, by: User | None) -> None:
    """Let another unit have the case, which keeps its number and loses its holder. The caller holds the lock, and saves the case."""
    if case.unit_id != unit.pk:
        data = {"from": case.unit_id, "to": unit.pk, "from_name": case.unit.name, "to_name": unit.name}
        case.unit, case.holder = unit, None
        write_event(case=case, person=by, move="unit_changed", data=data)


def _tell_history(case: Case, verb: str, person: User, grant: str, by: User | None) -> Event | None:
    locked = Case.objects.lock(case.pk)
    if locked.opened_at is None:
        return None
    data = {"person": person.pk, "grant": grant}
    return write_event(case=locked, person=by, move=verb, data=data, internal=grant != "coauthor")
