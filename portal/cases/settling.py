"""What a case in hand decides without the database: most of who may see it and act on it stands in its own columns.

The Whos stay the one definition. Here their conditions are read once more, for one case whose row is locked or has just been read, and
only what lies in other tables is left to ask. Building and running the whole condition costs a move a third of its time.
"""

from collections.abc import Collection
from functools import reduce
from typing import Any

from django.db.models import Model, Q

from portal.accounts.models import User
from portal.cases.who import ALL, AUTHOR, NONE, Granted, both, either, neither

_JOINED = {Q.AND: (both, ALL), Q.OR: (either, NONE)}


def settled(condition: Q, case: Model) -> Q:
    """ALL or NONE where the case's own columns decide, otherwise what is left to ask. Costs no query.

    ``case`` must be as the database has it, or will have it: read, saved or about to be saved under the lock on its row.
    """
    if condition is ALL or condition is NONE or condition.connector not in _JOINED:
        return condition
    join, start = _JOINED[condition.connector]
    parts = (settled(part, case) if isinstance(part, Q) else _leaf(part, case) for part in condition.children)
    joined = reduce(join, parts, start)
    return neither(joined) if condition.negated else joined


def wrote(person: User, case: Model) -> bool:
    """Is the person one of the authors of a case that was read with those ``named`` on it? Costs no query."""
    return settled(AUTHOR(person), case) is ALL


def _leaf(part: Any, row: Model) -> Q:
    columns = vars(row)
    if isinstance(part, Granted) and "named" in columns:
        return _whole(part.names in {(grant.permission.codename, grant.user_id) for grant in columns["named"]})
    if not isinstance(part, tuple):
        return Q(part)
    path, value = part
    name, _, lookup = path.partition("__")
    column = row._meta.pk.attname if name == "pk" else name
    if column not in columns:
        return Q(part)
    found = columns[column]
    match lookup, value:
        case (("" | "exact"), int() | str()):
            return _whole(found == value)
        case "isnull", bool():
            return _whole((found is None) is value)
        case "in", set() | frozenset() | list() | tuple() if _plain(value):
            return _whole(found in value)
    return Q(part)


def _plain(values: Collection[Any]) -> bool:
    return all(isinstance(value, int | str) for value in values)


def _whole(holds: bool) -> Q:
    return ALL if holds else NONE
