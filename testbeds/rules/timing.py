"""When a request can have time at a testbed."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from portal.cases.verdicts import YES, Verdict, no
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.queries.times import booked_of
from testbeds.states import KEEPS_OUT, ClaimState, TestState, WaitState

ASKS = (
    TestState.CONDITIONAL,
    TestState.BOOKED,
    TestState.RUNNING,
)
"""Where a request stands while time can be held for it."""
MOST = 60
"""So many times can a request have at once, and so many places in line."""


def asks_for_time(request: TestRequest) -> Verdict:
    if request.state in ASKS:
        return YES
    return no(_("Times are chosen when the host has said yes, and until the test is over."))


def fitting(testbed: Testbed, begins: datetime, ends: datetime) -> Verdict:
    """Ahead of us, of a length that the testbed allows, and at one that is in the catalogue."""
    minutes = (ends - begins).total_seconds() / 60
    if not testbed.is_published:
        return no(_("The testbed takes no bookings now."))
    if begins <= timezone.now():
        return no(_("That time has passed. Choose a later one."), field="begins")
    if not testbed.shortest <= minutes <= testbed.longest:
        return no(
            _("A use lasts from %(shortest)d to %(longest)d minutes at this testbed.")
            % {"shortest": testbed.shortest, "longest": testbed.longest},
            field="ends",
        )
    return YES


def has_come(request: TestRequest) -> Verdict:
    """Its first booked time has begun (one query). Where none is booked another rule says so."""
    first = booked_of(request).first()
    if first is None or first.begins <= timezone.now():
        return YES
    told = {"begins": formats.date_format(timezone.localtime(first.begins), _("l j F Y H:i"))}
    return no(_("The first booked time begins %(begins)s. The test can begin then.") % told)


def ahead_of(request: TestRequest) -> QuerySet[Claim]:
    """The times that it has, and that are let go if it ends now. One that has begun is used, and stays as it is."""
    return request.claims.filter(state__in=KEEPS_OUT, during__startswith__gt=timezone.now()).order_by("during")


def keepable(claim: Claim) -> Verdict:
    """A hold is kept longer while nobody waits for the time; an offer to who stood in line has its own hours (one query)."""
    if claim.state != ClaimState.HELD or not claim.keeps_out:
        return no(_("This time is not held any more."))
    line = Q(offer=claim, state=WaitState.OFFERED) | Q(
        testbed=claim.testbed_id, state=WaitState.WAITING, wanted__overlap=claim.during
    )
    if Wait.objects.filter(line).exists():
        return no(_("Somebody stands in line for the time, so it is not held longer."))
    return YES


def changeable(claim: Claim) -> Verdict:
    """It is somebody’s time, and it has not passed."""
    if not claim.keeps_out or claim.state == ClaimState.BLOCKED:
        return no(_("This time is not held any more."))
    if claim.ends <= timezone.now():
        return no(_("That time has passed."))
    return YES
