"""How calls end: the clock closes them at their second and receives what was handed in, or they are called off."""

from contextlib import suppress
from typing import Any

from django.utils import timezone

from fund.models import Application, Call
from fund.rules.calls import BEFORE_REVIEW
from fund.states import ApplicationState, CallState
from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.moving import perform, perform_all

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


def call_off(call: Call, *, person: User, data: dict[str, Any]) -> None:
    """Everything that has been handed in ends with the call, and its authors are told the same reason."""
    handed_in = Application.objects.filter(call=call.pk, state__in=BEFORE_REVIEW)
    perform_all(handed_in, lambda _: "call_off", person=None, data={"reason": data["reason"]})


def _move(case: Call | Application, move: str) -> bool:
    """Another worker may have been before; a manager may have time left to answer."""
    with suppress(Refused):
        perform(case, move, person=None)
        return True
    return False
