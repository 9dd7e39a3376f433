"""How ideas spread, and what is told of them in public."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from ideas.models import (
    Adoption,
    Example,
    Idea,
)
from ideas.queries.ideas import count_of
from portal.cases.models import Case, CaseLink
from portal.cases.states import Relation
from portal.cases.workdays import add_months

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


def chain_of(idea: Idea) -> list[Case]:
    """The cases that led to the idea and that it led to, in the order they were handed in, as far as everyone may be told of them.

    A tie is followed only through cases that are told of. At most two queries for each of four ties away.
    """
    found = {case.pk: case for case in Case.objects.told_openly().filter(pk=idea.pk)}
    edge = found
    for _step in range(LINKS_AWAY):
        ties = CaseLink.objects.filter(Q(source__in=edge) | Q(target__in=edge), relation__in=CHAIN, undone_at=None)
        ends = {end for tie in ties.values_list("source", "target") for end in tie} - found.keys()
        new = Case.objects.told_openly().filter(pk__in=ends) if ends else ()
        edge = {case.pk: case for case in new}
        if not edge:
            break
        found |= edge
    return sorted(found.values(), key=lambda case: (case.opened_at, case.pk))


def units_using() -> Coalesce:
    """For a query of good examples: how many other units use the idea. Those that have stopped do not count."""
    return count_of(Adoption.objects.in_use().filter(idea=OuterRef("idea")))


def thanked(example: Example) -> list[str]:
    """The names that may be told: the author's by their own word on the idea, others by a consent. ``credits`` come with the example."""
    author = [str(example.idea.owner)] if example.idea.owner and example.idea.may_credit else []
    named = (credit for credit in example.credits.all() if credit.consented_on)
    return [*author, *(f"{credit.name}, {credit.part}" if credit.part else credit.name for credit in named)]
