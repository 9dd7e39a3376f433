"""How a testbed has kept what it promises: first answers in the last twelve months, and what came of tests."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _

from portal.cases.kinds import Shared
from portal.cases.models import CaseGrant, Event
from portal.cases.workdays import add_workdays, workdays_between
from testbeds.models import SHARED, Testbed, TestRequest
from testbeds.queries.unnamed import without_names
from testbeds.states import TestState

FIRST_ANSWERS = ("ask_completion", "take_up", "decline")
"""Moves by which a host answers for the first time."""
YEAR = timedelta(days=365)
FEWEST = 5
"""Of fewer requests nothing is told: it could be told whose they were."""
MOST = 1000
MOST_RESULTS = 20
HEADING = 120
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
    answer = Event.objects.filter(case=OuterRef("pk"), move__in=FIRST_ANSWERS).order_by("number")
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
    """What everyone may read of a test; ``kept`` is how many of its fields are trade secrets, ``by`` who tested if they may be named."""

    request: TestRequest
    heading: str
    by: str
    items: list[dict[str, str]]
    kept: int


def results_of(testbed: Testbed) -> Iterator[Told]:
    """Tests whose results are shared, the latest first; at most ``MOST_RESULTS``. Two queries, one where there are none."""
    for request in _shared().filter(testbed=testbed).order_by("-decided_at", "-pk")[:MOST_RESULTS]:
        yield told_of(request)


def shared_of(pks: Collection[int]) -> dict[int, Shared]:
    """By id, those of the tests whose results are shared: the question, the day of the decision and where the rest is read. Two queries, or
    one.
    """
    found = _shared().filter(pk__in=pks, testbed__in=Testbed.objects.published()).select_related("testbed")
    return {request.pk: _as_shared(request) for request in found}


def _as_shared(request: TestRequest) -> Shared:
    heading = told_of(request).heading or _("A test whose question is a trade secret")
    decided_at = request.decided_at or request.changed_at
    return Shared(heading, decided_at, f"{request.testbed.get_absolute_url()}#results-title")


def _shared() -> QuerySet[TestRequest]:
    """Tests whose results are shared, with who tested."""
    named = Prefetch("grants", CaseGrant.objects.select_related("user", "permission"), to_attr="named")
    found = TestRequest.objects.filter(SHARED).exclude(outcome="")
    return found.select_related("owner").prefetch_related(named)


def told_of(request: TestRequest) -> Told:
    """What is shared of it: not its title, which cannot be marked, and nothing that is. No query where those ``named`` on it are read."""
    texts = {
        name: without_names(getattr(request, name), request)
        for name in TOLD
        if getattr(request, name) and name not in request.secrets
    }
    items = [{"label": capfirst(request.name_of(name)), "value": text} for name, text in texts.items()]
    by = request.asker() if request.may_be_named else ""
    kept = sum(bool(getattr(request, name)) for name in TOLD if name in request.secrets)
    return Told(request, Truncator(texts.get("question", "")).chars(HEADING), by, items, kept)
