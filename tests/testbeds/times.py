"""Requests that stand in line, and times to ask for: the first week of March 2030, in Stockholm."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from portal.cases.models import Case, Event
from portal.cases.workdays import STOCKHOLM
from testbeds.actions import claiming
from testbeds.flow import TestFlow
from testbeds.models import Agreement, Claim, Testbed, TestRequest
from testbeds.states import TestState
from tests.cast import Cast, case_in

MONDAY = date(2030, 3, 4)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), STOCKHOLM)


def wall(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A wall time, without a zone."""
    return datetime.combine(date(year, month, day), time(hour, minute))


TEN, NOON = at(MONDAY, 10), at(MONDAY, 12)


def asking(cast: Cast, testbed: Testbed, **values: Any) -> TestRequest:
    """A request by somebody from outside that the host has said yes to, so that time can be held for it."""
    told = {"orgnr": "559900-0006", "operational": True, "user": True, "phone": "", **values}
    made = case_in(TestFlow, "submitted", cast, owner=cast.external, testbed=testbed, unit=testbed.unit.code, **told)
    Case.objects.filter(pk=made.pk).update(state=TestState.CONDITIONAL)
    return TestRequest.objects.get(pk=made.pk)


def agreed(cast: Cast, request: TestRequest) -> None:
    """No agreement is needed, and it says why: what is held can be booked."""
    Agreement.objects.create(
        request=request, number=1, waived="Provet är riskfritt.", sha256="a" * 64, made_by=cast.lead
    )


def hold(request: TestRequest, begins: datetime = TEN, ends: datetime = NOON, **values: Any) -> Claim:
    assert request.owner
    return claiming.hold_time(request=request, begins=begins, ends=ends, person=request.owner, **values)


def verbs(request: TestRequest) -> list[str]:
    """What the history tells after the submission."""
    return list(Event.objects.filter(case=request.pk).order_by("number").values_list("move", flat=True))[1:]


def run_out(*claims: Claim) -> None:
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(until=timezone.now() - HOUR)
