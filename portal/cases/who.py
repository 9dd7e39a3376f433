"""Who may see or act: one definition that answers for one case, for a list and for a letter.

A :class:`Who` is read in two directions. Called with a person it gives a ``Q`` over cases, used by lists, by the page of one case
and by the inbox. Called the other way, :meth:`Who.people`, it gives a ``Q`` over people: those to tell. Whos compose with ``&``,
``|`` and ``~``. They rest on facts (ownership, appointments, named grants), never on ``is_superuser``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.states import Confidentiality
from portal.organisation.models import Appointment, Unit
from portal.organisation.standing import NO_STANDING, Standing, standing_of
from portal.organisation.states import Role

if TYPE_CHECKING:
    from portal.cases.models import Case

NONE = Q(pk__in=[])
ALL = Q(pk__isnull=False)


def both(one: Q, other: Q) -> Q:
    """``one & other``; nothing is built where one of them is NONE or ALL. Most Whos are, for most people, and a page asks for twenty."""
    if one is NONE or other is NONE:
        return NONE
    return other if one is ALL else one if other is ALL else one & other


def either(one: Q, other: Q) -> Q:
    """``one | other``, in the same way."""
    if one is ALL or other is ALL:
        return ALL
    return other if one is NONE else one if other is NONE else one | other


def neither(one: Q) -> Q:
    """``~one``, in the same way."""
    return ALL if one is NONE else NONE if one is ALL else ~one


@dataclass(frozen=True, eq=False)
class Who:
    """A set of pairs (person, case).

    ``key`` is stable and unique: the database stores it to say whom a case waits for. ``label`` names the people in plain words
    ("the author"). ``cases`` maps a standing to the cases; ``told`` maps a case to the people. A composed Who is ``made_of`` others and
    has the person in it ``when`` all, any or none of those have: a page that asks for twenty asks the database only for what they
    are made of.
    """

    key: str
    label: str | Promise
    cases: Callable[[Standing], Q]
    told: Callable[["Case"], Q]
    made_of: "tuple[Who, ...]" = ()
    when: Callable[[Iterable[bool]], bool] = all

    def __call__(self, person: User | AnonymousUser) -> Q:
        """The cases for which the person belongs to this Who. None at all for an anonymous or inactive person."""
        standing = standing_of(person)
        return NONE if standing is NO_STANDING else _reached(self, standing, timezone.localdate())

    def awaited(self, person: User | AnonymousUser) -> Q:
        """The cases that wait for the person: as above, but for a role only where the person is its nearest holder."""
        standing = standing_of(person)
        return NONE if standing is NO_STANDING else _reached(self, standing.nearest, timezone.localdate())

    def people(self, case: "Case") -> Q:
        """The active people to tell about the case. For a role: those who hold it nearest to the case's unit."""
        return self.told(case) & Q(is_active=True)

    def __and__(self, other: "Who") -> "Who":
        return Who(
            f"({self.key}&{other.key})",
            self.label,
            lambda standing: both(self.cases(standing), other.cases(standing)),
            lambda case: both(self.told(case), other.told(case)),
            (self, other),
            all,
        )

    def __or__(self, other: "Who") -> "Who":
        return Who(
            f"({self.key}|{other.key})",
            self.label,
            lambda standing: either(self.cases(standing), other.cases(standing)),
            lambda case: either(self.told(case), other.told(case)),
            (self, other),
            any,
        )

    def __invert__(self) -> "Who":
        return Who(
            f"~{self.key}",
            self.label,
            lambda standing: neither(self.cases(standing)),
            lambda case: neither(self.told(case)),
            (self,),
            lambda belongs: not any(belongs),
        )

    def atoms(self) -> "Iterator[Who]":
        """What it is made of in the end; itself, if it is made of nothing."""
        if not self.made_of:
            yield self
        for part in self.made_of:
            yield from part.atoms()

    def follows(self, atoms: Mapping[str, bool]) -> bool:
        """Whether a person belongs, given to which of the atoms, by key, they belong. For someone who is signed in."""
        return self.when(part.follows(atoms) for part in self.made_of) if self.made_of else atoms[self.key]


@lru_cache(maxsize=1024)
def _reached(who: Who, standing: Standing, today: date) -> Q:
    """Kept for the day, as long as the standing is the same: a page asks for twenty Whos, and asks for them again the next time."""
    return who.cases(standing)


