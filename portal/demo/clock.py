"""Living through years in minutes: many lives in one time, in the order in which things happen."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

import time_machine

Life = Iterator[datetime]
"""A life yields the moment at which it wants to go on; what it then does, it does at that moment."""


def live(lives: Iterable[Life], *, until: datetime) -> int:
    """Live all lives up to the moment ``until``; return how many times somebody did something.

    The order is that of time over all lives, so diary numbers are given as they would have been. The application sees each moment
    as now; the database's own clock, which the seals of the history rest on, goes on undisturbed.
    """
    number, waiting = count(), list[tuple[datetime, int, Life]]()
    for life in lives:
        _wait(waiting, life, next(number))
    done = 0
    while waiting and waiting[0][0] < until:
        moment, _number, life = heappop(waiting)
        with time_machine.travel(moment, tick=False):
            _wait(waiting, life, next(number))
        done += 1
    return done


def _wait(waiting: list[tuple[datetime, int, Life]], life: Life, number: int) -> None:
    moment = next(life, None)
    if moment is not None:
        heappush(waiting, (moment, number, life))
