"""Experts of a call: named, given applications in balance, asked. What is proposed binds nobody until they are asked."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fund.models import FUND_OFFICER, Application, Call, Review, Reviewer
from fund.queries import undecided
from fund.reviewing.matching import Match, Matcher
from fund.reviewing.rules import removable, reviewable, under_review
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.verdicts import Verdict, no
from portal.cases.who import one
from portal.notices.actions import tell
from portal.notices.states import Topic


@transaction.atomic
def add_reviewer(*, call: Call, person: User, by: User, **values: Any) -> Reviewer:
    """Name an expert of the call, or change what is said of them; nobody is told before they are asked to read."""
    Case.objects.lock(call.pk)
    found, _made = Reviewer.objects.update_or_create(
        call=call, person=person, defaults=values, create_defaults={**values, "added_by": by}
    )
    return found


@transaction.atomic
def remove_reviewer(*, reviewer: Reviewer) -> None:
    """Take an expert off the call, with what is only proposed. Raises Refused when they have been asked."""
    Case.objects.lock(reviewer.call_id)
    if reviewer.reviews.filter(asked_at__isnull=False).exists():
        raise Refused(no(_("The expert has been asked already. Take their applications off one by one.")))
    reviewer.reviews.all().delete()
    reviewer.delete()


@transaction.atomic
def propose(*, call: Call, by: User) -> tuple[int, int]:
    """Give each application that ``by`` may handle as many experts as the call says, in balance; what is there already stays.

    Returns how many were placed, and how many places are empty because nobody fits.
    """
    Case.objects.lock(call.pk)
    _insist(reviewable(call))
    applications = list(undecided(call).filter(FUND_OFFICER(by), consensus=None).order_by("pk"))
    matcher = Matcher(call, applications)
    free = _places(call, applications)
    made: list[Review] = []
    while sum(free.values()) > 0:
        if not (placed := list(_round(matcher, applications, free, by))):
            break
        made += placed
    Review.objects.bulk_create(made)
    return len(made), sum(free.values())


def _places(call: Call, applications: Iterable[Application]) -> dict[int, int]:
    """By application: how many experts it lacks (one query)."""
    ids = [application.pk for application in applications]
    filled = list(Review.objects.counted().filter(application__in=ids).values_list("application", flat=True))
    return {pk: max(call.reviews_each - filled.count(pk), 0) for pk in ids}


def _round(matcher: Matcher, applications: Iterable[Application], free: dict[int, int], by: User) -> Iterable[Review]:
    """One more expert for each application that lacks one, those first that the fewest can be given."""
    waiting = [(application, matcher.matches(application)) for application in applications if free[application.pk]]
    for application, matches in sorted(waiting, key=lambda row: (sum(match.free for match in row[1]), row[0].pk)):
        fresh = [matcher.match(match.reviewer, application) for match in matches if match.free]
        best = min(
            (match for match in fresh if match.free), key=lambda match: (match.cost, match.reviewer.pk), default=None
        )
        if best is not None:
            yield _given(matcher, application, best, by)
            free[application.pk] -= 1


def _given(matcher: Matcher, application: Application, match: Match, by: User, reason: str = "") -> Review:
    """A review that is not saved yet; the matcher counts it."""
    matcher.load[match.reviewer.pk] = match.load + 1
    matcher.has.add((application.pk, match.reviewer.person_id))
    why = {**match.as_data(), **({"reason": reason} if reason else {})}
    return Review(application=application, reviewer=match.reviewer, assigned_by=by, why=why)


@transaction.atomic
def place(*, application: Application, reviewer: Reviewer, by: User, reason: str) -> Review:
    """Choose an expert by hand, whatever was proposed. Raises Refused where a conflict of interest or the state stands against it."""
    Case.objects.lock(application.pk)
    _insist(under_review(Application.objects.get(pk=application.pk)))
    matcher = Matcher(application.call, [application])
    match = next(found for found in matcher.matches(application) if found.reviewer.pk == reviewer.pk)
    if match.bars:
        raise Refused(no(_("%(person)s cannot read it: %(why)s.") % {"person": reviewer, "why": match.barred}))
    review = _given(matcher, application, match, by, reason)
    review.save()
    return review


@transaction.atomic
def take_off(*, review: Review, by: User) -> None:
    """Overrule an assignment that the expert has not opened. Raises Refused otherwise."""
    application = Case.objects.lock(review.application_id)
    locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    _insist(removable(locked))
    if locked.asked_at is not None:
        data = {"person": review.reviewer.person_id, "review": review.pk}
        write_event(case=application, person=by, move="review_taken_off", data=data, internal=True)
    locked.delete()


@transaction.atomic
def ask_experts(*, call: Call, by: User) -> int:
    """Let the experts read what they have been given, and tell those who have something new; returns how many were told.

    The notice hangs on the call, whose page says by when, and names no application.
    """
    locked = Case.objects.lock(call.pk)
    _insist(reviewable(call))
    given = Review.objects.filter(application__in=undecided(call).filter(FUND_OFFICER(by)), asked_at=None)
    new = list(given.select_related("application", "reviewer"))
    if not new:
        raise Refused(no(_("There is nothing new to ask about.")))
    Review.objects.filter(pk__in=[review.pk for review in new]).update(asked_at=timezone.now())
    for application in {review.application_id: review.application for review in new}.values():
        _note_asked(application, [review for review in new if review.application_id == application.pk], by)
    people = {review.reviewer.person_id for review in new}
    data = {"experts": len(people), "reviews": len(new)}
    event = write_event(case=locked, person=by, move="experts_asked", data=data, internal=True)
    return tell(case=call, whos=[one(pk) for pk in people], event=event, topic=Topic.NAMED, by=by)


def _note_asked(application: Application, reviews: list[Review], by: User) -> None:
    locked = Case.objects.lock(application.pk)
    data = {"reviews": [review.pk for review in reviews], "experts": [review.reviewer.person_id for review in reviews]}
    write_event(case=locked, person=by, move="experts_asked", data=data, internal=True)


def _insist(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)
