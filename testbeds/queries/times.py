"""The times of a request, and of those who want the same."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from portal.cases.models import Event
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.queries.free import HORIZON, Slot, free_slots, judged
from testbeds.queries.requests import handed_in
from testbeds.states import ClaimState, TestState, WaitState

COMPETING = (TestState.SUBMITTED, TestState.COMPLETING, TestState.REVIEW, TestState.CONDITIONAL)
MOST_COMPETING = 50
MOST_CANCELLED = 10
MOST_FITS = 6
LIVE_WAITS = (WaitState.WAITING, WaitState.OFFERED)


def claims_of(request: TestRequest) -> "QuerySet[Claim]":
    """Every time it has had, the earliest first."""
    return request.claims.select_related("testbed", "series").order_by("during", "pk")


def booked_of(request: TestRequest) -> "QuerySet[Claim]":
    """The booked times, ahead and behind, of the test that is agreed on now: of a test that is made longer those since that was decided."""
    booked = request.claims.filter(state=ClaimState.BOOKED).order_by("during")
    return booked.filter(during__startswith__gte=request.decided_at) if request.decided_at else booked


def waits_of(request: TestRequest) -> "QuerySet[Wait]":
    """Where it stands in line now."""
    return request.waits.filter(state__in=LIVE_WAITS).select_related("testbed", "offer").order_by("wanted", "pk")


def competing(testbed: Testbed, cases: "QuerySet[TestRequest]") -> "QuerySet[TestRequest]":
    """Those of the ``cases`` that want the testbed and have not got it, with their reviews, times and places in line (four queries)."""
    live = Claim.objects.keeping_out().order_by("during")
    waiting = Wait.objects.filter(state__in=LIVE_WAITS).order_by("wanted")
    return (
        cases.filter(testbed=testbed, state__in=COMPETING)
        .select_related("owner")
        .prefetch_related(
            Prefetch("claims", live, "live"),
            Prefetch("waits", waiting, "waiting"),
            Prefetch("reviews", handed_in(), "read"),
        )
        .order_by("opened_at", "pk")[:MOST_COMPETING]
    )


def offered_to(request: TestRequest) -> list[Slot]:
    """What was offered, at its own testbed, for the times that the host last cancelled, as far as it is still free (one query, two where
    there was any).
    """
    told = (
        Event.objects.filter(case=request.pk, move="time_cancelled").order_by("-number").values_list("data", flat=True)
    )
    named = [other for data in told[:MOST_CANCELLED] for other in data.get("others", ())]
    slots = {Slot(pk, datetime.fromisoformat(begins), datetime.fromisoformat(ends)) for pk, begins, ends in named}
    ahead = [slot for slot in slots if slot.testbed_id == request.testbed_id and slot.begins > timezone.now()]
    ahead.sort(key=lambda slot: slot.begins)
    can = judged(ahead)
    return [slot for slot, (is_open, is_taken) in zip(ahead, can, strict=True) if is_open and not is_taken]


def first_fits(request: TestRequest) -> list[Slot]:
    """The first times at its testbed that are as long as the test it asks for, or as long as the testbed allows; where there are none, the
    shortest. None at a testbed that takes no bookings (one query, or up to eight where little is free).
    """
    testbed, now = request.testbed, timezone.now()
    wanted = min(max((request.hours or 0) * 60, testbed.shortest), testbed.longest)
    for minutes in dict.fromkeys((wanted, testbed.shortest)) if testbed.is_published else ():
        if found := free_slots([testbed.pk], minutes=minutes, since=now, until=now + HORIZON, number=MOST_FITS):
            return found
    return []


def blocks_of(testbed: Testbed) -> "QuerySet[Claim]":
    """When nobody can have it, from now on."""
    ahead = (timezone.now(), None)
    return testbed.claims.filter(state=ClaimState.BLOCKED, during__overlap=ahead).order_by("during")


def in_parts(moments: Iterable[tuple[datetime, datetime]]) -> list[dict[str, Any]]:
    """As pages show them: beginning, end and whole minutes."""
    return [
        {"begins": begins, "ends": ends, "minutes": int((ends - begins).total_seconds() // 60)}
        for begins, ends in moments
    ]
