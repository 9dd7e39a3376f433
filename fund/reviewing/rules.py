"""Guards of reviews. The triggers of ``0006_review_rules`` and ``0017_opened_again`` hold the same."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from fund.models import MOST_POINTS, Application, Call, Consensus, Review
from fund.models.review import COMMENT, POINTS
from fund.states import ApplicationState, CallState
from portal.cases.verdicts import YES, Reason, Verdict, no

EXTREMES = (1, MOST_POINTS)


def reviewable(call: Call) -> Verdict:
    """The call has closed, and is not decided."""
    return YES if call.state == CallState.REVIEWING else no(_("The call is not being reviewed now."))


def under_review(application: Application) -> Verdict:
    """Experts can be given it, and have time until the panel has met (one query)."""
    if application.state != ApplicationState.REVIEW:
        return no(_("The application is not being reviewed now."))
    if Consensus.objects.filter(application=application.pk).exists():
        return no(_("The panel has met about this application, so no review is added."))
    return YES


def open_to_scores(review: Review) -> Verdict:
    """The reviewer has declared that there is no conflict of interest, and has not submitted it."""
    if review.submitted_at is not None:
        return no(_("You have submitted the review, and it does not change any more."))
    if review.conflict is None:
        return no(_("First say whether you have a conflict of interest."))
    if review.conflict:
        return no(_("You have declared a conflict of interest, and the application is closed to you."))
    return under_review(review.application)


def openable(review: Review) -> Verdict:
    """It is submitted, and the panel has not met about it (one query)."""
    if review.submitted_at is None:
        return no(_("The review has not been submitted."))
    return under_review(review.application)


def done_with(sure: bool) -> Verdict:
    """Nobody submits by a slip."""
    return YES if sure else no(_("Say that you are done with it, by the box above the button."), field="sure")


def removable(review: Review) -> Verdict:
    """Its reviewer has not opened it."""
    if review.declared_at is None:
        return YES
    return no(_("The expert has already opened it, so it stays. Choose one more expert instead."))


def whole(review: Review) -> Verdict:
    """Every criterion has points or is abstained from, and 1 and 5 say why; or the reviewer abstains from it all, and says why."""
    return Verdict(tuple(_abstaining(review) if review.abstained else _lacking(review)))


def _abstaining(review: Review) -> Iterator[Reason]:
    if not review.comment:
        yield Reason(_("Say why you abstain."), "comment")


def _lacking(review: Review) -> Iterator[Reason]:
    for key, score in review.marks.items():
        if score.points is None and not score.abstains:
            yield Reason(
                _("“%(criterion)s” has no points. You can abstain.") % {"criterion": score.criterion}, POINTS + key
            )
        elif score.points in EXTREMES and not score.comment:
            told = {"criterion": score.criterion, "points": score.points}
            yield Reason(_("“%(criterion)s” has %(points)s: say why.") % told, COMMENT + key)


def can_agree(application: Application) -> Verdict:
    """The panel has something to agree on (one query)."""
    if application.state != ApplicationState.REVIEW:
        return no(_("The application is not being reviewed now."))
    if not application.reviews.submitted().exists():
        return no(_("Nobody has submitted a review of it yet."))
    return YES
