"""Each due job is started once: with two schedulers, over the nights when the clocks change, and after a clock has jumped."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from celery import beat
from django.conf import settings
from django.db import connection

from portal.beat.leading import LEAD, Leadership
from portal.beat.models import LastRun
from portal.beat.scheduler import STANDBY, Scheduler
from portal.cases.workdays import STOCKHOLM
from portal.celery import app
from tests.resilience.parts import House, wait_until

JOBS = settings.CELERY_BEAT_SCHEDULE
DAILY = {name for name, job in JOBS.items() if not isinstance(job["schedule"], float)}
SEND = "send-notices"


def at(text: str) -> datetime:
    """A moment in Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


class Clocked(Scheduler):
    """With a clock to set, and a note of what it starts instead of a broker."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.started: list[tuple[str, datetime]] = []
        self.broker_is_there = True
        super().__init__(app, schedule={})
        self.leadership = ClockedLeadership(self)

    def apply_async(self, entry: beat.ScheduleEntry, *args: Any, **kwargs: Any) -> None:
        if not self.broker_is_there:
            raise beat.SchedulingError
        self.started.append((str(entry.name), self.now))

    def walk(self, until: datetime, step: timedelta) -> None:
        while self.now < until:
            self.now += step
            self.tick()

    def per_day(self) -> dict[date, Counter[str]]:
        days: dict[date, Counter[str]] = defaultdict(Counter)
        for name, moment in self.started:
            days[moment.astimezone(STOCKHOLM).date()][name] += 1
        return days


class ClockedLeadership(Leadership):
    def __init__(self, owner: Clocked) -> None:
        self.owner = owner
        super().__init__()

    def read(self) -> tuple[datetime, dict[str, datetime]]:
        return self.owner.now, super().read()[1]


@pytest.fixture
def clocked(transactional_db: None) -> Iterator[Clocked]:
    scheduler = Clocked(at("2026-03-27 12:00"))
    yield scheduler
    scheduler.close()


# ── One leads ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(27)
def test_one_leads_the_other_stands_by_until_the_first_is_gone(transactional_db: None) -> None:
    first, second = Clocked(at("2026-05-04 12:00")), Clocked(at("2026-05-04 12:00"))
    try:
        first.tick()
        assert second.tick() == STANDBY
        assert Counter(name for name, _at in first.started) == Counter(JOBS.keys())
        assert second.started == []

        first.close()
        second.now += timedelta(seconds=10)
        second.tick()
        assert second.started == [], "what the first has started is on record"

        second.now += timedelta(seconds=10)
        second.tick()
        assert second.started == [(SEND, second.now)]
    finally:
        first.close()
        second.close()


@pytest.mark.trust(27)
def test_a_leader_whose_connection_breaks_starts_nothing_until_it_leads_again(clocked: Clocked) -> None:
    clocked.tick()
    clocked.started.clear()
    clocked.now += timedelta(minutes=5)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE locktype = 'advisory' AND objid = %s AND datname = current_database()",
            [LEAD],
        )

    assert clocked.tick() == STANDBY
    assert clocked.started == []

    clocked.tick()
    assert SEND in {name for name, _at in clocked.started}


def test_with_the_database_away_the_scheduler_waits(clocked: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**kwargs: Any) -> None:
        raise psycopg2.OperationalError

    with monkeypatch.context() as patch:
        patch.setattr("portal.beat.leading.psycopg2.connect", away)
        assert clocked.tick() == STANDBY
    assert clocked.started == []

    clocked.tick()
    assert clocked.started != []


@pytest.mark.trust(6)
def test_with_the_broker_away_a_due_job_stays_due(clocked: Clocked) -> None:
    clocked.broker_is_there = False
    clocked.walk(at("2026-03-27 12:10"), timedelta(minutes=1))
    assert not LastRun.objects.exists()

    clocked.broker_is_there = True
    clocked.tick()

    assert Counter(name for name, _at in clocked.started) == Counter(JOBS.keys())


# ── Clocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(27)
@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-03-27 20:00", "2026-03-31 04:00"), ("2026-10-23 20:00", "2026-10-27 04:00")],
    ids=["an hour is lost", "an hour comes twice"],
)
def test_each_daily_job_runs_once_a_day_when_the_clocks_change(clocked: Clocked, start: str, end: str) -> None:
    clocked.now = at(start)
    clocked.tick()
    clocked.started.clear()

    clocked.walk(at(end), timedelta(minutes=11))

    days = clocked.per_day()
    for day, count in sorted(days.items())[1:-1]:
        assert {name: count[name] for name in DAILY} == dict.fromkeys(DAILY, 1), day
    hours = {moment.astimezone(STOCKHOLM).hour for name, moment in clocked.started if name == "watch-deadlines"}
    assert hours == {6}


@pytest.mark.trust(27)
def test_a_clock_that_jumps_ahead_starts_each_missed_job_once(clocked: Clocked) -> None:
    clocked.tick()
    clocked.started.clear()

    clocked.now += timedelta(days=3)
    for _look in range(3):
        clocked.tick()

    assert Counter(name for name, _at in clocked.started) == Counter(JOBS.keys())


@pytest.mark.trust(27)
def test_a_clock_that_goes_back_an_hour_starts_no_daily_job_again(clocked: Clocked) -> None:
    clocked.now = at("2026-05-04 05:59")
    clocked.tick()
    clocked.walk(at("2026-05-04 07:00"), timedelta(minutes=1))
    clocked.started.clear()

    clocked.now = at("2026-05-04 06:00")
    clocked.walk(at("2026-05-04 07:00"), timedelta(minutes=1))

    assert DAILY & {name for name, _at in clocked.started} == set()
    assert SEND in {name for name, _at in clocked.started}


@pytest.mark.trust(27)
def test_after_a_clock_that_was_days_ahead_the_jobs_go_on(clocked: Clocked) -> None:
    clocked.now = at("2026-05-20 12:00")
    clocked.tick()
    clocked.started.clear()

    clocked.now = at("2026-05-04 12:00")
    for _look in range(3):
        clocked.tick()

    assert Counter(name for name, _at in clocked.started) == Counter(JOBS.keys())


def test_a_job_that_was_due_while_nobody_was_there_is_started_late(clocked: Clocked) -> None:
    clocked.now = at("2026-05-04 05:00")
    clocked.tick()
    clocked.close()
    clocked.started.clear()

    clocked.now = at("2026-05-04 16:00")
    clocked.tick()

    assert "watch-deadlines" in {name for name, _at in clocked.started}


# ── For real ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@pytest.mark.trust(27)
def test_of_two_real_schedulers_one_is_killed_and_nothing_is_started_twice(house: House) -> None:
    """Two processes, no worker: what they start stays in the queue and can be counted."""
    first, second = house.beat(), house.beat()
    wait_until(lambda: LastRun.objects.count() == len(JOBS), 30, "not every job is started")
    tasks = Counter(job["task"] for job in JOBS.values())
    assert house.broker.waiting() == tasks

    leader = first if "This scheduler leads" in first.log.read_text() else second
    follower = second if leader is first else first
    leader.kill()
    follower.wait_for("This scheduler leads", 15)
    sender = str(JOBS[SEND]["task"])
    wait_until(lambda: house.broker.waiting()[sender] == 2, 40, "the next round is not started")

    assert {task: count for task, count in house.broker.waiting().items() if count > 1}.keys() <= {
        job["task"] for name, job in JOBS.items() if name not in DAILY
    }
