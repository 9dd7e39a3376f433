"""Who chooses times, and when (B4-9a: a time is held while the agreement is made, and booked when it is in force)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from portal.cases.verdicts import YES, Verdict, no
from portal.cases.who import AUTHOR
from testbeds.models import HOST, TestRequest
from testbeds.states import TestState

CHOOSABLE = (TestState.CONDITIONAL, TestState.BOOKED)
MOST_AHEAD = 366
"""Days ahead that a time can be chosen."""


def chooses(held: Mapping[str, bool]) -> bool:
    """Who asked, and the host."""
    return held.get(AUTHOR.key, False) or held.get(HOST.key, False)


def choosable(request: TestRequest) -> Verdict:
    """Times are held from the host's yes until the test begins."""
    if request.state in CHOOSABLE:
        return YES
    return no(_("Times are chosen when the host has said yes, and until the test begins."))
