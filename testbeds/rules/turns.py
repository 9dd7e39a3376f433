"""Whose turn it is: what comes free is first for whoever has waited longest for it, also before the clock has offered it to them."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import takewhile

from django.db.models import Q
from django.utils import timezone

from testbeds.models import TestRequest, Wait
from testbeds.queries.free import Slot, judged
from testbeds.rules.timing import ASKS
from testbeds.states import WaitState


def come_free(slots: Iterable[Slot], *, within: timedelta) -> list[Wait]:
    """Those in line for what has come free, and is not offered yet, so near the slots; who has waited longest first. One query, two where
    anybody waits.
    """
    near = Q(pk__in=())
    for slot in slots:
        near |= Q(testbed=slot.testbed_id, wanted__overlap=(slot.begins - within, slot.ends + within))
    waits = Wait.objects.filter(near, state=WaitState.WAITING, request__state__in=ASKS)
    rows = list(waits.filter(wanted__startswith__gt=timezone.now()).select_related("testbed"))
    can = judged([slot_of(wait) for wait in rows])
    return [wait for wait, (is_open, is_taken) in zip(rows, can, strict=True) if is_open and not is_taken]


def is_anothers_turn(request: TestRequest, slot: Slot, line: Sequence[Wait]) -> bool:
    """Another has waited for it, or for what leaves no room for it, longer than the request has waited for all of it."""
    ahead = takewhile(lambda wait: wait.request_id != request.pk or not _covers(wait, slot), line)
    return any(wait.request_id != request.pk and _meets(with_around(wait), slot) for wait in ahead)


def slot_of(wait: Wait) -> Slot:
    return Slot(wait.testbed_id, wait.begins, wait.ends)


def with_around(wait: Wait) -> Slot:
    """When nobody else can use the testbed, if the time is offered as it was waited for."""
    around = timedelta(minutes=max(wait.testbed.before, wait.testbed.after))
    return Slot(wait.testbed_id, wait.begins - around, wait.ends + around)


def _covers(wait: Wait, slot: Slot) -> bool:
    return wait.testbed_id == slot.testbed_id and wait.begins <= slot.begins and slot.ends <= wait.ends


def _meets(one: Slot, other: Slot) -> bool:
    return one.testbed_id == other.testbed_id and one.begins < other.ends and other.begins < one.ends
