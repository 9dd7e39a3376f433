"""Volume of any kind: the ways its flow allows, spread over years and units, written by COPY with numbers, history and diary."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.utils import timezone, translation

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.flow import Flow, Move
from portal.cases.models import Case, DiaryEntry, DiarySeries, Event
from portal.cases.states import Direction
from portal.cases.who import SYSTEM
from portal.demo.copying import copy_rows, reserve_ids
from portal.organisation.models import Unit
from portal.organisation.queries import authority_of
from portal.organisation.states import UnitKind

YEARS = 7
SETTLED = 300
"""Days after which nearly every case has reached its end."""
CASE = ("id", "kind", "reference", "title", "summary", "body", "state", "owner_id", "unit_id", "holder_id", "awaits", "created_at",
        "changed_at", "opened_at", "closed_at", "due_at", "perspectives", "beneficiaries", "confidentiality", "version")  # fmt: skip
EVENT = (
    "case_id",
    "number",
    "at",
    "person_id",
    "move",
    "source",
    "target",
    "note",
    "data",
    "internal",
    "previous",
    "hash",
)
DIARY = (
    "case_id",
    "line",
    "at",
    "direction",
    "counterpart",
    "counterpart_public",
    "concerns",
    "provision",
    "entered_by_id",
)


def over_the_years(random: Random) -> datetime:
    """A moment of the years that a large database covers."""
    return timezone.now() - timedelta(minutes=random.randrange(YEARS * 365 * 24 * 60))


@dataclass(frozen=True)
class Recipe:
    """How one kind is made in volume.

    ``texts`` gives, from dice, the state and the moment it was reached, the case's own fields (title, summary, body,
    perspectives, beneficiaries) and a mapping of the kind's columns. ``weights`` says how common each end and each waiting state is;
    where there are only ends or none, age decides nothing. ``opened`` gives the moment when one was handed in, ``without`` the people
    who write none.
    """

    flow: type[Flow]
    texts: Callable[[Random, str, datetime], tuple[dict[str, Any], dict[str, Any]]]
    weights: Mapping[str, float]
    anonymous: bool = False
    confidentiality: str = "open"
    opened: Callable[[Random], datetime] = over_the_years
    without: frozenset[int] = frozenset()


@dataclass
class Made:
    """One case as it will be written."""

    pk: int
    opened: datetime
    unit: Unit
    owner: int | None
    lead: int | None
    reference: str
    path: list[Move]
    times: list[datetime]
    case: dict[str, Any]
    own: dict[str, Any]

    @property
    def state(self) -> str:
        return str(self.path[-1].target)


def ways(flow: type[Flow]) -> dict[str, list[Move]]:
    """For each state, the shortest chain of moves from the draft to it."""
    found: dict[str, list[Move]] = {flow.start: []}
    waiting = deque([flow.start])
    while waiting:
        state = waiting.popleft()
        for move in sorted(flow.moves_from(state), key=lambda move: move.by is SYSTEM):
            if move.target and move.target not in found:
                found[move.target] = [*found[state], move]
                waiting.append(move.target)
    return found


@transaction.atomic
def fill(recipe: Recipe, *, cases: int, random: Random, say: Callable[[str], None]) -> int:
    """Write that many cases of the kind; returns how many. About a minute for 20 000, most of it the hashing of events."""
    made = list(_make(recipe, cases, random))
    say(f"  {len(made)} made up, writing …")
    kind, flow = _kind_key(recipe.flow), recipe.flow
    copy_rows(Case, CASE, (_case_row(one, kind, flow, recipe.confidentiality) for one in made))
    own = sorted(made[0].own)
    copy_rows(flow.model, ["case_ptr_id", *own], ([one.pk, *(one.own[name] for name in own)] for one in made))
    copy_rows(Event, EVENT, (row for one in made for row in _event_rows(one)))
    with translation.override("sv"):
        copy_rows(DiaryEntry, DIARY, (row for one in made for row in _diary_rows(one)))
    return len(made)


def _make(recipe: Recipe, cases: int, random: Random) -> Iterator[Made]:
    """In the order of time, so that numbers are given as they would have been."""
    now = timezone.now()
    units = list(Unit.objects.current().exclude(kind=UnitKind.REGION))
    people = _people_by_unit(recipe.without)
    everyone = [pk for pks in people.values() for pk in pks]
    numbers, known = _Numbers(), ways(recipe.flow)
    moments = sorted(recipe.opened(random) for _ in range(cases))
    for pk, opened in zip(reserve_ids(Case, cases), moments, strict=True):
        unit = random.choice(units)
        staff = people.get(unit.pk) or everyone
        path = known[_state(recipe, (now - opened).days, random)]
        times = _times(opened, len(path), now, random)
        case, own = recipe.texts(random, str(path[-1].target), times[-1])
        owner = None if recipe.anonymous else random.choice(staff)
        yield Made(
            pk, opened, unit, owner, staff[0], numbers.next(unit, opened), path, times, case, own
        )  # fmt: skip
    numbers.keep()


def _state(recipe: Recipe, age: int, random: Random) -> str:
    """Old cases have ended; young ones are under way."""
    ends = {state: weight for state, weight in recipe.weights.items() if state in recipe.flow.ends}
    open_ = {state: weight for state, weight in recipe.weights.items() if state not in recipe.flow.ends}
    ended = random.random() < min(0.98, 0.05 + age / SETTLED)
    chosen = (ends if ended else open_) or recipe.weights
    return random.choices(list(chosen), list(chosen.values()))[0]


def _times(opened: datetime, number: int, now: datetime, random: Random) -> list[datetime]:
    """When each move was made: the first at once, the rest over weeks, none in the future."""
    times, moment = [opened], opened
    for _step in range(number - 1):
        moment = min(moment + timedelta(days=random.expovariate(1 / 18)), now)
        times.append(moment)
    return times


class _Numbers:
    """Diary numbers of the made-up cases, going on from those in use."""

    def __init__(self) -> None:
        self.last = {(row.authority_id, row.year): row.last for row in DiarySeries.objects.all()}
        self.authorities: dict[int, Unit] = {}

    def next(self, unit: Unit, opened: datetime) -> str:
        authority = self.authorities.setdefault(unit.pk, authority_of(unit))
        year = timezone.localtime(opened).year
        number = self.last[authority.pk, year] = self.last.get((authority.pk, year), 0) + 1
        return f"{authority.prefix} {year}-{number:04d}"

    def keep(self) -> None:
        DiarySeries.objects.bulk_create(
            [
                DiarySeries(authority_id=authority, year=year, last=last)
                for (authority, year), last in self.last.items()
            ],
            update_conflicts=True,
            unique_fields=["authority", "year"],
            update_fields=["last"],
        )


def _people_by_unit(without: frozenset[int]) -> dict[int, list[int]]:
    people: dict[int, list[int]] = {}
    rows = (
        User.objects.filter(is_employee=True, is_active=True, unit__isnull=False).exclude(pk__in=without).order_by("pk")
    )
    for unit, pk in rows.values_list("unit", "pk"):
        people.setdefault(unit, []).append(pk)
    return people


def _kind_key(flow: type[Flow]) -> str:
    return kinds.of_model(flow.model).key


def _case_row(one: Made, kind: str, flow: type[Flow], confidentiality: str) -> list[Any]:
    last, ended = one.times[-1], one.state in flow.ends
    return [
        one.pk, kind, one.reference, one.case["title"], one.case["summary"], one.case["body"], one.state, one.owner, one.unit.pk,
        one.lead if len(one.path) > 1 else None, "" if ended else flow.awaits[one.state].key, one.opened, last, one.opened,
        last if ended else None, None if ended else flow.due[one.state](max(last, _recent())), one.case["perspectives"],
        one.case["beneficiaries"], confidentiality, len(one.path) + 1,
    ]  # fmt: skip


def _recent() -> datetime:
    """Open cases are due from a few weeks ago and on: few are late, as in a house that keeps its dates."""
    return timezone.now() - timedelta(days=20)


def _event_rows(one: Made) -> Iterator[list[Any]]:
    source = one.path[0].source[0]
    for number, (move, at) in enumerate(zip(one.path, one.times, strict=True)):
        person = one.owner if number == 0 else one.lead
        yield [one.pk, 0, at, person, move.name, source, move.target, "", {}, False, "", ""]
        source = str(move.target)


def _diary_rows(one: Made) -> Iterator[list[Any]]:
    for move, at in zip(one.path, one.times, strict=True):
        if move.diary is not None:
            whom = (
                "" if move.diary == Direction.DRAWN_UP else f"medarbetare, {one.unit}" if one.owner else "privatperson"
            )
            yield [one.pk, 0, at, str(move.diary), whom, whom, str(move.past)[:200], "", one.owner]
