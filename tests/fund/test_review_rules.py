"""What the database holds of reviews, whoever writes to it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from fund.actions.reviewing import agree, submit_review
from fund.models import Application, Consensus, Criterion, Review, Score
from portal.accounts.models import User
from portal.cases.actions.people import name_person
from tests.cast import Cast, again
from tests.fund.reviewing import expert, given, in_review, score, submitted
from tests.fund.story import open_call

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]


def refused(act: Callable[[], Any]) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def assign(application: Application, person: User, cast: Cast) -> Callable[[], Any]:
    reviewer = expert(application.call, person, cast)
    return lambda: Review.objects.create(application=application, reviewer=reviewer, assigned_by=cast.officer)


def test_who_has_a_part_in_the_application_never_reviews_it(cast: Cast) -> None:
    taking_part = {"participants": [{"name": " ASSESSOR ", "role": "Utvecklare", "unit": "DS"}]}
    _call, (application,) = in_review(cast, answers=taking_part)
    name_person(case=application, person=cast.coauthor, grant="coauthor", by=cast.author)
    name_person(case=application, person=cast.controller, grant="recuse", by=cast.controller)
    for person in (cast.author, cast.coauthor, cast.manager, cast.assessor, cast.controller):
        assert refused(assign(application, person, cast)), person
    assert not refused(assign(application, cast.colleague, cast))


def test_who_gets_a_part_afterwards_cannot_submit(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = score(given(application, cast.colleague, cast))
    name_person(case=application, person=cast.colleague, grant="coauthor", by=cast.author)
    assert not Review.objects.of(again(cast.colleague)).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        submit_review(review=review)


def test_nothing_is_scored_before_the_declaration_or_after_a_conflict(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast, opened=False)
    criterion = application.call.criteria.all()[0]

    def points() -> Any:
        return Score.objects.create(review=review, criterion=criterion, points=3)

    assert refused(points)
    told = {"declared_at": timezone.now(), "conflict_why": "Släkt."}
    Review.objects.filter(pk=review.pk).update(conflict=True, **told)
    assert refused(points)
    for values in ({"conflict": False}, {"conflict": None, "declared_at": None}, {"submitted_at": timezone.now()}):
        assert refused(partial(Review.objects.filter(pk=review.pk).update, **values))


def test_a_declaration_is_of_who_was_asked_and_a_conflict_has_a_reason(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = assign(application, cast.colleague, cast)()
    rows = Review.objects.filter(pk=review.pk)
    assert refused(lambda: rows.update(declared_at=timezone.now(), conflict=False))
    rows.update(asked_at=timezone.now())
    assert refused(lambda: rows.update(declared_at=timezone.now(), conflict=True))
    rows.update(declared_at=timezone.now(), conflict=False)
    for values in ({"asked_at": None}, {"why": {"reason": "annat"}}, {"assigned_by": cast.author.pk}):
        assert refused(partial(rows.update, **values))
    assert refused(rows.delete)


def test_only_a_whole_review_is_submitted(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    submit = lambda: Review.objects.filter(pk=review.pk).update(submitted_at=timezone.now())  # noqa: E731
    criteria = list(application.call.criteria.all())
    for criterion in criteria[:-1]:
        Score.objects.create(review=review, criterion=criterion, points=3)
    assert refused(submit)
    last = Score.objects.create(review=review, criterion=criteria[-1], points=5)
    assert refused(submit)
    assert refused(lambda: Score.objects.filter(pk=last.pk).update(points=6))
    assert refused(lambda: Score.objects.filter(pk=last.pk).update(points=0))
    assert refused(lambda: Score.objects.filter(pk=last.pk).update(abstains=True))
    Score.objects.filter(pk=last.pk).update(points=None, abstains=True)
    assert not refused(submit)


def test_what_is_submitted_stays(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = submitted(application, cast.colleague, cast)
    rows, lines = Review.objects.filter(pk=review.pk), Score.objects.filter(review=review)
    assert refused(lambda: rows.update(comment="Ändrat."))
    assert refused(lambda: rows.update(submitted_at=timezone.now()))
    assert refused(lambda: rows.update(conflict=True, conflict_why="Efteråt."))
    assert refused(lambda: lines.update(points=5))
    assert refused(lines.delete)
    assert refused(rows.delete)


def test_scores_and_experts_are_of_the_applications_own_call(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    other = open_call(title="En annan")
    stranger = expert(other, cast.outsider, cast)
    assert refused(lambda: Review.objects.create(application=application, reviewer=stranger, assigned_by=cast.officer))
    review = given(application, cast.colleague, cast)
    criterion = Criterion.objects.filter(call=other)[0]
    assert refused(lambda: Score.objects.create(review=review, criterion=criterion, points=3))


def test_an_expert_has_an_application_once(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    again_ = {"application": application, "reviewer": review.reviewer, "assigned_by": cast.officer}
    assert refused(lambda: Review.objects.create(**again_))


def test_the_panels_word_comes_after_a_review_and_is_never_changed(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    told = {"application": application, "number": 1, "text": "Ja.", "by": cast.officer}
    assert refused(lambda: Consensus.objects.create(**told))
    submitted(application, cast.colleague, cast)
    made = agree(application=application, text="Ja.", points={}, by=again(cast.officer))
    assert refused(lambda: Consensus.objects.filter(pk=made.pk).update(text="Nej."))
    assert refused(Consensus.objects.filter(pk=made.pk).delete)
    assert refused(assign(application, cast.outsider, cast))


def test_nothing_is_reviewed_of_what_is_not_under_review(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = score(given(application, cast.colleague, cast))
    Application.objects.filter(pk=application.pk).update(state="withdrawn")
    assert refused(lambda: Review.objects.filter(pk=review.pk).update(submitted_at=timezone.now()))
    assert refused(assign(application, cast.outsider, cast))
    assert not Review.objects.of(again(cast.colleague)).exists()
