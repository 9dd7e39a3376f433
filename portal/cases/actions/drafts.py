"""Drafts: begun, saved a few fields at a time, discarded."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models, transaction

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.history import write_event
from portal.cases.errors import Conflict, Refused
from portal.cases.models import Case, Event
from portal.cases.verdicts import no
from portal.organisation.models import Unit

SomeCase = TypeVar("SomeCase", bound=Case)


@transaction.atomic
def begin_case(*, model: type[SomeCase], owner: User | None, unit: Unit, **fields: Any) -> SomeCase:
    """Begin a draft of the kind; it has no number and no history until it is submitted."""
    kind = kinds.of_model(model)
    case = model(kind=kind.key, state=kind.flow.start, owner=owner, unit=unit, **fields)
    case.save(force_insert=True)
    return case


@transaction.atomic
def save_draft(
    *, case: Case, values: Mapping[str, Any], version: int, person: User | None, keep: Iterable[str] = ()
) -> Case:
    """Save changed fields; return the case with its new version.

    ``version`` is the one the writer started from. A field that someone else has saved since then is not overwritten: nothing is saved
    and Conflict tells what is there now. Different fields never conflict. ``keep`` names fields that the writer overwrites knowingly,
    having seen the other text.
    """
    model = kinds.by_key(case.kind).model
    Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    fresh = model.objects.select_related("unit").get(pk=case.pk)
    changed = {name: value for name, value in values.items() if getattr(fresh, name) != value}
    keep = set(keep)
    theirs = {
        name: _as_text(fresh, name)
        for name in changed
        if fresh.field_versions.get(name, 0) > version and name not in keep
    }
    if theirs:
        raise Conflict(theirs, fresh.version)
    if not changed:
        return fresh
    for name, value in changed.items():
        setattr(fresh, name, value)
    fresh.version += 1
    fresh.field_versions |= dict.fromkeys(changed, fresh.version)
    fresh.body = "\n".join(_as_text(fresh, name) for name in fresh.searches)
    fresh.save()
    if fresh.opened_at is not None:
        write_event(case=fresh, person=person, move="text_changed", data={"fields": sorted(changed)})
    return fresh


@transaction.atomic
def discard_draft(*, case: Case) -> None:
    """Delete a draft that was never submitted; it is no official document (TF 2:12). Raises Refused for anything else."""
    locked = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    if locked.opened_at is not None or Event.objects.filter(case=locked).exists():
        raise Refused(no("Only a draft that was never submitted can be discarded."))
    kinds.by_key(case.kind).model.objects.filter(pk=case.pk).delete()


def _as_text(case: Case, name: str) -> str:
    value = getattr(case, name)
    if isinstance(value, models.Model):
        return str(value)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str("" if value is None else value)
