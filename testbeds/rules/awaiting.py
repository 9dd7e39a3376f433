"""Whose step a request waits for, which, and until when: stated once, for the page, the inbox and the mails."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from portal.cases.models import Case
from portal.cases.who import Who
from testbeds.models import ASKED, HOST, HOST_AND_ASKED, REVIEWS, SIGNER, TESTER, Side, TestRequest, Wait
from testbeds.queries.requests import impartial_reviews
from testbeds.rules.agreeing import has_time, is_in_force, latest
from testbeds.states import TestState, WaitState


@dataclass(frozen=True)
class NextStep:
    """``what`` is to be done in a few words; ``until`` where it cannot wait as long as the state can."""

    who: Who
    what: str
    until: datetime | None = None


def step_of(request: TestRequest) -> NextStep | None:
    """None where the state alone decides it (at most five queries)."""
    match request.state:
        case TestState.REVIEW:
            return _review(request)
        case TestState.CONDITIONAL:
            return _offered(request) or _agreement(request) or _times(request)
        case TestState.BOOKED:
            return _offered(request) or _agreement(request) or _booked(request)
        case TestState.RUNNING:
            return _offered(request) or _running(request)
    return None


def words_of_step(case: Case) -> str:
    """What is to be done, for the page and the mails; empty where the state alone decides it."""
    step = step_of(cast(TestRequest, case.as_kind()))
    return step.what if step else ""


def _review(request: TestRequest) -> NextStep:
    handed_in = list(impartial_reviews().filter(request=request.pk).values_list("handed_in_at", flat=True))
    lacking, left = REVIEWS - len(handed_in), handed_in.count(None)
    if lacking > 0 and left:
        return NextStep(HOST_AND_ASKED, _("the host names one more reviewer, who is asked hands in the review"))
    if lacking > 0:
        return NextStep(HOST, _("name a reviewer"))
    if left:
        return NextStep(ASKED, _("hand in the review"))
    return NextStep(HOST, _("answer with a yes or a no: the reviews are handed in"))


def _offered(request: TestRequest) -> NextStep | None:
    """The time that is offered to who has waited for it (one query)."""
    offers = Wait.objects.filter(request=request.pk, state=WaitState.OFFERED, offer__until__gt=timezone.now())
    until = offers.order_by("offer__until").values_list("offer__until", flat=True).first()
    if until is None:
        return None
    told = {"until": formats.date_format(timezone.localtime(until), _("l j F Y H:i"))}
    return NextStep(
        TESTER, _("take the time that you have waited for: it is yours if you do so before %(until)s") % told, until
    )


def _agreement(request: TestRequest) -> NextStep | None:
    """What the agreement lacks: the host writes it and signs first, and then who tests does (two queries)."""
    agreement = latest(request)
    if agreement is None:
        return NextStep(HOST, _("write the agreement, or decide that none is needed"))
    signed = set(agreement.signatures.values_list("side", flat=True))
    if is_in_force(agreement, signed):
        return None
    if Side.HOST not in signed:
        return NextStep(HOST, _("sign the agreement"))
    return NextStep(SIGNER, _("sign the agreement, and choose a time"))


def _times(request: TestRequest) -> NextStep:
    if has_time(request):
        return NextStep(HOST, _("book the times"))
    return NextStep(TESTER, _("choose a time"))


def _booked(request: TestRequest) -> NextStep:
    if has_time(request):
        return NextStep(HOST, _("book the times that have been moved or added"))
    return NextStep(HOST, _("begin the test when the first booked time comes"))


def _running(request: TestRequest) -> NextStep:
    if has_time(request):
        return NextStep(HOST, _("book the times that have been moved or added"))
    return NextStep(HOST, _("say when the test is over"))
