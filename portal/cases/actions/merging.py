"""Two people, or one in two windows, write the same row: nobody overwrites anybody silently."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from portal.cases.errors import Conflict
from portal.cases.models import Case, Considerations


def merge(row: Case | Considerations, *, values: Mapping[str, Any], version: int, keep: Mapping[str, int]) -> list[str]:
    """Set the values that differ on the locked row and count its version up; return their names. The caller saves the row.

    ``version`` is the one the writer started from. A field that someone else has saved since then is not overwritten: nothing is set
    and Conflict tells what is there now. Different fields never conflict. ``keep`` names fields that the writer overwrites knowingly,
    each with the version of the row in which they saw the other text.
    """
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    newer = (name for name in changed if row.field_versions.get(name, 0) > max(version, keep.get(name, 0)))
    if theirs := {name: as_text(row, name) for name in newer}:
        raise Conflict(theirs, row.version)
    if changed:
        row.version += 1
        row.field_versions |= dict.fromkeys(changed, row.version)
    for name, value in changed.items():
        setattr(row, name, value)
    return sorted(changed)


def as_text(row: models.Model, name: str) -> str:
    """The field as a reader says it: yes and no, a list with commas, choices by their labels."""
    value = getattr(row, name)
    column = row._meta.get_field(name)
    labels = dict(_choices(column))
    if isinstance(value, list | tuple):
        return ", ".join(str(labels.get(item, item)) for item in value)
    if isinstance(value, bool) and not labels:
        return _("Yes") if value else _("No")
    return "" if value is None else str(labels.get(value, value))


def _choices(column: Any) -> list[tuple[Any, Any]]:
    return list(getattr(column, "base_field", column).flatchoices)
