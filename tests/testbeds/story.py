"""What requests for tests need on their way, besides what their fields and forms tell."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.cases import moving
from portal.organisation.models import Appointment
from portal.organisation.states import Role
from testbeds.actions.requesting import waive_agreement
from testbeds.flow import TestFlow
from testbeds.models import CHECKS, Claim, HostReview, Testbed, TestRequest
from testbeds.queries.times import booked_of
from testbeds.states import Check, ClaimState
from tests.cast import Cast, Story, appointment
from tests.testbeds.places import place

GATE = {"operational": True, "user": True}
CHECKED = dict.fromkeys(CHECKS, Check.HANDLED)
ASKER = {"actor": "company", "organisation": "Skyltverket AB", "orgnr": "556036-0793"}
HOUR = timedelta(hours=1)
perform: Any = moving.perform
"""As it is; what comes back is read with the columns of its own kind."""


def some_place(unit: str) -> Testbed:
    return Testbed.objects.published().filter(unit__code=unit).first() or place(unit)


def appoint_a_host(request: TestRequest, cast: Cast) -> None:
    """At a unit that has none: the cast’s host."""
    line = [int(pk) for pk in request.unit.path.split(".")]
    if not Appointment.objects.today().filter(role=Role.TESTBED_HOST, unit__in=line).exists():
        appointment(cast.host, Role.TESTBED_HOST, request.unit).save()


def reviewed_by(
    request: TestRequest, reviewer: User, *, yes: bool = True, words: str = "Det går att genomföra här."
) -> HostReview:
    return HostReview.objects.create(
        request=request, reviewer=reviewer, asked_by=User.objects.get(username="host"), benefit=4, feasible=4, safe=5,
        recommends=yes, words=words, handed_in_at=timezone.now(),
    )  # fmt: skip


def two_reviews(request: TestRequest, cast: Cast) -> None:
    """By two who have neither written it nor decide on it."""
    if not request.reviews.filter(handed_in_at__isnull=False).exists():
        for reviewer in (cast.other_lead, cast.controller):
            reviewed_by(request, reviewer)


def hold_time(request: TestRequest, cast: Cast, begins: Any = None) -> Claim:
    """A held hour, each request’s on a day of its own."""
    first = begins or timezone.now().replace(hour=9, minute=0) + timedelta(days=7 + request.pk)
    return Claim.objects.create(
        testbed=request.testbed, request=request, state=ClaimState.HELD, until=timezone.now() + timedelta(days=2),
        during=(first, first + HOUR),
    )  # fmt: skip


def agree_and_hold(request: TestRequest, cast: Cast) -> None:
    """It is decided that no agreement is needed, and a time is held."""
    if not request.agreements.exists():
        waive_agreement(request, person=cast.host, data={"waived": "Testet är ett besök utan utrustning."})
    hold_time(request, cast)


def let_the_time_come(request: TestRequest, cast: Cast) -> None:
    """Its booked times are behind it, each request’s on a day of its own; that of a longer test has just begun."""
    fresh = TestRequest.objects.get(pk=request.pk)
    first = timezone.now() - timedelta(days=0 if fresh.decided_at else request.pk)
    for number, claim in enumerate(booked_of(fresh)):
        Claim.objects.filter(pk=claim.pk).update(during=(first - 2 * number * HOUR, first - (2 * number - 1) * HOUR))


def pass_months(request: TestRequest, months: int) -> None:
    """As if it had been decided that long ago."""
    TestRequest.objects.filter(pk=request.pk).update(decided_at=timezone.now() - timedelta(days=31 * months))


def half_a_year_on(request: TestRequest, cast: Cast) -> None:
    pass_months(request, 6)


def a_year_on(request: TestRequest, cast: Cast) -> None:
    pass_months(request, 12)
    TestRequest.objects.filter(pk=request.pk, after_half_year="").update(
        after_half_year="Det används på två avdelningar."
    )


STORIES = {
    TestFlow: Story(
        draft={"testbed": some_place, "confidentiality": "internal", "maturity": 6, **GATE, **CHECKED, **ASKER},
        before={
            "submit": appoint_a_host,
            "say_yes": two_reviews,
            "book": agree_and_hold,
            "begin": let_the_time_come,
            "follow_up": half_a_year_on,
            "close": a_year_on,
        },
        answers={"go_on": {"outcome": "introduce"}},
    ),
}
