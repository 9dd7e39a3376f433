"""When a testbed is open, and when it is free: reckoned by the database in multiranges, from what stands at that moment.

A use may begin where it lies within the opening hours, overlaps neither another's use nor what is around it, and has room for what is
around itself. The Region's wall time decides the opening hours, also on the nights when the clock is changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.cases.workdays import SATURDAY, STOCKHOLM, is_workday
from testbeds.models import Testbed

STEP = 30
"""Minutes: times that are proposed begin on the hour or half past."""
MOST_DAYS = 400

OPEN = """
    days AS (SELECT day::date FROM generate_series(%(first)s::date, %(last)s::date, '1 day') AS day),
    beds AS (SELECT * FROM testbeds_testbed WHERE {beds}),
    hours AS (
        SELECT b.id, d.day, e.opens, e.closes
        FROM beds b JOIN testbeds_openingexception e ON e.testbed_id = b.id JOIN days d ON d.day = e.day
        WHERE e.opens IS NOT NULL
        UNION ALL
        SELECT b.id, d.day, h.opens, h.closes
        FROM beds b JOIN testbeds_openinghours h ON h.testbed_id = b.id JOIN days d ON h.weekday = extract(isodow FROM d.day) - 1
        WHERE (b.open_on_holidays OR d.day <> ALL (%(holidays)s::date[]))
        AND NOT EXISTS (SELECT FROM testbeds_openingexception e WHERE e.testbed_id = b.id AND e.day = d.day)
    ),
    open AS (
        SELECT id, range_agg(tstzrange(
            (day + opens) AT TIME ZONE 'Europe/Stockholm',
            (CASE WHEN closes >= '23:59' THEN (day + 1)::timestamp ELSE day + closes END) AT TIME ZONE 'Europe/Stockholm'
        )) AS spans FROM hours GROUP BY id
    )
"""
"""By testbed, when it is open on the days from ``first`` to ``last``."""
FREE = """
    {open},
    busy AS (
        SELECT s.testbed_id AS id, range_agg(CASE WHEN s.part = 1 THEN tstzrange(
            lower(s.during) - make_interval(mins => b.after), upper(s.during) + make_interval(mins => b.before)
        ) ELSE s.during END) AS spans
        FROM testbeds_span s JOIN beds b ON b.id = s.testbed_id
        WHERE s.during && tstzrange(%(since)s::timestamptz - interval '9 hours', %(until)s::timestamptz + interval '9 hours')
        AND (s.until IS NULL OR s.until > %(now)s) AND (%(claim)s::bigint IS NULL OR s.claim_id <> %(claim)s)
        GROUP BY s.testbed_id
    ),
    gaps AS (
        SELECT o.id, b.before, b.after, unnest(
            o.spans * tstzmultirange(tstzrange(%(since)s, %(until)s)) - coalesce(y.spans, '{{}}'::tstzmultirange)
        ) AS gap
        FROM open o JOIN beds b USING (id) LEFT JOIN busy y USING (id)
        WHERE %(minutes)s BETWEEN b.shortest AND b.longest
    ),
    rooms AS (
        SELECT id, before, after, upper(gap) - make_interval(mins => %(minutes)s) AS last,
            to_timestamp(ceil(extract(epoch FROM lower(gap)) / (60 * %(step)s)) * 60 * %(step)s) AS first
        FROM gaps
    )
