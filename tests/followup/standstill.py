"""To stop a worker at a certain place, and to send work to the workers of a test."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import psycopg2
import pytest
from django.db import connection

from portal.celery import app
from tests.database import at
from tests.resilience.parts import wait_until

LONG = 120  # seconds; most things take two, on a machine at rest

WAITING = """
    SELECT count(*) FROM pg_locks JOIN pg_database here ON here.oid = pg_locks.database AND here.datname = current_database()
    WHERE relation = %s::regclass AND NOT granted
"""
"""The databases of two test processes are copies, in which a table has the same number."""


class Standstill:
    """A lock on a table, which the worker comes to and waits for until ``end`` is called, or the block is left."""

    def __init__(self, table: str, mode: str) -> None:
        self.table = table
        self.link = psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], connection.settings_dict["NAME"]))
        with self.link.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")

    def wait(self, waiting: int = 1) -> None:
        """Until so many wait for the lock. The server keeps the place of those who died waiting."""
        wait_until(lambda: self.waiting() == waiting, LONG, f"no worker comes to {self.table}")

    def waiting(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(WAITING, [self.table])
            return int(cursor.fetchone()[0])

    def end(self) -> None:
        self.link.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.end()


@contextmanager
def sending_to(url: str) -> Iterator[None]:
    """What this process sends goes to another broker."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app.conf, "broker_url", url)
        patch.setattr(app.amqp, "_producer_pool", None)
        patch.setattr(app, "_pool", None)  # whoever asks first makes it for good
        with app.connection_for_write() as link:
            assert link.as_uri(include_password=True).startswith(url.rpartition("/")[0])
        yield
