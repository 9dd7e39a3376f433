"""What a request must have before it goes on: the benefit gate, the legal checks, the reviews, the follow-up (B44-1, B44-3, B4-9b)."""

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.cases.verdicts import YES, Reason, Verdict, no
from testbeds.models import CHECKS, REVIEWS, WHY, TestRequest
from testbeds.queries.requests import handed_in, impartial_reviews, reviews_left
from testbeds.states import Actor, Check, TestState

GATE = ("operational", "user")
"""The two parts of the benefit gate; each has ``*_text`` and ``*_by``."""
HALF_YEAR, YEAR = timedelta(days=150), timedelta(days=330)
"""After the decision, before which a follow-up would say nothing: a month before each is due."""


def benefit(request: TestRequest) -> Verdict:
    """Both parts of the benefit gate are yes, with a sentence and somebody who stands behind it (B44-1)."""
    return Verdict(tuple(reason for part in GATE for reason in _part(request, part)))


def _part(request: TestRequest, part: str) -> Iterator[Reason]:
    told = {"part": capfirst(request.name_of(part))}
    if getattr(request, part) is None:
        yield Reason(_("“%(part)s”: answer yes or no.") % told, part)
    elif not getattr(request, part):
        yield Reason(
            _("“%(part)s” must be yes: the Region tests what benefits both the work and those it is for.") % told, part
        )
    if not getattr(request, f"{part}_text"):
        yield Reason(_("“%(part)s” needs a sentence that says how.") % told, f"{part}_text")
    if not getattr(request, f"{part}_by"):
        yield Reason(_("“%(part)s”: say who stands behind that.") % told, f"{part}_by")


def checked(request: TestRequest) -> Verdict:
    """The legal checks are answered, each with a sentence, and none is left to be solved (B4-9b)."""
    return Verdict(tuple(reason for check in CHECKS for reason in _check(request, check)))


def _check(request: TestRequest, check: str) -> Iterator[Reason]:
    told = {"check": capfirst(request.name_of(check))}
    answer = getattr(request, check)
    if answer == Check.UNANSWERED:
        yield Reason(_("The check “%(check)s” is not answered.") % told, check)
    elif answer == Check.OPEN:
        yield Reason(
            _("The check “%(check)s” is not solved yet. Ask the testbed’s contact how, before you send the request.")
            % told,
            check,
        )
    if not getattr(request, f"{check}_text"):
        yield Reason(_("The check “%(check)s” needs a sentence.") % told, f"{check}_text")


def explained(request: TestRequest) -> Verdict:
    """Each mark of a trade secret says why (domain §10)."""
    bare = [name for name in request.secrets if not request.secret_whys.get(name)]
    return Verdict(
        tuple(
            Reason(_("Say why “%(field)s” is a trade secret.") % {"field": _label(request, name)}, f"{WHY}{name}")
            for name in bare
        )
    )


def asker_told(request: TestRequest) -> Verdict:
    """Who comes from outside says for whom they ask. Not asked of employees (B44-2)."""
    if request.from_inside:
        return YES
    lacks = (name for name in ("actor", "organisation", "orgnr") if not getattr(request, name))
    said = Verdict(
        tuple(Reason(_("“%(field)s” is missing.") % {"field": _label(request, name)}, name) for name in lacks)
    )
    if request.actor == Actor.EMPLOYEE:
        return said & no(_("Your account is not an employee’s. Say for which organisation you ask."), field="actor")
    return said


def _label(request: TestRequest, name: str) -> str:
    return capfirst(request.name_of(name))


def takes_requests(request: TestRequest) -> Verdict:
    if request.testbed.is_published:
        return YES
    return no(_("The testbed takes no requests now. Discard the draft, and begin at another testbed."))


# ── Review ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def reviewed(request: TestRequest) -> Verdict:
    """Two have handed in reviews that count (one query). Where it is not being reviewed nobody asks."""
    if request.state != TestState.REVIEW:
        return YES
    done = handed_in().filter(request=request.pk).count()
    if done >= REVIEWS:
        return YES
    return no(_("Two reviews must be handed in first. So far there are %(number)s.") % {"number": done})


def not_reviewed(request: TestRequest) -> Verdict:
    """A review stays, so the text that it is of must stay too (one query)."""
    if request.state == TestState.REVIEW and request.reviews.filter(handed_in_at__isnull=False).exists():
        return no(_("A review of this text has been handed in. Ask in a message instead."))
    return YES


def place_free(request: TestRequest) -> Verdict:
    """A conflict of interest frees the place, and so does having come to write the request (one query)."""
    if impartial_reviews().filter(request=request.pk).count() < REVIEWS:
        return YES
    return no(_("Two reviewers are asked already."))


def review_left(request: TestRequest) -> Verdict:
    """Somebody is asked who has not handed in: what is handed in stays (one query)."""
    if reviews_left().filter(request=request.pk).exists():
        return YES
    return no(_("No reviewer is left to take back: what is handed in stays."), moot=True)


# ── Result and follow-up ─────────────────────────────────────────────────────────────────────────────────────────────


def unsurveyed(request: TestRequest) -> Verdict:
    """Answered once (one query)."""
    return no(_("You have answered already. Thank you.")) if hasattr(request, "survey") else YES


def half_year_on(request: TestRequest) -> Verdict:
    if request.after_half_year:
        return no(_("The follow-up after six months is done."))
    return _not_before(request, HALF_YEAR)


def year_on(request: TestRequest) -> Verdict:
    if not request.after_half_year:
        return no(_("Make the follow-up after six months first."))
    return _not_before(request, YEAR)


def _not_before(request: TestRequest, after: timedelta) -> Verdict:
    first = (request.decided_at or timezone.now()) + after
    if first <= timezone.now():
        return YES
    return no(
        _("It is too early to say. Come back from %(day)s.") % {"day": date_format(timezone.localtime(first), "j F Y")}
    )
