"""What an expert has to read waits where they look for it; after the decision they still read what they said, and how it went."""

from typing import Any

import pytest
from django.urls import reverse

from fund.actions.deciding import save_ruling
from fund.models import Application, Call, Review
from fund.states import Outcome
from portal.accounts.models import User
from portal.cases.moving import perform
from tests.cast import Cast, again, signed_in
from tests.fund.reviewing import given, in_review, submitted
from tests.fund.story import RIGHT

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]
PLACES = ("pages:start", "cases:mine", "fund:list")


def shown_to(person: User, name: str, *args: Any) -> str:
    return signed_in(person).get(reverse(name, args=args)).content.decode()


def decide(call: Call, cast: Cast, outcome: Outcome = Outcome.DECLINE) -> None:
    for application in Application.objects.filter(call=call):
        values = {"outcome": outcome, "amount": 0, "reason": "Zqskäl", "rank": None}
        save_ruling(application=application, person=again(cast.officer), values=values)
    perform(Call.objects.get(pk=call.pk), "decide", person=again(cast.officer), data=RIGHT)


@pytest.mark.parametrize("place", PLACES)
def test_what_is_to_be_read_waits_for_the_expert_alone_and_says_nothing_of_it(cast: Cast, place: str) -> None:
    call, applications = in_review(cast, 3)
    for application in applications[:2]:
        given(application, cast.colleague, cast, opened=False)
    submitted(applications[2], cast.colleague, cast)

    page = shown_to(cast.colleague, place)

    assert f"2 ansökningar att läsa som expert: {call.title}" in page
    assert f'href="{reverse("fund:reviews")}"' in page
    assert "Inget väntar på dig" not in page
    assert applications[0].title not in page
    for other in (cast.author, cast.outsider, cast.officer):
        assert "att läsa som expert" not in shown_to(other, place)


@pytest.mark.parametrize("place", PLACES)
def test_nothing_waits_when_all_is_read_or_closed_by_a_conflict(cast: Cast, place: str) -> None:
    _call, (application,) = in_review(cast)
    submitted(application, cast.colleague, cast)

    assert "att läsa som expert" not in shown_to(cast.colleague, place)


def test_an_expert_still_reads_their_own_review_after_the_decision_and_how_it_went(cast: Cast) -> None:
    call, (application,) = in_review(cast, anonymous=True)
    review = submitted(application, cast.colleague, cast, "Zqomdöme")
    submitted(application, cast.outsider, cast, "Zqannat")
    before = shown_to(cast.colleague, "fund:review", review.pk)
    decide(call, cast)

    listed, page = shown_to(cast.colleague, "fund:reviews"), shown_to(cast.colleague, "fund:review", review.pk)

    assert reverse("fund:review", args=[review.pk]) in listed
    assert "Avslagen" in listed
    assert "Avslagen" in page
    assert "Avslagen" not in before
    assert "Zqomdöme" in page
    for hidden in ("Zqannat", "Zqskäl", str(cast.author), str(application.unit)):
        assert hidden not in page.split("<main")[1]


def test_a_prepared_outcome_is_shown_to_no_expert(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = submitted(application, cast.colleague, cast)
    values = {"outcome": Outcome.DECLINE, "amount": 0, "reason": "Zqskäl", "rank": None}
    save_ruling(application=application, person=again(cast.officer), values=values)

    for page in (shown_to(cast.colleague, "fund:reviews"), shown_to(cast.colleague, "fund:review", review.pk)):
        assert "Avslagen" not in page


def test_what_was_not_submitted_closes_with_the_decision(cast: Cast) -> None:
    call, (application,) = in_review(cast)
    submitted(application, cast.outsider, cast)
    review = given(application, cast.colleague, cast)
    decide(call, cast)

    address = reverse("fund:review", args=[review.pk])

    assert signed_in(cast.colleague).get(address).status_code == 404
    assert address not in shown_to(cast.colleague, "fund:reviews")


def test_a_review_does_not_change_after_the_decision(cast: Cast) -> None:
    call, (application,) = in_review(cast)
    review = submitted(application, cast.colleague, cast, "Zqomdöme")
    decide(call, cast)

    client = signed_in(cast.colleague)
    client.post(reverse("fund:review", args=[review.pk]), {"version": "", "comment": "Nytt"})
    client.post(reverse("fund:declare", args=[review.pk]), {"conflict": "yes", "why": "Nej"})

    kept = Review.objects.get(pk=review.pk)
    assert (kept.comment, kept.conflict) == (review.comment, False)


HINT = "Du arbetar på enheten som ansökan kommer från, eller på samma enhet som någon som söker."


def declaration(person: User, review: Review) -> str:
    return shown_to(person, "fund:review", review.pk)


def test_the_expert_reads_what_may_be_a_conflict_before_the_declaration(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    User.objects.filter(pk=cast.colleague.pk).update(unit=application.unit)
    review, other = (given(application, one, cast, opened=False) for one in (cast.colleague, cast.outsider))

    assert HINT in declaration(again(cast.colleague), review)
    assert HINT not in declaration(cast.outsider, other)


def test_where_experts_do_not_learn_who_applies_nothing_hints_at_it(cast: Cast) -> None:
    _call, (application,) = in_review(cast, anonymous=True)
    User.objects.filter(pk=cast.colleague.pk).update(unit=application.unit)
    review = given(application, cast.colleague, cast, opened=False)

    assert HINT not in declaration(again(cast.colleague), review)
