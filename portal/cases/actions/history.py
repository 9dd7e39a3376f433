"""Writing the history."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.models import Case, Event


def new_event(
    *,
    case: Case,
    person: User | None,
    move: str,
    source: str = "",
    target: str = "",
    note: str = "",
    data: dict[str, Any] | None = None,
    internal: bool = False,
    at: datetime | None = None,
) -> Event:
    """One event, not written yet: when it is, the database numbers it, chains it and hashes it."""
    return Event(
        case_id=case.pk,
        person=person,
        move=move,
        source=source,
        target=target,
        note=note,
        data=data or {},
        internal=internal,
        at=at or timezone.now(),
    )


def write_event(*, case: Case, person: User | None, move: str, **parts: Any) -> Event:
    """Add one event to the case's chain, with the parts of ``new_event``. The caller holds the lock on the case's row."""
    event = new_event(case=case, person=person, move=move, **parts)
    event.save(force_insert=True)
    return event


@transaction.atomic
def note_export(*, case: Case, person: User | None) -> Event:
    """Note that the whole case was taken out as a file; ``person`` is None at the operator's terminal."""
    locked = Case.objects.lock(case.pk)
    return write_event(case=locked, person=person, move="case_exported", internal=True)
