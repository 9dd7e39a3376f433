"""Which of several schedulers leads: the one that holds an advisory lock in the database, for as long as its connection lives."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import psycopg2
from django.db import connection

LEAD = 5_150_706
_NOTICE_A_DEAD_LEADER = "SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3"
_RAN = "INSERT INTO beat_lastrun (name, at) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET at = excluded.at"


class Leadership:
    """A connection of its own, apart from Django's: the lock is lost the moment it breaks, and never by mistake.

    It must reach PostgreSQL itself, or a pool in session mode: a pool in transaction mode would share the lock out. Every method but
    ``leave`` raises ``psycopg2.Error`` when the database is away.
    """

    def __init__(self) -> None:
        self.link: psycopg2.extensions.connection | None = None

    def held(self) -> bool:
        """Do we lead, or can we from now on?"""
        if self.link is None:
            link = psycopg2.connect(**connection.get_connection_params())
            if not _try_to_lock(link):
                link.close()
                return False
            self.link = link
        return True

    def leave(self) -> None:
        """Let go of the lock, or of what is left of a broken connection."""
        if self.link is not None:
            with suppress(psycopg2.Error):
                self.link.close()
            self.link = None

    def read(self) -> tuple[datetime, dict[str, datetime]]:
        """The database's clock, one time for all machines, and when each job last ran."""
        with self._transaction() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            (now,) = cursor.fetchone() or ()
            cursor.execute("SELECT name, at FROM beat_lastrun")
            return now, dict(cursor.fetchall())

    @contextmanager
    def recorded(self, name: str, at: datetime) -> Iterator[None]:
        """The run is on record if the block succeeds. The write comes first, so a leader that has lost its lock starts nothing."""
        with self._transaction() as cursor:
            cursor.execute(_RAN, [name, at])
            yield

    @contextmanager
    def _transaction(self) -> Iterator["psycopg2.extensions.cursor"]:
        if self.link is None:
            raise psycopg2.InterfaceError("This scheduler does not lead.")
        with self.link, self.link.cursor() as cursor:
            yield cursor


def _try_to_lock(link: "psycopg2.extensions.connection") -> bool:
    with link, link.cursor() as cursor:
        cursor.execute(_NOTICE_A_DEAD_LEADER)
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LEAD])
        return cursor.fetchone() == (True,)
