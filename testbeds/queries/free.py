"""Free time, asked of the database each time: opening hours less what is taken (the functions of the migration ``0005_time``).

A use needs its own minutes free of others' use and of what is around that, and what is around it free of others' use. What is around a
use may lie outside the opening hours. Wall times are those of Stockholm, read as RFC 5545 3.3.5 does.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.cases.workdays import STOCKHOLM, holidays_in
from testbeds.models import Testbed

DAY = timedelta(days=1)
HORIZON = timedelta(days=60)
"""How far ahead other times are looked for first."""
FAR = timedelta(days=366)
"""How far ahead from now a time can be chosen, and is looked for before another testbed is named."""
GLANCES = (timedelta(days=3), timedelta(days=14))
"""What is looked through first: there is mostly a working day among three, and the rest need not be read."""
FIRST_GLANCES = (timedelta(days=1), timedelta(days=4), timedelta(days=14))
"""The same where the first times at any of many are asked for: one working day has them."""
MOST_BEFORE = 10
"""So many that lose their times get times of their own to choose from; more would be to read a month for each."""
STEP = 30
"""Minutes: uses are proposed at even such times, unless there would be room for fewer of them."""


@dataclass(frozen=True)
class Slot:
    """A time at a testbed, ``[begins, ends)``, UTC."""

    testbed_id: int
    begins: datetime
    ends: datetime

    @property
    def during(self) -> tuple[datetime, datetime]:
        return self.begins, self.ends

    @property
    def minutes(self) -> int:
        return int((self.ends - self.begins) / timedelta(minutes=1))


Spans = list[tuple[datetime, datetime]]


def open_spans(testbed: Testbed, since: date, until: date) -> Spans:
    """When it is open on the days from ``since`` and before ``until``; hours that meet at midnight are one span. One query."""
    return _spans("testbed_open(%s, %s, %s, %s)", [testbed.pk, since, until, holidays_in(since, until)])


def free_spans(testbed: Testbed, since: datetime, until: datetime) -> Spans:
    """The stretches in which a use can lie, whole, between two moments. One query."""
    return _spans(
        "testbed_free(%s, tstzrange(%s, %s), %s, %s)",
        [testbed.pk, since, until, _holidays(since, until), timezone.now()],
    )


def free_slots(
    testbeds: Sequence[int] | None,
    *,
    minutes: int,
    since: datetime,
    until: datetime,
    number: int = 3,
    step: int = STEP,
) -> list[Slot]:
    """The first uses of so many minutes that fit, earliest first, at any of the testbeds; None is all that are published.

    Those at the same testbed leave room for each other. A testbed whose shortest and longest use do not allow the length has none.
    One query, or up to four where little is free.
    """
    since = _whole(since)
    for end in _ends(since, until, FIRST_GLANCES):
        found = _fits(testbeds, minutes, number, since, end, step)
        if len(found) >= number:
            break
    return sorted(found, key=_first)[:number]


def fits_times(
    testbeds: Sequence[int] | None, *, minutes: int, times: int, since: datetime, until: datetime, step: int = STEP
) -> list[tuple[int, list[Slot]]]:
    """The testbeds with room for so many separate uses, each with the first of them; who is done first comes first. Up to three queries."""
    since = _whole(since)
    done: dict[int, list[Slot]] = {}
    left = list(Testbed.objects.published().values_list("pk", flat=True)) if testbeds is None else list(testbeds)
    for end in _ends(since, until, GLANCES):
        by_testbed: dict[int, list[Slot]] = {}
        for slot in _fits(left, minutes, times, since, end, step):
            by_testbed.setdefault(slot.testbed_id, []).append(slot)
        done |= {pk: slots for pk, slots in by_testbed.items() if len(slots) == times}
        left = [pk for pk in left if pk not in done]
        if not left:
            break
    return sorted(done.items(), key=lambda item: _first(item[1][-1]))


def judged(slots: Sequence[Slot]) -> list[tuple[bool, bool]]:
    """Of each: whether it is open then, and whether somebody has it, or what is around it. One query, none for none."""
    if not slots:
        return []
    days = [(slot.begins.astimezone(STOCKHOLM).date(), slot.ends.astimezone(STOCKHOLM).date() + DAY) for slot in slots]
    holidays = holidays_in(min(since for since, _until in days), max(until for _since, until in days))
    asked = """
        SELECT testbed_open(t.id, since, until, %s) @> wanted,
            testbed_taken(t.id, wanted, t.before, t.after, %s) && wanted
        FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::date[], %s::date[])
            WITH ORDINALITY AS slots (id, begins, ends, since, until, place)
        JOIN testbeds_testbed t USING (id) CROSS JOIN LATERAL tstzrange(begins, ends) AS wanted
        ORDER BY place
    """
    columns = [
        [slot.testbed_id for slot in slots],
        [slot.begins for slot in slots],
        [slot.ends for slot in slots],
        [since for since, _until in days],
        [until for _since, until in days],
    ]
    return _rows(asked, [holidays, timezone.now(), *columns])


def near(
    slots: Sequence[Slot], *, number: int = 3, elsewhere: bool = True, but: Sequence[Slot] = ()
) -> list[list[Slot]]:
    """For each, the first times of the same length that are free at the same testbed from the morning of its day, or from now. Those at
    one testbed get times of their own, as far as there are any, and none of ``but``.

    One query. Where it has fewer than ``number`` within ``HORIZON`` its later ones follow, and where there are too few of those, times of
    other testbeds, for up to eight queries each; not so if ``elsewhere`` is false.
    """
    now = _whole(timezone.now())
    starts = [max(now, _morning(slot.begins)) for slot in slots]
    asked = """
        SELECT place, begins, ends
        FROM unnest(%s::bigint[], %s::integer[], %s::timestamptz[], %s::integer[])
            WITH ORDINALITY AS slots (id, minutes, since, number, place)
        CROSS JOIN LATERAL testbed_fits(id, minutes, number, tstzrange(since, since + %s), %s, %s, %s)
    """
    columns = [
        [slot.testbed_id for slot in slots],
        [slot.minutes for slot in slots],
        starts,
        _enough(slots, number, but),
    ]
    found: list[list[Slot]] = [[] for _slot in slots]
    if slots:
        holidays = _holidays(min(starts), max(starts) + HORIZON)
        for place, begins, ends in _rows(asked, [*columns, HORIZON, holidays, STEP, now]):
            found[place - 1].append(Slot(slots[place - 1].testbed_id, begins, ends))
    return [
        own
        if len(own) >= number or not elsewhere
        else _and_elsewhere(_and_later(own, slot, since, number, but), slot, since, number)
        for own, slot, since in zip(_apart(found, number, but), slots, starts, strict=True)
    ]


def _enough(slots: Sequence[Slot], number: int, but: Sequence[Slot]) -> list[int]:
    """How many to look for, so that each has its own when those before it at the same testbed have got theirs, and those that meet one of
    ``but`` are taken away.
    """
    before: Counter[int] = Counter()
    asked = []
    for slot in slots:
        met = sum(one.minutes // slot.minutes + 2 for one in but if one.testbed_id == slot.testbed_id)
        asked.append(number * (min(before[slot.testbed_id], MOST_BEFORE) + 1) + min(met, MOST_BEFORE))
        before[slot.testbed_id] += 1
    return asked


def _apart(found: Sequence[list[Slot]], number: int, but: Sequence[Slot]) -> list[list[Slot]]:
    """The first of each that no earlier one has got; where there are too few, those too, rather than none."""
    given: list[Slot] = []
    chosen = []
    for slots in found:
        possible = [slot for slot in slots if not _meets(slot, but)]
        own = [slot for slot in possible if not _meets(slot, given)]
        chosen.append(
            sorted([*own, *(slot for slot in possible if slot not in own)][:number], key=_first)
            if len(own) < number
            else own[:number]
        )
        given += chosen[-1]
    return chosen


def _meets(slot: Slot, others: Sequence[Slot]) -> bool:
    return any(
        slot.testbed_id == one.testbed_id and slot.begins < one.ends and one.begins < slot.ends for one in others
    )


def _and_later(own: list[Slot], slot: Slot, since: datetime, number: int, but: Sequence[Slot]) -> list[Slot]:
    since, until = since + HORIZON, timezone.now() + FAR
    if since >= until:
        return own
    (asked,) = _enough([slot], number, but)
    found = free_slots([slot.testbed_id], minutes=slot.minutes, since=since, until=until, number=asked)
    return [*own, *(later for later in found if not _meets(later, but))][:number]


def _and_elsewhere(own: list[Slot], slot: Slot, since: datetime, number: int) -> list[Slot]:
    if len(own) >= number:
        return own
    found = free_slots(None, minutes=slot.minutes, since=since, until=since + HORIZON, number=number + len(own))
    return [*own, *(other for other in found if other.testbed_id != slot.testbed_id)][:number]


def _fits(
    testbeds: Sequence[int] | None, minutes: int, times: int, since: datetime, until: datetime, step: int
) -> list[Slot]:
    asked = """
        SELECT t.id, begins, ends FROM testbeds_testbed t
        CROSS JOIN LATERAL testbed_fits(t.id, %s, %s, tstzrange(%s, %s), %s, %s, %s)
        WHERE t.id = ANY (%s) OR (%s AND t.published_at IS NOT NULL AND t.closed_at IS NULL)
    """
    if until <= since:
        return []
    places = [list(testbeds or ()), testbeds is None]
    rows = _rows(asked, [minutes, times, since, until, _holidays(since, until), step, timezone.now(), *places])
    return [Slot(*row) for row in rows]


def _first(slot: Slot) -> tuple[datetime, int]:
    return slot.begins, slot.testbed_id


def _ends(since: datetime, until: datetime, glances: Sequence[timedelta]) -> list[datetime]:
    """Where the looking stops: a little first, and then all of it."""
    return [*(since + glance for glance in glances if since + glance < until), until]


def _holidays(since: datetime, until: datetime) -> list[date]:
    return holidays_in(since.astimezone(STOCKHOLM).date(), until.astimezone(STOCKHOLM).date() + DAY)


def _morning(moment: datetime) -> datetime:
    return moment.astimezone(STOCKHOLM).replace(hour=0, minute=0, second=0, microsecond=0)


def _whole(moment: datetime) -> datetime:
    """The next whole minute."""
    return moment if moment.second == moment.microsecond == 0 else moment.replace(second=0, microsecond=0) + DAY / 1440


def _spans(function: str, values: list[Any]) -> Spans:
    asked = f"SELECT lower(span), upper(span) FROM unnest({function}) AS span ORDER BY span"  # noqa: S608 - one of the two above
    return _rows(asked, values)


def _rows(asked: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(asked, values)
        return list(cursor.fetchall())
