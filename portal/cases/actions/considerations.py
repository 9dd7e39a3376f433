"""The considerations of the strategy's §6.2."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.merging import merge
from portal.cases.models import Case, Considerations


@transaction.atomic
def save_considerations(
    *, case: Case, values: Mapping[str, Any], version: int, person: User | None, keep: Mapping[str, int] | None = None
) -> Considerations:
    """Save changed answers and sentences; ``version`` and ``keep`` are those of ``merge``. Raises Conflict."""
    locked = Case.objects.lock(case.pk)
    row, _created = Considerations.objects.get_or_create(case=locked)
    changed = merge(row, values=values, version=version, keep=keep or {})
    if changed:
        row.save()
        if locked.opened_at is not None:
            write_event(case=locked, person=person, move="considerations_changed", data={"fields": changed})
    return row
