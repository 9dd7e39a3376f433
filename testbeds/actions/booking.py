"""What becomes of a request’s times when it is booked, and when it ends."""

from datetime import timedelta
from math import ceil

from django.db.models import F
from django.utils import timezone

from portal.accounts.models import User
from testbeds.models import TestRequest
from testbeds.states import Actor, ClaimState, WaitState

HOUR = timedelta(hours=1)


def book_held(request: TestRequest, person: User) -> None:
    """What is held now is booked. The trigger ``booked_by_agreement`` refuses it before the agreement is in force."""
    held = request.claims.keeping_out().filter(state=ClaimState.HELD)
    held.update(state=ClaimState.BOOKED, until=None, sequence=F("sequence") + 1, changed_at=timezone.now())


def let_go(request: TestRequest, person: User | None, why: str) -> None:
    """Times that have not passed are free for others, and no place is kept in any line."""
    ahead = request.claims.filter(state__in=(ClaimState.HELD, ClaimState.BOOKED), during__endswith__gt=timezone.now())
    ahead.update(state=ClaimState.CANCELLED, why=why[:500], sequence=F("sequence") + 1, changed_at=timezone.now())
    request.waits.filter(state=WaitState.WAITING).update(state=WaitState.LEFT)


def worth_as_aid(request: TestRequest) -> int | None:
    """The worth of what is booked as de-minimis aid, SEK, each begun hour counted; None for who is no undertaking from outside."""
    if request.actor == Actor.EMPLOYEE or not request.testbed.aid:
        return None
    booked = request.claims.filter(state=ClaimState.BOOKED)
    return sum(ceil(claim.lasts / HOUR) for claim in booked) * request.testbed.aid
