"""What a person's offices reach today: the fact that every Who builds on."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from portal.accounts.models import User
from portal.organisation.states import Role

_REACH = """
    SELECT a.role, u.id
    FROM organisation_appointment a
    JOIN organisation_unit top ON top.id = a.unit_id
    JOIN organisation_unit u ON u.path = top.path OR u.path LIKE top.path || '.%%'
    WHERE a.person_id = %s AND a.valid_from <= (now() AT TIME ZONE 'Europe/Stockholm')::date
      AND (a.valid_to IS NULL OR a.valid_to >= (now() AT TIME ZONE 'Europe/Stockholm')::date)
"""


@dataclass(frozen=True)
class Standing:
    """A person's standing today: who they are and the ids of the units each of their roles reaches.

    An inactive or anonymous person has the empty standing: no id, no role, not an employee.
    """

    person_id: int | None = None
    is_employee: bool = False
    reach: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def units(self, role: Role) -> frozenset[int]:
        """Ids of the units where the person holds the role, directly or through a unit above."""
        return self.reach.get(role, frozenset())


NO_STANDING = Standing()


def standing_of(person: User | AnonymousUser) -> Standing:
    """The person's standing. Costs one query the first time, then none: it is kept on the person object for its life (a request)."""
    if isinstance(person, AnonymousUser) or not person.is_active or person.pk is None:
        return NO_STANDING
    kept: Standing | None = person.__dict__.get("_standing")
    if kept is None:
        kept = person.__dict__["_standing"] = _read_standing(person)
    return kept


def _read_standing(person: User) -> Standing:
    reach: dict[str, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [person.pk])
        for role, unit_id in cursor.fetchall():
            reach[role].add(unit_id)
    return Standing(person.pk, person.is_employee, {role: frozenset(ids) for role, ids in reach.items()})