def holder(role: Role) -> Who:
    """Those who hold the role at the case's unit or above."""
    return Who(
        f"holder:{role}",
        role.label,
        lambda standing: _at(standing.units(role), standing),
        lambda case: these(nearest_holders(case, role)),
    )


def _at(units: frozenset[int], standing: Standing) -> Q:
    """Cases of the units; nothing is asked where those are none or all."""
    return NONE if not units else ALL if len(units) == standing.all_units else Q(unit_id__in=units)


def office(role: Role) -> Who:
    """Those who hold the role anywhere: an office that serves the whole Region."""
    return Who(
        f"office:{role}",
        role.label,
        lambda standing: ALL if standing.units(role) else NONE,
        lambda case: Q(pk__in=Appointment.objects.today().filter(role=role).values("person")),
    )


class Granted(Exists):
    """Cases on which the person is named with the permission. Of a case in hand, those ``named`` on it decide without the database."""

    def __init__(self, codename: str, person_id: int | None) -> None:
        table = apps.get_model("cases", "CaseGrant")
        super().__init__(
            table.objects.filter(content_object=OuterRef("pk"), user=person_id, permission__codename=codename)
        )
        self.names = (codename, person_id)


def named(grant: str) -> Who:
    """People named on this very case, as co-author, reviewer, specialist or contact (django-guardian, direct grant table)."""
    codename = f"{grant}_case"

    def cases(standing: Standing) -> Q:
        return Q(Granted(codename, standing.person_id)) if codename in standing.grants else NONE

    return Who(
        f"named:{grant}", _("those named on the case"), cases, lambda case: these(people_named(case.pk, codename))
    )


_NAMED = """
    SELECT user_id FROM cases_casegrant WHERE content_object_id = %s
    AND permission_id IN (SELECT id FROM auth_permission WHERE codename = ANY (%s))
"""


def people_named(case_id: int, *codenames: str) -> set[int]:
    """Ids of the people who are named on the case with any of the permissions (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, [case_id, list(codenames)])
        return {person for (person,) in cursor.fetchall()}


def these(people: Iterable[int]) -> Q:
    """These very people; NONE for nobody."""
    ids = sorted(people)
    return Q(pk__in=ids) if ids else NONE


def ids_in(people: Q) -> set[int] | None:
    """Ids of the people, where a condition over people names them one by one; otherwise None, and the database must be asked."""
    if people is NONE:
        return set()
    if people.negated or (people.connector != Q.OR and len(people.children) != 1):
        return None
    found: set[int] = set()
    for part in people.children:
        ids = ids_in(part) if isinstance(part, Q) else _ids_of(part)
        if ids is None:
            return None
        found |= ids
    return found


def _ids_of(part: Any) -> set[int] | None:
    match part:
        case ("pk", int() as person):
            return {person}
        case ("pk__in", list() as people) if all(isinstance(person, int) for person in people):
            return set(people)
    return None


def told_only(key: str, label: str | Promise, people: Callable[["Case"], Q]) -> Who:
    """People to tell about a case, and nothing else: it gives no right to see the case or to act on it."""
    return Who(key, label, lambda standing: NONE, people)


def one(person_id: int) -> Who:
    """This very person, to be told."""
    return told_only("one", "", lambda case: Q(pk=person_id))


def where(key: str, condition: Q) -> Who:
    """Anyone, for cases in the given condition; used to narrow another Who with ``&``."""
    return Who(f"where:{key}", "", lambda standing: condition, lambda case: ALL)


def impartial(role: Role) -> Who:
    """Holders of the role who neither wrote the case nor have declared a conflict of interest (FL 2017:900 16–18 §§).

    Where the nearest holder is the author, the case waits for those above, so that a lead's own idea does not wait for nobody.
    """
    plain = holder(role)

    def cases(standing: Standing) -> Q:
        reached = plain.cases(standing)
        if standing.whole:
            reached = either(reached, both(_at(standing.anywhere(role), standing), _by_a_holder(role)))
        return both(reached, IMPARTIAL.cases(standing))

    def told(case: "Case") -> Q:
        return these(nearest_holders(case, role, without=partial_in(case)))

    return Who(f"impartial:{role}", role.label, cases, told)


PARTIAL = ("coauthor_case", "recuse_case")
"""Grants of those who wrote a case with its owner or have declared a conflict of interest in it."""


def partial_in(case: "Case") -> Q:
    """People who wrote the case or have declared a conflict of interest in it (one query)."""
    return these({*people_named(case.pk, *PARTIAL), *([case.owner_id] if case.owner_id else [])})


def _by_a_holder(role: Role) -> Q:
    """Cases in which someone who holds the role anywhere is partial."""
    held = Appointment.objects.today().filter(role=role).values("person")
    return Q(owner__in=held) | Q(pk__in=_partial().filter(user__in=held).values("content_object"))


def _partial() -> "QuerySet[Any]":
    """Grants of those who wrote a case with its owner or have declared a conflict of interest."""
    table = apps.get_model("cases", "CaseGrant")
    return table.objects.filter(permission__codename__in=PARTIAL)


def nearest_holders(case: "Case", role: Role, *, without: Q = NONE) -> list[int]:
    """Ids of those who hold the role at the case's nearest unit upwards that has any, ``without`` some people.

    One query; another where ``without`` does not name them one by one and somebody holds the role.
    """
    return holders_at(case.unit, role, without=without)


_HOLDERS = """
    SELECT a.person_id, a.unit_id FROM organisation_appointment a
    JOIN organisation_unit u ON u.id = a.unit_id JOIN accounts_user p ON p.id = a.person_id AND p.is_active
    WHERE a.role = %s AND a.unit_id = ANY (%s) AND a.valid_from <= %s AND (a.valid_to IS NULL OR a.valid_to >= %s)
    ORDER BY length(u.path) DESC
