"""What must be agreed before a time is booked (B4-9a)."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from portal.cases.verdicts import YES, Verdict, no
from testbeds.models import Agreement, Side, TestRequest
from testbeds.queries.times import booked_of
from testbeds.states import ClaimState


def is_in_force(agreement: Agreement, signed: Collection[str]) -> bool:
    """Both sides have signed this version, or it says why none is needed. The trigger ``booked_by_agreement`` says the same."""
    return bool(agreement.waived) or set(signed) == set(Side.values)


def in_force(agreement: Agreement | None) -> bool:
    """As above, of a version or of none (one query)."""
    return agreement is not None and is_in_force(agreement, list(agreement.signatures.values_list("side", flat=True)))


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


def is_booked(request: TestRequest) -> Verdict:
    """It has a booked time, ahead or behind (one query)."""
    if booked_of(request).exists():
        return YES
    return no(_("No time is booked. Book a time first."))


def host_signs(request: TestRequest) -> Verdict:
    """There are terms that the host has not signed (two queries)."""
    return _to_sign(request, Side.HOST)


def tester_signs(request: TestRequest) -> Verdict:
    """There are terms that who tests has not signed (two queries)."""
    return _to_sign(request, Side.TESTER)


def unsigned(request: TestRequest) -> Verdict:
    """Who tests has not signed the terms that stand, if any do: what two have agreed on, one does not take back (two queries)."""
    agreement = latest(request)
    if agreement and agreement.signatures.filter(side=Side.TESTER).exists():
        return no(_("Who tests has signed the agreement. Write a new version if it is to say something else."))
    return YES


def _to_sign(request: TestRequest, side: Side) -> Verdict:
    agreement = latest(request)
    if agreement is None:
        return no(_("No terms have been written yet."))
    if agreement.waived:
        return no(_("There are no terms to sign: it is decided that no agreement is needed."))
    if agreement.signatures.filter(side=side).exists():
        return no(_("Version %(number)s is signed already.") % {"number": agreement.number})
    return YES
