"""The line for a time that is taken: who has waited longest is offered it first, and has some hours to take it.

What concerns another's case is done here, after the commit of what brought it about or by the clock: each in a transaction of its own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.verdicts import no
from testbeds.actions.holding import LONGEST_AROUND, Taken, change, held_until, must_be_open, put
from testbeds.actions.locking import lock, whole
from testbeds.actions.telling import note
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.queries.free import Slot, judged
from testbeds.rules.timing import MOST, asks_for_time, fitting
from testbeds.rules.turns import come_free, is_anothers_turn, slot_of
from testbeds.states import ClaimState, WaitState

BATCH = 500


# ── Standing in line ─────────────────────────────────────────────────────────────────────────────────────────────────


@whole
def stand_in_line(*, request: TestRequest, testbed: Testbed, begins: datetime, ends: datetime, person: User) -> Wait:
    """Wait for a time that somebody has, or is offered first. Raises Refused when it is free, cannot be had, or is waited for or held
    already.
    """
    fresh = lock(request, testbed.pk)
    slot = Slot(testbed.pk, begins, ends)
    if not (verdict := asks_for_time(fresh) & fitting(testbed, begins, ends)):
        raise Refused(verdict)
    must_be_open([slot])
    is_taken = judged([slot])[0][1]
    if not is_taken and not is_anothers_turn(fresh, slot, come_free([slot], within=2 * LONGEST_AROUND)):
        raise Refused(no(_("That time is free. You can have it at once.")))
    if fresh.claims.keeping_out().filter(testbed=testbed, during__overlap=slot.during).exists():
        raise Refused(no(_("The request has that time, or some of it, already.")))
    if fresh.waits.filter(state=WaitState.WAITING).count() >= MOST:
        raise Refused(no(_("The request stands in line for too many times.")))
    try:
        with transaction.atomic():
            made = Wait.objects.create(testbed=testbed, request=fresh, wanted=slot.during, made_by=person)
    except IntegrityError:
        raise Refused(no(_("The request stands in line for that time already."))) from None
    note(fresh, "line_joined", person, [slot])
    return Wait.objects.get(pk=made.pk)


@whole
def leave_line(*, wait: Wait, person: User) -> None:
    """Wait no more; what was offered is given back, and offered to the next. Leaving twice changes nothing."""
    request, wait = _locked(wait)
    if wait.state in (WaitState.WAITING, WaitState.OFFERED):
        _end(wait, WaitState.LEFT)
        note(request, "line_left", person, [slot_of(wait)])


@whole
def take_offer(*, wait: Wait, person: User) -> Claim:
    """Take what is offered: it is held like any other time from now on. Raises Refused when it was not offered, or too long ago."""
    request, wait = _locked(wait)
    if wait.state != WaitState.OFFERED or wait.offer is None or not wait.offer.keeps_out:
        raise Refused(no(_("This time is not offered to you any more.")))
    wait.state = WaitState.TAKEN
    wait.save(update_fields=["state"])
    change(wait.offer, until=held_until(wait.offer, timezone.now()))
    note(request, "offer_taken", person, [wait.offer])
    return wait.offer


def leave_offer(claim: Claim) -> None:
    """The hold that answers a place in line is given back, and the place with it. The caller has the locks."""
    Wait.objects.filter(offer=claim, state=WaitState.OFFERED).update(state=WaitState.LEFT)


def leave_all(request: TestRequest) -> None:
    """Of a request that has come to its end. The caller has the locks."""
    request.waits.filter(state__in=(WaitState.WAITING, WaitState.OFFERED)).update(state=WaitState.LEFT)


def take_all(claims: Iterable[Claim]) -> None:
    """What was offered is booked, or moved, and so taken. The caller has the locks."""
    Wait.objects.filter(offer__in=[claim.pk for claim in claims], state=WaitState.OFFERED).update(state=WaitState.TAKEN)


def _locked(wait: Wait) -> tuple[TestRequest, Wait]:
    request = lock(wait.request, wait.testbed_id)
    return request, Wait.objects.select_related("testbed", "offer").get(pk=wait.pk)


def _end(wait: Wait, state: WaitState) -> None:
    if wait.offer is not None and wait.offer.state == ClaimState.HELD:
        change(wait.offer, state=ClaimState.CANCELLED)
        pass_on_after_commit(wait.testbed_id)
    wait.state = state
    wait.save(update_fields=["state"])


# ── Passing on ───────────────────────────────────────────────────────────────────────────────────────────────────────


def pass_on_after_commit(*testbeds: int) -> None:
    """Time may have come free there. What fails now is done by the clock within a minute."""
    transaction.on_commit(lambda: pass_on(*testbeds), robust=True)


def pass_on(*testbeds: int) -> int:
    """Offer what is free to the first in line for it, at these testbeds or all; returns how many offers were made.

    Safe to run at any time and by any number of workers. Two queries where nothing is free, and nobody waits in vain.
    """
    now = timezone.now()
    waits = Wait.objects.filter(state=WaitState.WAITING).order_by("made_at", "pk").select_related("request")
    rows = list((waits.filter(testbed__in=testbeds) if testbeds else waits)[:BATCH])
    ahead = [wait for wait in rows if wait.begins > now]
    can = judged([slot_of(wait) for wait in ahead])
    free = [wait for wait, (is_open, is_taken) in zip(ahead, can, strict=True) if is_open and not is_taken]
    for wait in rows:
        if wait.begins <= now:
            _give_up(wait=wait)
    return sum(_offer(wait=wait) for wait in free)


@whole
def _offer(*, wait: Wait) -> bool:
    """Judged again under the locks: another may have been offered it, or have come before. Who can have no such time any more is passed
    over, so that the next in line can.
    """
    request, wait = _locked(wait)
    slot, now = slot_of(wait), timezone.now()
    if wait.state != WaitState.WAITING or judged([slot]) != [(True, False)]:
        return False
    if not asks_for_time(request):
        _end(wait, WaitState.LEFT)
        return False
    until = min(now + timedelta(hours=settings.TESTBED_OFFER_HOURS), slot.begins)
    try:
        with transaction.atomic():
            (claim,) = put(request, [slot], wait.made_by, offered=True, until=until)
    except Taken:
        return False
    except Refused:
        _pass_over(request, wait)
        return False
    wait.state, wait.offer = WaitState.OFFERED, claim
    wait.save(update_fields=["state", "offer"])
    note(request, "time_offered", None, [claim], mandatory=True, until=until.isoformat())
    return True


@whole
def _give_up(*, wait: Wait) -> None:
    request, wait = _locked(wait)
    if wait.state == WaitState.WAITING:
        _pass_over(request, wait)


def _pass_over(request: TestRequest, wait: Wait) -> None:
    _end(wait, WaitState.PASSED)
    note(request, "wait_over", None, [slot_of(wait)])


# ── Holds that run out ───────────────────────────────────────────────────────────────────────────────────────────────


def lapse_holds() -> int:
    """Note the holds that have run out, tell of them, and offer what came free to the next in line; returns how many lapsed.

    Safe to run at any time and by any number of workers. At most ``BATCH`` a turn, the oldest first.
    """
    ran_out = Claim.objects.filter(state=ClaimState.HELD, until__lte=timezone.now()).order_by("until")
    untold = Claim.objects.filter(untold=True).order_by("changed_at")
    rows = [*ran_out.select_related("request")[:BATCH], *untold.select_related("request")[:BATCH]]
    lapsed = sum(_lapse(claim=claim) for claim in rows)
    pass_on()
    return lapsed


@whole
def _lapse(*, claim: Claim) -> bool:
    request = lock(claim.request, claim.testbed_id)
    fresh = Claim.objects.get(pk=claim.pk)
    ran_out = fresh.state == ClaimState.HELD and not fresh.keeps_out
    if not ran_out and not fresh.untold:
        return False
    if ran_out:
        change(fresh, state=ClaimState.LAPSED)
    Claim.objects.filter(pk=fresh.pk).update(untold=False)
    offered = Wait.objects.filter(offer=fresh, state=WaitState.OFFERED).update(state=WaitState.PASSED)
    note(request, "offer_ran_out" if offered else "hold_ran_out", None, [fresh], mandatory=True)
    return True
