"""A request says whom it waits for, and until when, each time something happens to it."""

from datetime import datetime

from django.db.models import F
from django.utils import timezone

from testbeds.models import TestRequest
from testbeds.rules.awaiting import step_of


def set_next(request: TestRequest) -> None:
    """Whose step it is, on the request in hand; the caller saves it."""
    step = step_of(request)
    if step is not None:
        request.awaits = step.who.key
        request.due_at = step.until or request.due_at


def set_next_anew(request: TestRequest) -> None:
    """As above where the state stays: what had a date of its own may be done, and then the date is the state’s (one query more)."""
    if request.closed_at is None and step_of(request) is not None:
        request.due_at = _due_in_state(request)
        set_next(request)


def write_next(request: TestRequest) -> None:
    """The same, written: something has happened that no move made. The request is locked."""
    before = (request.awaits, request.due_at)
    set_next_anew(request)
    if (request.awaits, request.due_at) != before:
        request.save(update_fields=["awaits", "due_at"])


def _due_in_state(request: TestRequest) -> datetime:
    """When the state is due, by when the request came to it or, where its history does not tell, was handed in (one query)."""
    came = request.events.filter(target=request.state).exclude(source=F("target")).order_by("-number").first()
    return request.kind_info.flow.due[request.state](came.at if came else request.opened_at or timezone.now())
