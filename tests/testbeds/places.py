"""Testbeds for tests: open on working days, and requests for them."""

from datetime import time
from itertools import count
from typing import Any

from django.utils import timezone

from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.organisation.models import Unit
from portal.organisation.states import Role
from testbeds.models import OpeningHours, Testbed, TestRequest
from tests.cast import Cast, appointment

_number = count(1)


def place(unit: str = "SOS", **values: Any) -> Testbed:
    """A published testbed, open from 8 to 18 on Monday to Friday, with a quarter of an hour before and half an hour after each use."""
    number = next(_number)
    told: dict[str, Any] = {
        "slug": f"provrum-{number}",
        "name": f"Provrum {number}",
        "name_en": f"Test room {number}",
        "summary": "Ett rum där vårdens utrustning prövas.",
        "offers": "Medicinteknik, larm och skyltar.",
        "contact": "Innovationsenheten",
        "email": "provrum@example.org",
        "before": 15,
        "after": 30,
        "published_at": timezone.now(),
        **values,
    }
    made = Testbed.objects.create(unit=Unit.objects.get(code=unit), **told)
    OpeningHours.objects.bulk_create(
        OpeningHours(testbed=made, weekday=day, opens=time(8), closes=time(18)) for day in range(5)
    )
    return made


def asked(cast: Cast, testbed: Testbed, owner: User | None = None) -> TestRequest:
    """A draft of a request, by somebody from outside unless told."""
    number = next(_number)
    return begin_case(
        model=TestRequest,
        owner=owner or cast.external,
        unit=testbed.unit,
        testbed=testbed,
        title=f"Talande skyltar {number}",
    )


def host_of(testbed: Testbed, person: User) -> User:
    """The person, with the office of testbed host at its unit."""
    appointment(person, Role.TESTBED_HOST, testbed.unit).save()
    return User.objects.get(pk=person.pk)
