"""Two people, or one in two windows, write the same row: nobody overwrites anybody silently."""

from collections.abc import Mapping
from typing import Any

from portal.cases.errors import Conflict
from portal.cases.models.written import Written


def merge(row: Written, *, values: Mapping[str, Any], version: int, keep: Mapping[str, int]) -> list[str]:
    """Set the values that differ on the locked row and count its version up; return their names. The caller saves the row.

    ``version`` is the one the writer started from. A field that someone else has saved since then is not overwritten: nothing is set
    and Conflict tells what is there now. Different fields never conflict. ``keep`` names fields that the writer overwrites knowingly,
    each with the version of the row in which they saw the other text.
    """
    changed = {name: value for name, value in values.items() if row.value_of(name) != value}
    newer = (name for name in changed if row.field_versions.get(name, 0) > max(version, keep.get(name, 0)))
    if theirs := {name: row.writers_text_of(name) for name in newer}:
        raise Conflict(theirs, row.version)
    if changed:
        row.version += 1
        row.field_versions |= dict.fromkeys(changed, row.version)
    for name, value in changed.items():
        row.set_value(name, value)
    return sorted(changed)
