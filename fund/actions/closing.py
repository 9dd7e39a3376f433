"""What the clock does: calls close at their second, and what was handed in is received."""

from contextlib import suppress

from django.utils import timezone

from fund.models import Application, Call
from fund.states import ApplicationState, CallState
from portal.cases.errors import Refused
from portal.cases.moving import perform

BATCH = 500


def shut_calls() -> int:
    """Close each call whose time has run out, let what was handed in last stand, and receive what the manager has answered.

    Safe to run at any time and by any number of workers; returns how many moves were made. At most ``BATCH`` cases a turn.
    """
    done = 0
    for call in Call.objects.filter(state=CallState.ANNOUNCED, closes_at__lte=timezone.now()).order_by("pk"):
        done += _move(call, "begin_review")
    shut = Application.objects.filter(call__state=CallState.REVIEWING)
    for state, move in (
        (ApplicationState.REVISING, "keep"),
        (ApplicationState.APPROVED, "receive"),
        (ApplicationState.SUBMITTED, "receive"),
    ):
        for application in shut.filter(state=state).order_by("pk")[:BATCH]:
            done += _move(application, move)
    return done


def _move(case: Call | Application, move: str) -> bool:
    """Another worker may have been before; a manager may have time left to answer."""
    with suppress(Refused):
        perform(case, move, person=None)
        return True
    return False
