"""A testbed’s days as its calendar shows them to one person: as a list, a week of hours, and a month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from testbeds.calendars.showing import Person, shown, taken_by
from testbeds.calendars.stretches import (
    DAY,
    Stretch,
    clock,
    common,
    days_from,
    hour_of,
    merged,
    whole_day,
    without,
)
from testbeds.models import Claim, Testbed

FREE, BUSY, PASSED, CLOSED, TOLD = "free", "busy", "passed", "closed", "told"
WORDS: dict[str, str | Promise] = {
    FREE: pgettext_lazy("time", "Free"),
    BUSY: pgettext_lazy("time", "Busy"),
    PASSED: pgettext_lazy("time", "Passed"),
    CLOSED: pgettext_lazy("opening hours", "Closed"),
}


@dataclass(frozen=True)
class Piece:
    """A stretch of one day in words. ``claim`` is there for whoever reads what it is about, and None for everyone else."""

    kind: str
    stretch: Stretch
    day: date
    claim: Claim | None = None
    whole: bool = False

    @property
    def word(self) -> str | Promise:
        return self.claim.get_state_display() if self.claim else WORDS[self.kind]

    @property
    def since(self) -> str:
        return clock(self.stretch.begins)

    @property
    def until(self) -> str:
        return clock(self.stretch.ends, self.day)


@dataclass(frozen=True)
class Day:
    """``opens``: the opening hours. ``free``: what can be had of them from now on. ``passed``: what could have been had, and no longer can.
    ``busy``: when others have it, within opening hours, and what is left between them that is too short for any use."""

    day: date
    opens: list[Stretch]
    free: list[Stretch]
    passed: list[Stretch]
    busy: list[Stretch]
    told: list[tuple[Stretch, Claim]]
    today: date

    @property
    def is_today(self) -> bool:
        return self.day == self.today

    @property
    def long(self) -> Stretch:
        return whole_day(self.day)

    @property
    def odd_hours(self) -> int:
        """23 or 25 where the clock changes; 0 on all other days."""
        hours = self.long.lasts // timedelta(hours=1)
        return hours if hours != 24 else 0

    @cached_property
    def hours(self) -> list[Piece]:
        return [Piece(CLOSED, stretch, self.day) for stretch in self.opens]

    @cached_property
    def pieces(self) -> list[Piece]:
        """What is taken and what is free, in order."""
        return self.within(self.long)

    def within(self, part: Stretch) -> list[Piece]:
        """As ``pieces``, of a part of the day. One that fills the part is ``whole``."""
        found = {FREE: self.free, PASSED: self.passed, BUSY: self.busy}
        kinds: list[tuple[str, Stretch, Claim | None]] = [(kind, one, None) for kind in found for one in found[kind]]
        kinds += [(TOLD, one, claim) for one, claim in self.told]
        cut = [(kind, piece, claim) for kind, one, claim in kinds if (piece := one.within(part))]
        return [
            Piece(kind, piece, self.day, claim, piece == part)
            for kind, piece, claim in sorted(cut, key=lambda row: row[1])
        ]

    @property
    def state(self) -> str | Promise:
        """The day in two words, for a month."""
        if not self.opens:
            return WORDS[CLOSED]
        taken = self.busy or self.told
        if not self.free:
            return _("Nothing free") if taken and self.day >= self.today else WORDS[PASSED]
        return _("Partly free") if taken else WORDS[FREE]


@dataclass(frozen=True)
class Cell:
    day: Day
    pieces: list[Piece] = field(default_factory=list)
    exists: bool = True


@dataclass(frozen=True)
class Row:
    """One hour of the wall clock through a week."""

    hour: int
    cells: list[Cell]

    @property
    def label(self) -> str:
        return f"{self.hour:02}–{self.hour + 1:02}"


def days_of(testbed: Testbed, person: Person, first: date, number: int) -> list[Day]:
    """So many days as the person may read them. One query for the claims, and those of the opening hours, however many days."""
    ends = first + DAY * number
    whole = Stretch(whole_day(first).begins, whole_day(ends - DAY).ends)
    opens = [piece for span in opening_hours(testbed, first, ends) if (piece := span.within(whole))]
    return _days(testbed, list(days_from(first, number)), opens, person, whole)


def opening_hours(testbed: Testbed, first: date, ends: date) -> list[Stretch]:
    from testbeds.queries.free import open_spans

    return merged(Stretch(begins, until) for begins, until in open_spans(testbed, first, ends))


def _days(testbed: Testbed, days: Sequence[date], opens: list[Stretch], person: Person, whole: Stretch) -> list[Day]:
    seen = shown(testbed, person, whole.begins, whole.ends)
    now = timezone.now()
    ahead = [Stretch(now, whole.ends)] if now < whole.ends else []
    usable = [one for one in without(opens, seen.taken) if long_enough(one, testbed)]
    free = [one for one in common(usable, ahead) if long_enough(one, testbed)]
    passed = without(usable, free)
    busy = without(opens, [*usable, *(taken_by(claim, testbed) for claim in seen.told)])
    return [
        Day(
            day=day,
            opens=common(opens, [long]),
            free=common(free, [long]),
            passed=common(passed, [long]),
            busy=common(busy, [long]),
            told=told_on(seen.told, long),
            today=timezone.localdate(now),
        )
        for day in days
        for long in (whole_day(day),)
    ]


def told_on(claims: Iterable[Claim], long: Stretch) -> list[tuple[Stretch, Claim]]:
    return [(piece, claim) for claim in claims if (piece := Stretch(claim.begins, claim.ends).within(long))]


def long_enough(stretch: Stretch, testbed: Testbed) -> bool:
    """What is shorter than the shortest use is no use to anyone."""
    return stretch.lasts >= timedelta(minutes=testbed.shortest)


def hours_of(days: Sequence[Day]) -> list[Row]:
    """A row for every hour in which the testbed is open, or something is told, on any of the days."""
    hours = sorted({hour for day in days for hour in range(24) if _matters(day, hour)})
    between = range(hours[0], hours[-1] + 1) if hours else ()
    return [Row(hour, [_cell(day, hour) for day in days]) for hour in between]


def _matters(day: Day, hour: int) -> bool:
    part = hour_of(day.day, hour)
    return part is not None and any(one.within(part) for one in (*day.opens, *(one for one, _claim in day.told)))


def _cell(day: Day, hour: int) -> Cell:
    part = hour_of(day.day, hour)
    if part is None:
        return Cell(day, exists=False)
    return Cell(
        day, day.within(part) or [Piece(CLOSED if not common(day.opens, [part]) else BUSY, part, day.day, whole=True)]
    )


def grouped(claims: Iterable[Claim]) -> list[tuple[date, list[Claim]]]:
    """By the day each begins, in Stockholm."""
    groups: dict[date, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(timezone.localdate(claim.begins), []).append(claim)
    return list(groups.items())


def monday_of(day: date) -> date:
    return day - DAY * day.weekday()


def weeks_of(days: Sequence[Day]) -> list[tuple[int, list[Day]]]:
    """The weeks of a month with their numbers (ISO 8601)."""
    return [(days[at].day.isocalendar().week, list(days[at : at + 7])) for at in range(0, len(days), 7)]
