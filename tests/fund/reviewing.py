"""Applications that are being reviewed, and experts who read them."""

from typing import Any

from fund.actions.assigning import add_reviewer, ask_experts
from fund.actions.reviewing import declare, save_review, submit_review
from fund.flow import ApplicationFlow
from fund.models import Application, Call, Review, Reviewer
from fund.models.review import COMMENT, POINTS
from portal.accounts.models import User
from tests.cast import Cast, again, answer_considerations, draft_of, make_move
from tests.fund.story import ANSWERS, open_call, shut_call, sign

POINT = {"need": "4", "approach": "3", "benefit": "4", "competition": "2"}
"""Whole without a comment."""


def in_review(
    cast: Cast, number: int = 1, *, owner: User | None = None, answers: Any = None, **values: Any
) -> tuple[Call, list[Application]]:
    """A call under review, and so many applications in it, by the author at SOS."""
    call = open_call(**{"reviews_each": 2, **values})
    made = []
    for _number in range(number):
        draft = draft_of(ApplicationFlow, cast, owner=owner, call=call, answers={**ANSWERS, **(answers or {})})
        answer_considerations(draft)
        made.append(make_move(draft, "submit", cast, person=again(owner or cast.author)))
        sign(made[-1], cast)
    shut_call(call)
    return Call.objects.get(pk=call.pk), [
        make_move(Application.objects.get(pk=one.pk), "pass_on", cast) for one in made
    ]


def expert(call: Call, person: User, cast: Cast, **values: Any) -> Reviewer:
    return add_reviewer(call=call, person=person, by=cast.officer, **values)


def given(application: Application, person: User, cast: Cast, *, opened: bool = True) -> Review:
    """A review that the person is asked for, and has opened."""
    reviewer = Reviewer.objects.filter(call=application.call_id, person=person).first() or expert(
        application.call, person, cast
    )
    review = Review.objects.create(application=application, reviewer=reviewer, assigned_by=cast.officer)
    ask_experts(call=application.call, by=again(cast.officer))
    review.refresh_from_db()
    return declare(review=review, conflict=False) if opened else review


def score(review: Review, comment: str = "", **points: str) -> Review:
    """Save a whole review that is not submitted; points of 1 and 5 get a comment."""
    wanted = {**POINT, **points}
    values = {POINTS + key: value for key, value in wanted.items()}
    values |= {COMMENT + key: comment or "Det är visat." for key, value in wanted.items() if comment or value in "15"}
    return save_review(review=review, values=values, version=review.version)


def submitted(application: Application, person: User, cast: Cast, comment: str = "", **points: str) -> Review:
    return submit_review(review=score(given(application, person, cast), comment, **points))
