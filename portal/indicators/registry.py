"""The registry of figures. An app registers its indicators when Django starts; the follow-up computes them and knows nothing else of it.

An indicator is one definition read three ways: the value for the Region, the value for each unit, and the cases behind them. So no
figure can show something other than its cases. Beside the figures an app registers examples: cases that the report tells of by name.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Aggregate, Case, Count, F, FloatField, Func, IntegerField, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import NullIf
from django.utils.functional import Promise

from portal.cases.workdays import STOCKHOLM
from portal.indicators.states import Measure

if TYPE_CHECKING:
    from portal.cases.models import CaseQuerySet


@dataclass(frozen=True, eq=False)
class Indicator:
    """One figure of the follow-up.

    ``key`` is stable: frozen reports refer to it. ``population(year)`` gives the cases that the figure is about, of all units;
    ``value`` is the aggregate over them. ``counts`` narrows the cases listed behind the figure to those that count towards it, for
    example those used, of all suggestions. ``rows`` are the strategy's rows that ask for it. ``group`` is the heading it stands under.
    ``splits`` says that the figure is about people: it counts those of one group, of all in the figure with that key. The groups of a
    figure make it up and share no case. Small numbers of theirs are not shown, for as long as they stay registered.
    ``closed`` says that the figure is about cases that are never open: it is told of the whole Region alone, where they are five or more.
    """

    key: str
    name: str | Promise
    group: str | Promise
    measure: Measure
    population: Callable[[int], "QuerySet[Any]"]
    value: Aggregate | Combinable
    counts: Q = field(default_factory=Q)
    rows: tuple[str, ...] = ()
    help: str | Promise = ""
    splits: str = ""
    closed: bool = False

    @property
    def nothing(self) -> Decimal | None:
        """What the figure is where there are no cases: zero for what is counted, nothing for a share or a median."""
        return Decimal(0) if self.measure in (Measure.NUMBER, Measure.SEK) else None

    def per_unit(self, year: int, parts: Mapping[int, int]) -> dict[int, Decimal | None]:
        """The value for each part of the organisation. ``parts`` maps a unit's id to the id of the part it is counted in. One query."""
        rows = self.population(year).order_by().annotate(part=part_of(parts)).values("part").annotate(value=self.value)
        return {row["part"]: _decimal(row["value"]) for row in rows if row["part"] is not None}

    def whole(self, year: int) -> Decimal | None:
        """The value for the whole Region; None where there is nothing to measure. One query."""
        return self.over(self.population(year))

    def over(self, cases: "QuerySet[Any]") -> Decimal | None:
        """The value over some of the population, for example what one person may see of it. One query."""
        return _decimal(cases.order_by().aggregate(value=self.value)["value"])

    def behind(self, year: int, units: Iterable[int] | None = None) -> "QuerySet[Any]":
        """The cases behind the figure, for the given units or for all. Visibility is the caller's."""
        cases = self.population(year).filter(self.counts)
        return cases if units is None else cases.filter(unit_id__in=units)


NO_CASE = Q(pk__lt=0)
"""``counts`` of a figure about something else than cases, whose population need only have a ``unit_id``: no case is behind it."""


def part_of(parts: Mapping[int, int]) -> Case:
    """The part in which a case is counted. ``parts`` maps a unit's id to that of its part."""
    whens: dict[int, list[int]] = {}
    for unit, part in parts.items():
        whens.setdefault(part, []).append(unit)
    return Case(
        *(When(unit_id__in=units, then=Value(part)) for part, units in whens.items()), output_field=IntegerField()
    )


class Median(Aggregate):
    """The middle value (PostgreSQL's ``percentile_cont``)."""

    function = "PERCENTILE_CONT"
    name = "median"
    output_field = FloatField()
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def days_between(start: str, end: str) -> Combinable:
    """Days, with decimals, from one moment of the case to another."""
    return (_Epoch(F(end)) - _Epoch(F(start))) / Value(86400.0)


def share(condition: Q) -> Combinable:
    """Percent of the population for which the condition holds; nothing where the population is empty."""
    return Count("pk", filter=condition) * Value(100.0, output_field=FloatField()) / NullIf(Count("pk"), Value(0))


def happened(field: str, year: int) -> Q:
    """Something was done in the Swedish calendar year; written as a range, so that an index serves it."""
    return Q(**{f"{field}__gte": _start_of(year)}) & before(field, year + 1)


def before(field: str, year: int) -> Q:
    """Something was done before the Swedish calendar year began."""
    return Q(**{f"{field}__lt": _start_of(year)})


def _start_of(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=STOCKHOLM).astimezone(UTC)


class _Epoch(Func):
    template = "EXTRACT(EPOCH FROM %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, eq=False)
class Examples:
    """Cases of a year that the report tells of by name: what was introduced, what was learnt.

    ``cases(year)`` gives them, those to tell of first. The report leaves out every case that is not told of openly.
    ``text`` is what is told besides the title. ``most`` is how many are told of for each part of the organisation.
    """

    key: str
    heading: str | Promise
    cases: Callable[[int], "CaseQuerySet[Any]"]
    text: Callable[[Any], str] = lambda case: case.summary
    most: int = 5


_indicators: dict[str, Indicator] = {}
_examples: dict[str, Examples] = {}


def register(indicator: Indicator) -> Indicator:
    """Make an indicator known. Raises ValueError if the key is taken."""
    if indicator.key in _indicators:
        raise ValueError(f"The indicator {indicator.key!r} is registered twice.")
    _indicators[indicator.key] = indicator
    return indicator


def all_indicators() -> list[Indicator]:
    """In the order they were registered."""
    return list(_indicators.values())


def splits() -> list[list[str]]:
    """The keys of the figures that are about people, those that split the same figure together."""
    found: dict[str, list[str]] = {}
    for indicator in _indicators.values():
        if indicator.splits:
            found.setdefault(indicator.splits, []).append(indicator.key)
    return list(found.values())


def closed_keys() -> list[str]:
    """The keys of the figures that are about cases that are never open."""
    return [indicator.key for indicator in _indicators.values() if indicator.closed]


def by_key(key: str) -> Indicator:
    """The indicator with the key; KeyError if no installed app has it."""
    return _indicators[key]


def register_examples(examples: Examples) -> Examples:
    """Make examples known. Raises ValueError if the key is taken."""
    if examples.key in _examples:
        raise ValueError(f"The examples {examples.key!r} are registered twice.")
    _examples[examples.key] = examples
    return examples


def all_examples() -> list[Examples]:
    """In the order they were registered."""
    return list(_examples.values())


def _decimal(value: Any) -> Decimal | None:
    """One decimal, the half rounded up as people do it."""
    return None if value is None else Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
