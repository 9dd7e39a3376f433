"""Locks in one order: first cases, then testbeds, each in the order of their keys. Whoever takes them so waits in no ring.

What becomes of other cases (who is next in line, whose hold has run out) is done after the commit, by itself: nobody asks for another’s
case with a testbed in hand.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import psycopg2.errors
from django.db import DatabaseError, IntegrityError, connection, transaction

from portal.cases.models import Case
from testbeds.models import Testbed, TestRequest

TRIES = 5
Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Changed(Exception):
    """What was to be locked is something else now: begin again."""


class Overlaps(Exception):
    """The database refused it: somebody has that time."""


def whole(action: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """All or nothing; tried again, at most ``TRIES`` times in all, after a deadlock, unless it is part of a greater transaction."""

    @wraps(action)
    def act(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return action(*args, **kwargs)
            except (DatabaseError, Changed) as problem:
                if not left or connection.in_atomic_block or not _passes(problem):
                    raise
                time.sleep(0.01)  # the one that won is let through
        raise AssertionError("unreachable")

    return act


def _passes(problem: Exception) -> bool:
    again = (psycopg2.errors.DeadlockDetected, psycopg2.errors.SerializationFailure)
    return isinstance(problem, Changed) or isinstance(problem.__cause__, again)


@contextmanager
def overlaps_told() -> Iterator[None]:
    """A savepoint; raises Overlaps where an exclusion constraint refuses what is written in it."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as problem:
        if isinstance(problem.__cause__, psycopg2.errors.ExclusionViolation):
            raise Overlaps from problem
        raise


def lock(request: Any, *testbeds: int) -> TestRequest:
    """The request as it is now; it, and the testbeds, are held to the end of the transaction."""
    Case.objects.hold(request.pk)
    Testbed.objects.hold(*testbeds)
    found: TestRequest = TestRequest.objects.select_related("testbed", "unit", "owner").get(pk=request.pk)
    return found