"""
"""By testbed, between which moments a use of so many minutes can begin."""


@dataclass(frozen=True)
class Slot:
    """A free time."""

    testbed_id: int
    begins: datetime
    ends: datetime

    @property
    def minutes(self) -> int:
        return int((self.ends - self.begins).total_seconds() // 60)


def holidays(since: date, until: date) -> list[date]:
    """Days from Monday to Friday on which an authority is closed."""
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return [day for day in days if day.weekday() < SATURDAY and not is_workday(day)]


def open_spans(testbed: Testbed, since: date, until: date) -> list[tuple[datetime, datetime]]:
    """When it is open on the days from ``since`` to before ``until``, as moments (one query)."""
    last = min(until, since + timedelta(days=MOST_DAYS)) - timedelta(days=1)
    values = {"beds": [testbed.pk], "first": since, "last": last, "holidays": holidays(since, last)}
    rows = _rows(
        f"WITH {OPEN.format(beds='id = ANY (%(beds)s)')}"  # noqa: S608  # of our own constants
        " SELECT lower(span), upper(span) FROM (SELECT unnest(spans) AS span FROM open) AS each ORDER BY 1",
        values,
    )
    return [(begins, ends) for begins, ends in rows]


def is_open(testbed: Testbed, begins: datetime, ends: datetime) -> bool:
    """The whole of it lies within opening hours (one query)."""
    first, last = begins.astimezone(STOCKHOLM).date(), ends.astimezone(STOCKHOLM).date()
    spans = open_spans(testbed, first, last + timedelta(days=1))
    return any(opens <= begins and ends <= closes for opens, closes in spans)


def free_slots(
    testbeds: Sequence[int] | None,
    *,
    minutes: int,
    since: datetime,
    until: datetime,
    number: int = 3,
    step: int = STEP,
    besides: int | None = None,
) -> list[Slot]:
    """The first free times of so many minutes, the earliest first; of all published testbeds where none are named (one query).

    ``besides`` is the id of a claim that is as good as gone, because it is about to be moved.
    """
    found = _rows(
        f"WITH {_free(testbeds)} SELECT id, moment FROM rooms,"  # noqa: S608  # of our own constants
        " generate_series(first, last, make_interval(mins => %(step)s)) AS moment WHERE first <= last ORDER BY moment, id LIMIT %(number)s",
        _values(testbeds, minutes, since, until, step, besides) | {"number": number},
    )
    return _slots(found, minutes)


def fits_times(
    testbeds: Sequence[int] | None, *, minutes: int, times: int, since: datetime, until: datetime, step: int = STEP
) -> list[tuple[int, list[Slot]]]:
    """The testbeds with room for so many uses, each with its first ones, whoever is ready first standing first (one query).

    Uses of the same request leave room for what is around each of them.
    """
    apart = "make_interval(mins => (ceil((%(minutes)s + greatest(before, after)) / %(step)s::numeric) * %(step)s)::int)"
    found = _rows(
        f"WITH {_free(testbeds)}, moments AS ("  # noqa: S608  # of our own constants
        " SELECT id, moment, row_number() OVER (PARTITION BY id ORDER BY moment) AS place"
        f" FROM rooms, generate_series(first, last, {apart}) AS moment WHERE first <= last),"
        " enough AS (SELECT id, max(moment) AS ready FROM moments WHERE place <= %(times)s GROUP BY id HAVING count(*) = %(times)s)"
        " SELECT id, moment FROM moments JOIN enough USING (id) WHERE place <= %(times)s ORDER BY ready, id, moment",
        _values(testbeds, minutes, since, until, step, None) | {"times": times},
    )
    by_testbed: dict[int, list[Slot]] = {}
    for slot in _slots(found, minutes):
        by_testbed.setdefault(slot.testbed_id, []).append(slot)
    return list(by_testbed.items())


def _free(testbeds: Sequence[int] | None) -> str:
    chosen = "published_at IS NOT NULL AND closed_at IS NULL" if testbeds is None else "id = ANY (%(beds)s)"
    return FREE.format(open=OPEN.format(beds=chosen))


def _values(
    testbeds: Sequence[int] | None, minutes: int, since: datetime, until: datetime, step: int, besides: int | None
) -> dict[str, Any]:
    now = timezone.now()
    since, until = max(since, now), min(until, since + timedelta(days=MOST_DAYS))
    first, last = since.astimezone(STOCKHOLM).date(), until.astimezone(STOCKHOLM).date()
    return {
        "beds": list(testbeds or ()),
        "first": first,
        "last": last,
        "holidays": holidays(first, last),
        "since": since,
        "until": max(since, until),
        "now": now,
        "minutes": minutes,
        "step": step,
        "claim": besides,
    }


def _slots(rows: Iterable[tuple[Any, ...]], minutes: int) -> list[Slot]:
    return [Slot(testbed, begins, begins + timedelta(minutes=minutes)) for testbed, begins in rows]


def _rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