"""


def holders_at(unit: Unit, role: Role, *, without: Q = NONE) -> list[int]:
    """As ``nearest_holders``, from any unit."""
    today, line = timezone.localdate(), [int(pk) for pk in unit.path.split(".")]
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [role, line, today, today])
        held = cursor.fetchall()
    left_out = _among([person for person, _unit in held], without)
    rows = [(person, unit) for person, unit in held if person not in left_out]
    return [person for person, unit in rows if unit == rows[0][1]]


def _among(people: list[int], condition: Q) -> set[int]:
    """Which of the people the condition is about."""
    ids = ids_in(condition)
    if ids is None and people:
        ids = set(User.objects.filter(condition, pk__in=people).values_list("pk", flat=True))
    return ids or set()


OWNER = Who(
    "owner",
    _("the author"),
    lambda standing: Q(owner_id=standing.person_id),
    lambda case: Q(pk=case.owner_id) if case.owner_id else NONE,
)
COAUTHOR = named("coauthor")
AUTHOR = replace(OWNER | COAUTHOR, key="author", label=_("the author"))
HOLDER = Who(
    "holder",
    _("the person who handles the case"),
    lambda standing: Q(holder_id=standing.person_id),
    lambda case: Q(pk=case.holder_id) if case.holder_id else NONE,
)
RECUSED = named("recuse")
"""Those who have declared a conflict of interest (FL 2017:900 16–18 §§): whatever their office, they do not decide in the case."""
REGISTRAR = holder(Role.REGISTRAR) & ~RECUSED
"""Who keeps the diary of the case's unit, unless they have declared a conflict of interest: as a reviewer or an assessor they may have."""
IMPARTIAL = ~AUTHOR & ~RECUSED
"""Everyone without a conflict of interest; used to narrow another Who with ``&``."""
EMPLOYEE = Who(
    "employee",
    _("all employees"),
    lambda standing: ALL if standing.is_employee else NONE,
    lambda case: Q(is_employee=True),
)
AT_HOME = Who(
    "at_home",
    _("employees at the unit"),
    lambda standing: Q(unit_id=standing.home) if standing.home else NONE,
    lambda case: Q(is_employee=True, unit=case.unit_id),
)
"""Those who work at the case's own unit; used to narrow another Who with ``&``."""
NOBODY = Who("nobody", _("nobody"), lambda standing: NONE, lambda case: NONE)
VISITOR = Who("visitor", _("anyone"), lambda standing: ALL, lambda case: NONE)
"""Anyone, with or without an account: for what the public may send in."""
SYSTEM = Who("system", _("the portal itself"), lambda standing: NONE, lambda case: NONE)
"""No person: for moves that the clock makes."""
SUBMITTED = where("submitted", Q(opened_at__isnull=False))
OPEN = where("open", Q(confidentiality=Confidentiality.OPEN))
RESTRICTED = where("restricted", Q(confidentiality=Confidentiality.RESTRICTED))
UNRESTRICTED = where("unrestricted", ~Q(confidentiality=Confidentiality.RESTRICTED))
