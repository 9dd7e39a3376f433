"""What a person's offices reach today: the fact that every Who builds on."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from portal.accounts.models import User
from portal.organisation.states import Role
from portal.prepared import Statement

_REACH = """
    SELECT * FROM (
    WITH RECURSIVE current AS (
        SELECT a.person_id, a.role, u.path, length(u.path) AS depth, day.today
        FROM (SELECT (now() AT TIME ZONE 'Europe/Stockholm')::date AS today) day
        JOIN organisation_appointment a ON a.valid_from <= day.today AND (a.valid_to IS NULL OR a.valid_to >= day.today)
        JOIN organisation_unit u ON u.id = a.unit_id
        JOIN accounts_user p ON p.id = a.person_id AND p.is_active
    ), reach (person_id, role, unit_id, today, is_nearest) AS (
        SELECT c.person_id, c.role, u.id, c.today, NOT EXISTS (
            SELECT FROM current nearer
            WHERE nearer.role = c.role AND nearer.depth > c.depth AND (u.path = nearer.path OR u.path LIKE nearer.path || '.%%')
        )
        FROM current c JOIN organisation_unit u ON u.path = c.path OR u.path LIKE c.path || '.%%'
        WHERE c.person_id = ANY (%s)
        UNION
        SELECT reach.person_id, reach.role, gone.id, reach.today, reach.is_nearest
        FROM reach JOIN organisation_unit gone ON gone.successor_id = reach.unit_id AND gone.valid_to < reach.today
    )
    SELECT person_id, role, unit_id, is_nearest FROM reach
    UNION ALL
    SELECT DISTINCT named.user_id, permission.codename, NULL::bigint, false
    FROM cases_casegrant named JOIN auth_permission permission ON permission.id = named.permission_id
    WHERE named.user_id = ANY (%s)
    UNION ALL
    SELECT NULL, NULL, count(*), false FROM organisation_unit
    ) found
"""
"""Begins with SELECT, so that pghistory does not take it for a change and send along who made it."""

_STANDINGS = Statement(_REACH, [None, None], [0, 1], "standings")
_Row = tuple[str, int | None, bool]


@dataclass(frozen=True, eq=False)
class Standing:
    """A person's standing today: who they are, the ids of the units each of their roles reaches, and what they are named to anywhere.

    A role reaches the unit it is held at, every unit below, and the closed units that these have taken over from: their ended cases
    stay where they were, and must be read by someone.

    ``closest`` narrows ``reach`` to the units where nobody holds the role nearer: what waits there waits for this person.
    ``grants`` are the codenames they hold on any case: few people are named on cases, and for the others nothing need be asked.
    ``all_units`` is how many units there are at all: where a role reaches every one of them, the unit need not be asked for.
    ``home`` is the id of the unit where an employee works.
    An inactive or anonymous person has the empty standing: no id, no role, not an employee. As long as a person's standing is the same,
    it is the same object, so that what is made from it can be kept.
    """

    person_id: int | None = None
    is_employee: bool = False
    home: int | None = None
    reach: Mapping[str, frozenset[int]] = field(default_factory=dict)
    closest: Mapping[str, frozenset[int]] = field(default_factory=dict)
    whole: Mapping[str, frozenset[int]] = field(default_factory=dict)
    grants: frozenset[str] = frozenset()
    all_units: int = 0

    def units(self, role: Role) -> frozenset[int]:
        """Ids of the units where the person holds the role, directly or through a unit above."""
        return self.reach.get(role, frozenset())

    def anywhere(self, role: Role) -> frozenset[int]:
        """As ``units``, also of a standing narrowed to where nobody is nearer."""
        return (self.whole or self.reach).get(role, frozenset())

    @cached_property
    def likeness(self) -> tuple[Any, ...]:
        """The same for all who differ in nothing but who they are."""
        reaches = (tuple(sorted(part.items())) for part in (self.reach, self.closest, self.whole))
        return (self.person_id is None, self.is_employee, self.home, *reaches, self.grants, self.all_units)

    @cached_property
    def nearest(self) -> "Standing":
        """The same person, reaching only where they are the nearest holder."""
        return replace(self, reach=self.closest, whole=self.reach)


NO_STANDING = Standing()


def standing_of(person: User | AnonymousUser) -> Standing:
    """The person's standing. Costs one query the first time, then none: it is kept on the person object for its life (a request)."""
    if isinstance(person, AnonymousUser) or not person.is_active or person.pk is None:
        return NO_STANDING
    if "_standing" not in person.__dict__:
        read_standings([person])
    kept: Standing = person.__dict__["_standing"]
    return kept


def forget_standing(person: User) -> None:
    """Let the standing be read again when it is next asked for: after naming the person, or to judge them under a lock."""
    person.__dict__.pop("_standing", None)


def read_standings(people: Collection[User]) -> None:
    """Read the standings of many people in one query, so that ``standing_of`` costs nothing for them."""
    found: dict[int, list[_Row]] = {person.pk: [] for person in people}
    all_units = 0
    with connection.cursor() as cursor:
        cursor.execute(*_STANDINGS.asked(connection, [list(found), list(found)]))
        for person_id, *row in cursor.fetchall():
            if person_id is None:
                all_units = row[1]
            else:
                found[person_id].append(tuple(row))
    for person in people:
        person.__dict__["_standing"] = _standing(
            person.pk, person.is_employee, person.unit_id, all_units, tuple(found[person.pk])
        )


@lru_cache(maxsize=256)
def _standing(
    person_id: int, is_employee: bool, unit_id: int | None, all_units: int, rows: tuple[_Row, ...]
) -> Standing:
    """From rows of a role, a unit that it reaches and whether nobody holds it nearer; or of a codename and no unit."""
    reach: dict[str, set[int]] = defaultdict(set)
    closest: dict[str, set[int]] = defaultdict(set)
    for role, reached, is_nearest in rows:
        if reached is not None:
            reach[role].add(reached)
            if is_nearest:
                closest[role].add(reached)
    grants = frozenset(codename for codename, reached, _ in rows if reached is None)
    home = unit_id if is_employee else None
    return Standing(person_id, is_employee, home, _frozen(reach), _frozen(closest), grants=grants, all_units=all_units)


def _frozen(found: Mapping[str, set[int]]) -> dict[str, frozenset[int]]:
    return {role: frozenset(ids) for role, ids in found.items()}
