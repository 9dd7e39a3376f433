"""When a request can have time at a testbed."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.cases.verdicts import YES, Verdict, no
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.states import ClaimState, TestState

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


def changeable(claim: Claim) -> Verdict:
    """It is somebody’s time, and it has not passed."""
    if not claim.keeps_out or claim.state == ClaimState.BLOCKED:
        return no(_("This time is not held any more."))
    if claim.ends <= timezone.now():
        return no(_("That time has passed."))
    return YES
