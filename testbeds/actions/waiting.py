"""The line for a time that somebody else has: whoever has waited longest is offered it first, for some hours."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.verdicts import no
from portal.cases.who import AUTHOR
from portal.notices.actions import tell
from testbeds.actions.claiming import insist, locked_request, place, possible, release, retried
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.rules.choosing import choosable
from testbeds.states import ClaimState, WaitState


def stand_in_line(*, request: TestRequest, testbed: Testbed, begins: datetime, ends: datetime, person: User) -> Wait:
    """A place in the line for that very time; the same place if it stands there already. Raises Refused for a time that cannot be."""
    with transaction.atomic():
        locked = locked_request(request)
        insist(possible(testbed, begins, ends))
        try:
            with transaction.atomic():
                wait = Wait.objects.create(request=locked, testbed=testbed, wanted=(begins, ends), made_by=person)
        except IntegrityError:
            return Wait.objects.get(
                request=locked, testbed=testbed, wanted=(begins, ends), state__in=(WaitState.WAITING, WaitState.OFFERED)
            )
        write_event(
            case=locked, person=person, move="stood_in_line", data={"wait": wait.pk, "begins": begins.isoformat()}
        )
    transaction.on_commit(lambda: offer_line(testbed.pk), robust=True)
    return wait


@retried
def leave_line(*, wait: Wait, person: User | None) -> None:
    """Give the place up, and with it what was offered. Raises Refused if it is gone already."""
    with transaction.atomic():
        Case.objects.hold(wait.request_id)
        own = Wait.objects.select_for_update().select_related("offer").get(pk=wait.pk)
        if own.state not in (WaitState.WAITING, WaitState.OFFERED):
            raise Refused(no(_("You do not stand in that line any more.")))
        Wait.objects.filter(pk=own.pk).update(state=WaitState.LEFT)
        if own.state == WaitState.OFFERED and own.offer is not None and own.offer.state == ClaimState.HELD:
            release(claim=own.offer, person=person, why=_("The offer was not taken."))


@retried
def take_offer(*, wait: Wait, person: User) -> Claim:
    """Keep what was offered as any hold. Raises Refused when the offer has run out."""
    with transaction.atomic():
        request = locked_request(wait.request)
        Testbed.objects.hold(wait.testbed_id)
        own = Wait.objects.select_related("offer").get(pk=wait.pk)
        if own.state != WaitState.OFFERED or own.offer is None or not own.offer.keeps_out:
            raise Refused(no(_("The offer has run out, and has gone to the next in line.")))
        until = timezone.now() + timedelta(days=settings.TESTBED_HOLD_DAYS)
        Claim.objects.filter(pk=own.offer.pk).update(until=until, changed_at=timezone.now())
        Wait.objects.filter(pk=own.pk).update(state=WaitState.TAKEN)
        write_event(case=request, person=person, move="offer_taken", data={"claim": own.offer_id})
    return Claim.objects.get(pk=own.offer.pk)


@retried
def offer_line(testbed_id: int) -> int:
    """Offer what is free to those who wait for it, in the order in which they came. Returns how many offers were made."""
    waiting = Wait.objects.filter(testbed=testbed_id, state__in=(WaitState.WAITING, WaitState.OFFERED))
    cases = sorted(set(waiting.values_list("request", flat=True)))
    if not cases:
        return 0
    with transaction.atomic():
        Case.objects.hold(*cases)
        Testbed.objects.hold(testbed_id)
        _pass_on(testbed_id)
        rows = waiting.filter(state=WaitState.WAITING, request__in=cases).select_related("request__owner", "testbed")
        return sum([_offer(wait) for wait in rows.order_by("made_at", "pk")])


def _pass_on(testbed_id: int) -> None:
    """Offers that were not taken in time are the next one's."""
    offered = Wait.objects.filter(testbed=testbed_id, state=WaitState.OFFERED)
    offered.exclude(offer__state=ClaimState.HELD, offer__until__gt=timezone.now()).update(state=WaitState.PASSED)


def _offer(wait: Wait) -> bool:
    """Whether it was free. A place for a time that has passed, or of a request that chooses no more times, is given up."""
    request, begins, ends = wait.request, wait.begins, wait.ends
    if begins <= timezone.now() or not choosable(request):
        Wait.objects.filter(pk=wait.pk).update(state=WaitState.LEFT)
        return False
    if not possible(wait.testbed, begins, ends):
        return False
    until = timezone.now() + timedelta(hours=settings.TESTBED_OFFER_HOURS)
    claim = place(wait.testbed, request, begins, ends, None, until=min(until, begins))
    if claim is None:
        return False
    Wait.objects.filter(pk=wait.pk).update(state=WaitState.OFFERED, offer=claim)
    data = {"claim": claim.pk, "begins": begins.isoformat(), "ends": ends.isoformat(), "until": until.isoformat()}
    event = write_event(case=request, person=None, move="time_offered", data=data)
    tell(case=request, event=event, whos=(AUTHOR,), mandatory=True)
    return True


def tend_lines() -> int:
    """By the clock: note the holds that ran out, and offer what is free. Returns how many offers were made."""
    _note_lapsed()
    beds = Wait.objects.filter(state__in=(WaitState.WAITING, WaitState.OFFERED)).values_list("testbed", flat=True)
    return sum(offer_line(pk) for pk in sorted(set(beds)))


def _note_lapsed() -> None:
    for claim in Claim.objects.filter(state=ClaimState.LAPSED, noted=False, request__isnull=False).order_by("pk"):
        with transaction.atomic():
            Case.objects.hold(claim.request_id or 0)
            if not Claim.objects.filter(pk=claim.pk, noted=False).update(noted=True):
                continue
            request = TestRequest.objects.select_related("owner").get(pk=claim.request_id or 0)
            data = {"claim": claim.pk, "begins": claim.begins.isoformat(), "ends": claim.ends.isoformat()}
            event = write_event(case=request, person=None, move="hold_lapsed", data=data)
            tell(case=request, event=event, whos=(AUTHOR,))
