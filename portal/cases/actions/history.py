"""Writing the history."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.models import Case, Event


def write_event(
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
    """Add one event to the case's chain; the database numbers and hashes it. The caller holds the lock on the case's row."""
    return Event.objects.create(
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


@transaction.atomic
def note_export(*, case: Case, person: User | None) -> Event:
    """Note that the whole case was taken out as a file; ``person`` is None at the operator's terminal."""
    locked = Case.objects.lock(case.pk)
    return write_event(case=locked, person=person, move="case_exported", internal=True)
