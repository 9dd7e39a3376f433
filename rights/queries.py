"""Who has been told of the rules, what someone has confirmed that they have read, and what a disclosure keeps beside itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from portal.accounts.models import User
from portal.cases.models import Case
from portal.indicators.hiding import hidden
from portal.organisation.models import Unit
from rights.models import Briefing, Compensation, Contributor, PolicyVersion, Protection, ReadReceipt

Row = tuple[int, int]


@dataclass(frozen=True)
class Reach:
    """How far a version has reached at a unit; at all units together where ``unit`` is None.

    ``told`` of ``staff`` were told, as those who told them have written; ``told_on`` is when that was last. ``read`` of ``people``
    have confirmed that they have read it; ``people`` have an account here. ``read`` is None where the number is not shown.
    Of the whole Region ``units_told`` of ``units`` have told their staff; ``staff`` are those of all units, and 0 until it is known of
    every unit how many work there: a share of fewer would say more than is so.
    """

    unit: Unit | None
    told: int
    staff: int
    told_on: Any
    read: int | None
    people: int
    units_told: int = 0
    units: int = 0

    @property
    def told_share(self) -> int | None:
        """In percent; at most 100, also where people were counted twice."""
        return min(100, round(100 * self.told / self.staff)) if self.staff else None

    @property
    def read_share(self) -> int | None:
        return round(100 * self.read / self.people) if self.read is not None and self.people else None


def reach(version: PolicyVersion) -> list[Reach]:
    """The Region first, then each unit as it is today. Two queries.

    Small numbers about people are not shown, nor what would tell them.
    """
    everyone, units = _everyone(version), list(_units(version))
    table = [_row(*everyone), *(_row(unit.read, unit.people) for unit in units)]
    away = {row for row, _group in hidden(table)}
    of_units = [
        Reach(unit, unit.told, unit.staff_then, unit.told_on, None if row in away else unit.read, unit.people)
        for row, unit in enumerate(units, 1)
    ]
    told = sum(min(one.told, one.staff) for one in of_units)
    staff = sum(one.staff for one in of_units) if all(one.staff for one in of_units) else 0
    last = max((one.told_on for one in of_units if one.told_on), default=None)
    read, people = everyone
    units_told = sum(one.told > 0 for one in of_units)
    whole = Reach(None, told, staff, last, None if 0 in away else read, people, units_told, len(of_units))
    return [whole, *of_units]


def _row(read: int, people: int) -> Row:
    """Those who have read, and the others."""
    return read, people - read


def _employees() -> "QuerySet[User]":
    return User.objects.filter(is_active=True, is_employee=True)


def _everyone(version: PolicyVersion) -> Row:
    receipts = ReadReceipt.objects.filter(version=version, person=OuterRef("pk"))
    found = _employees().aggregate(read=Count("pk", filter=Exists(receipts)), people=Count("pk"))
    return found["read"], found["people"]


def _units(version: PolicyVersion) -> Any:
    """The units with what is known of each, in one query."""
    briefings = Briefing.objects.standing().filter(version=version, unit=OuterRef("pk"))
    people = _employees().filter(unit=OuterRef("pk"))
    readers = people.filter(Exists(ReadReceipt.objects.filter(version=version, person=OuterRef("pk"))))
    latest = briefings.order_by("-told_on", "-pk")
    return (
        Unit.objects.current()
        .in_order()
        .annotate(
            told=_number(briefings.order_by().values("unit").annotate(number=Sum("told"))),
            staff_then=Coalesce(Subquery(latest.values("staff")[:1]), 0),
            told_on=Subquery(latest.values("told_on")[:1]),
            people=_number(people.order_by().values("unit").annotate(number=Count("pk"))),
            read=_number(readers.order_by().values("unit").annotate(number=Count("pk"))),
        )
    )


def _number(rows: "QuerySet[Any]") -> Coalesce:
    return Coalesce(Subquery(rows.values("number"), output_field=IntegerField()), 0)


def units_to_tell(year: int) -> "QuerySet[Unit]":
    """Units that existed in the year; ``unit_id`` is their own, so that they are counted as what lies at a unit."""
    existed = Q(valid_to=None) | Q(valid_to__year__gte=year)
    return Unit.objects.filter(existed, valid_from__year__lte=year).annotate(unit_id=F("pk"))


def told_of(version: "QuerySet[Any, Any]") -> Exists:
    """For a query of units: the staff have been told of the version, here given by a query of it alone."""
    return Exists(Briefing.objects.standing().filter(unit=OuterRef("pk"), version__in=version))


def to_renew() -> "QuerySet[Protection]":
    """Protections that live and must be renewed by some day."""
    return Protection.objects.filter(ended_on=None, renew_by__isnull=False)


def read_by(person: User) -> Iterator[dict[str, Any]]:
    """The versions of the rules that a person has confirmed that they have read (one query)."""
    for receipt in ReadReceipt.objects.filter(person=person).select_related("version").order_by("at"):
        yield {"what": "rules read", "version": receipt.version.number, "at": receipt.at}


def rows_of(disclosure: Case) -> dict[str, "QuerySet[Any]"]:
    """What a disclosure keeps in tables of its own, for the reviewer who takes the whole case out."""
    return {
        "contributors": Contributor.objects.filter(disclosure=disclosure.pk).select_related("person", "attested_by"),
        "compensations": Compensation.objects.filter(contributor__disclosure=disclosure.pk).select_related(
            "contributor__person"
        ),
        "protections": Protection.objects.filter(disclosure=disclosure.pk),
    }
