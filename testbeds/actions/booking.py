"""What a request’s booked times are worth."""

from datetime import timedelta
from math import ceil

from testbeds.models import TestRequest
from testbeds.states import Actor, ClaimState

HOUR = timedelta(hours=1)


def worth_as_aid(request: TestRequest) -> int | None:
    """The worth of what is booked as de-minimis aid, SEK, each begun hour counted; None for who is no undertaking from outside."""
    if request.actor == Actor.EMPLOYEE or not request.testbed.aid:
        return None
    booked = request.claims.filter(state=ClaimState.BOOKED)
    return sum(ceil(claim.lasts / HOUR) for claim in booked) * request.testbed.aid
