"""How ideas spread, and what is told of them in public."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise

from ideas.models import (
    Adoption,
    Example,
    Idea,
)
from ideas.queries.ideas import count_of
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.models import Case, CaseLink
from portal.cases.states import Relation
from portal.cases.who import holders_at
from portal.cases.workdays import add_months
from portal.organisation.models import Unit
from portal.organisation.states import Role

QUARTERS = 12
"""How many quarters an adoption curve shows: three years."""


CHAIN = (Relation.LED_TO, Relation.JOINED, Relation.ANSWERS)
LINKS_AWAY = 4
"""How far a chain of cases is followed from the idea, in ties."""


@dataclass(frozen=True)
class Quarter:
    """How many units put an idea to use in a quarter, and how many used it at its end. ``start`` is its first day, in Sweden."""

    start: date
    new: int
    total: int

    @property
    def number(self) -> int:
        return (self.start.month + 2) // 3


def adoption_curve(idea: Idea, adoptions: Iterable[Adoption]) -> list[Quarter]:
    """From the quarter of the introduction until now, the last three years at most. There is one adoption per unit, so few (no query).

    A unit counts from the quarter when it put the idea to use, until the one when it said that it had stopped.
    """
    units = list(adoptions)
    found = Counter(_quarter_of(timezone.localdate(one.adopted_at)) for one in units if one.adopted_at)
    stopped = Counter(
        _quarter_of(timezone.localdate(one.checked_at)) for one in units if one.checked_at and not one.in_use
    )
    if not found:
        return []
    begun = [_quarter_of(timezone.localdate(idea.introduced_at))] if idea.introduced_at else []
    start, curve, total = min([*begun, *found]), [], 0
    while start <= timezone.localdate():
        total += found[start] - stopped[start]
        curve.append(Quarter(start, found[start], total))
        start = add_months(start, 3)
    return curve[-QUARTERS:]


def _quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


@dataclass(frozen=True)
class Step:
    """A case in a chain, as everyone may be told of it, since ``at``. ``name`` is that of its kind; empty where the title says no more."""

    pk: int
    kind: str
    name: str | Promise
    title: str
    at: datetime
    url: str


def chain_of(idea: Idea) -> list[Step]:
    """The cases that led to the idea and that it led to, in the order that they were told of, as far as everyone may be.

    A tie is followed only through cases that are told of, and from a challenge to nothing else: its other answers have led nowhere here.
    At most two queries for each of four ties away, and one more for each kind that shares something of cases that are not told of openly.
    """
    edge = found = _told({idea.pk})
    for _step in range(LINKS_AWAY):
        followed = [pk for pk, step in edge.items() if step.kind != "challenge"]
        ties = CaseLink.objects.filter(
            Q(source__in=followed) | Q(target__in=followed), relation__in=CHAIN, undone_at=None
        )
        edge = _told({end for tie in ties.values_list("source", "target") for end in tie} - found.keys())
        if not edge:
            break
        found |= edge
    return sorted(found.values(), key=lambda step: (step.at, step.pk))


def _told(pks: set[int]) -> dict[int, Step]:
    """Those that are told of openly, as in the diary, and what their kinds share of the others."""
    if not pks:
        return {}
    cases = Case.objects.select_related("owner").in_bulk(pks)
    told = {pk: _step(case) for pk, case in cases.items() if case.is_told_openly}
    for kind in kinds.all_kinds():
        if rest := [pk for pk, case in cases.items() if case.kind == kind.key and pk not in told]:
            shared = kind.shared(rest).items()
            told |= {pk: Step(pk, kind.key, kind.name, one.title, one.at, one.url) for pk, one in shared}
    return told


def _step(case: Case) -> Step:
    name = "" if case.is_private else case.kind_info.name
    at = case.opened_at or case.created_at
    return Step(case.pk, case.kind, name, case.public_title, at, reverse("diary:case", args=[case.key]))


def answering_for(unit: Unit) -> "QuerySet[User]":
    """Who says for the unit whether it takes an idea up: its innovation leads, otherwise its managers, at the nearest unit upwards that has
    any. One query, or two, to know them."""
    people = holders_at(unit, Role.INNOVATION_LEAD) or holders_at(unit, Role.MANAGER)
    return User.objects.filter(pk__in=people).order_by("name")


def units_using() -> Coalesce:
    """For a query of good examples: how many other units use the idea. Those that have stopped do not count."""
    return count_of(Adoption.objects.in_use().filter(idea=OuterRef("idea")))


def thanked(example: Example) -> list[str]:
    """The names that may be told. ``credits`` come with the example."""
    named = (credit for credit in example.credits.all() if credit.consented_on)
    return [f"{credit.name}, {credit.part}" if credit.part else credit.name for credit in named]
