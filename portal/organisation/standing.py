"""What a person's offices reach today: the fact that every Who builds on."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db import connection

from portal.accounts.models import User
from portal.organisation.states import Role

_REACH = """
    WITH RECURSIVE reach (person_id, role, unit_id, today) AS (
        SELECT a.person_id, a.role, u.id, day.today
        FROM (SELECT (now() AT TIME ZONE 'Europe/Stockholm')::date AS today) day
        JOIN organisation_appointment a ON a.valid_from <= day.today AND (a.valid_to IS NULL OR a.valid_to >= day.today)
        JOIN organisation_unit top ON top.id = a.unit_id
        JOIN organisation_unit u ON u.path = top.path OR u.path LIKE top.path || '.%%'
        WHERE a.person_id = ANY (%s)
        UNION
        SELECT reach.person_id, reach.role, gone.id, reach.today
        FROM reach JOIN organisation_unit gone ON gone.successor_id = reach.unit_id AND gone.valid_to < reach.today
    )
    SELECT person_id, role, unit_id FROM reach
"""


@dataclass(frozen=True)
class Standing:
    """A person's standing today: who they are and the ids of the units each of their roles reaches.

    A role reaches the unit it is held at, every unit below, and the closed units that these have taken over from: their ended cases
    stay where they were, and must be read by someone.

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
    if "_standing" not in person.__dict__:
        read_standings([person])
    kept: Standing = person.__dict__["_standing"]
    return kept


def read_standings(people: Collection[User]) -> None:
    """Read the standings of many people in one query, so that ``standing_of`` costs nothing for them."""
    found = {person.pk: defaultdict[str, set[int]](set) for person in people}
    with connection.cursor() as cursor:
        cursor.execute(_REACH, [list(found)])
        for person_id, role, unit_id in cursor.fetchall():
            found[person_id][role].add(unit_id)
    for person in people:
        reach = {role: frozenset(ids) for role, ids in found[person.pk].items()}
        person.__dict__["_standing"] = Standing(person.pk, person.is_employee, reach)
