"""How a testbed has kept what it promises: first answers in the last twelve months, and what came of tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import Promise

from portal.cases import personal
from portal.cases.models import Event
from portal.cases.workdays import add_workdays, workdays_between
from testbeds.models import Testbed, TestRequest
from testbeds.states import TestState

YEAR = timedelta(days=365)
FEWEST = 5
"""Of fewer requests nothing is told: it could be told whose they were."""
MOST = 1000
MOST_RESULTS = 20
TOLD = ("question", "measure", "target", "result", "measured", "lesson")
"""What is told in the open of a test that has been decided on, field by field, but for what is marked as a trade secret."""


@dataclass(frozen=True)
class AnswerTimes:
    """Of ``number`` requests that were answered, or should have been: the median of working days, and the percentage in time."""

    number: int
    median: float | None
    in_time: int

    @property
    def median_counts_as(self) -> int:
        """Which form of a word follows the median: one day, otherwise days."""
        return 1 if self.median == 1 else 2


def answer_times(testbed: Testbed) -> AnswerTimes | None:
    """None where there are fewer than ``FEWEST``. Those that still have time to be answered do not count. One query."""
    answer = Event.objects.filter(
        Q(person__isnull=False) & ~Q(person=OuterRef("owner")),
        case=OuterRef("pk"),
        source=TestState.SUBMITTED,
        internal=False,
    ).order_by("number")
    rows = (
        TestRequest.objects.filter(testbed=testbed, opened_at__gte=timezone.now() - YEAR)
        .annotate(answered_at=Subquery(answer.values("at")[:1]))
        .filter(Q(answered_at__isnull=False) | Q(state=TestState.SUBMITTED))
        .order_by("-opened_at")
        .values_list("opened_at", "answered_at")[:MOST]
    )
    return _times(testbed.answer_days, rows)


def _times(promise: int, rows: Any) -> AnswerTimes | None:
    today = timezone.localdate()
    days, late = [], 0
    for opened_at, answered_at in rows:
        opened = timezone.localdate(opened_at)
        if answered_at is not None:
            days.append(workdays_between(opened, timezone.localdate(answered_at)))
        elif add_workdays(opened, promise) < today:
            late += 1
    number = len(days) + late
    if number < FEWEST:
        return None
    in_time = sum(taken <= promise for taken in days)
    return AnswerTimes(number, median(days) if days else None, round(100 * in_time / number))


@dataclass(frozen=True)
class Told:
    """What everyone may read of a test; ``kept`` is how many of its fields are trade secrets."""

    request: TestRequest
    title: str
    items: list[dict[str, str | Promise]]
    kept: int


def results_of(testbed: Testbed) -> Iterator[Told]:
    """Tests that have been decided on and whose cases are open to all, the latest first; at most ``MOST_RESULTS``. One query."""
    shown = ("title", "outcome", "reached", "decided_at", "secrets", "kind", *TOLD)
    decided = TestRequest.objects.told_openly().filter(testbed=testbed, decided_at__isnull=False).exclude(outcome="")
    for request in decided.order_by("-decided_at", "-pk").only(*shown)[:MOST_RESULTS]:
        secret = {name for name in TOLD if name in request.secrets}
        items: list[dict[str, str | Promise]] = [
            {"label": request._meta.get_field(name).verbose_name, "value": personal.mask(getattr(request, name))}  # type: ignore[union-attr]  # all are columns
            for name in TOLD
            if name not in secret and getattr(request, name)
        ]
        yield Told(request, personal.mask(request.title), items, len(secret))
