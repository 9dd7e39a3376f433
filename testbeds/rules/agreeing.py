"""What must be agreed before a time is booked (B4-9a)."""

from django.utils.translation import gettext as _

from portal.cases.verdicts import YES, Verdict, no
from testbeds.models import Agreement, Side, TestRequest
from testbeds.states import ClaimState


def in_force(agreement: Agreement | None) -> bool:
    """Both have signed this version, or it says why none is needed. The trigger ``booked_by_agreement`` says the same (one query)."""
    if agreement is None:
        return False
    return bool(agreement.waived) or set(agreement.signatures.values_list("side", flat=True)) == set(Side.values)


def latest(request: TestRequest) -> Agreement | None:
    """The version that counts (one query)."""
    return request.agreements.order_by("-number").first()


def agreed(request: TestRequest) -> Verdict:
    """The latest version of the agreement is in force (two queries)."""
    if in_force(latest(request)):
        return YES
    return no(_("The agreement is not signed by both, and no reason is given why none is needed."))


def has_time(request: TestRequest) -> Verdict:
    """There is a time that is held for it now (one query)."""
    if request.claims.keeping_out().filter(state=ClaimState.HELD).exists():
        return YES
    return no(_("No time is held. Choose a time first."))
