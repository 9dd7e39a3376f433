"""Celery beat that may be started on several machines: one leads and the others stand by.

A due job is handed to the broker inside the transaction that records its run. If the broker is away, the run is not on record and
is tried again; if the leader is killed in between, the next one hands the job over once more, which its idempotence makes harmless.
Time is the database's: a wrong clock on one of the machines changes nothing.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

import psycopg2
from celery import beat

from portal.beat.leading import Leadership

log = logging.getLogger(__name__)
STANDBY = 5.0
"""Seconds between two looks at the lock: the longest that nobody leads after a leader has died."""
DAY = timedelta(days=1)


class Scheduler(beat.Scheduler):
    """For ``CELERY_BEAT_SCHEDULER``; takes intervals and crontabs (in ``CELERY_TIMEZONE``, daylight saving included)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.leadership = Leadership()
        self.leads = False
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        self.merge_inplace(self.app.conf.beat_schedule)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start what is due; returns the seconds until the next look."""
        try:
            if self._note(self.leadership.held()):
                return self._start_due(*self.leadership.read())
        except psycopg2.Error:
            log.warning("The database is away; the lead is given up")
            self._note(False)
            self.leadership.leave()
        except beat.SchedulingError:
            log.warning("The broker is away; what is due waits")
        return STANDBY

    def close(self) -> None:
        self.leadership.leave()
        super().close()

    def _note(self, leads: bool) -> bool:
        if leads != self.leads:
            log.info("This scheduler leads" if leads else "This scheduler stands by")
        self.leads = leads
        return leads

    def _start_due(self, now: datetime, last_runs: dict[str, datetime]) -> float:
        pauses = [STANDBY]
        for name, entry in self.schedule.items():
            due, pause = _is_due(entry.schedule, now, last_runs.get(name))
            if due:
                with self.leadership.recorded(name, now):
                    self.apply_async(entry, advance=False)
            pauses.append(pause)
        return max(min(pauses), 0.1)


def _is_due(plan: Any, now: datetime, last: datetime | None) -> tuple[bool, float]:
    """A job that has never run is due. A last run so far ahead that only a wrong clock can have written it counts as none."""
    period = getattr(plan, "run_every", DAY)
    if last is None or last - now > period:
        return True, STANDBY
    plan.nowfun = lambda: now
    due, pause = plan.is_due(last)
    return due, pause
