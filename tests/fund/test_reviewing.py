"""An expert reads and scores: first the declaration, blind until submitted, and what is submitted stays (domain §8)."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from fund.actions.reviewing import agree, declare, save_review, submit_review
from fund.models import Consensus, Review, Score, Tally
from fund.models.review import POINTS
from fund.reviewing.reading import by_spread, disagreement
from portal.cases.errors import Conflict, Refused
from portal.cases.models import Event
from portal.notices.models import Notice
from tests.cast import Cast, again, signed_in
from tests.fund.reviewing import POINT, expert, given, in_review, score, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]
GO_ON = {"go_on": "submit", "sure": "on"}


def page_of(review: Review) -> str:
    return reverse("fund:review", args=[review.pk])


def sent(page: str, **more: str) -> dict[str, str]:
    """What the form of the page sends, with the token that it was made with."""
    token = page.split('name="version" value="')[1].split('"')[0]
    return {"version": token, **more}


def test_the_declaration_comes_before_anything_of_the_application(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast, opened=False)
    client = signed_in(cast.colleague)
    page = client.get(page_of(review)).content.decode()
    assert "Author" in page  # who applies must be known to tell a conflict
    assert application.title not in page
    assert application.title not in client.get(reverse("fund:reviews")).content.decode()
    client.post(reverse("fund:declare", args=[review.pk]), {"conflict": "no"})
    assert application.title in client.get(page_of(review)).content.decode()


def test_a_conflict_closes_the_application_for_good_and_frees_the_place(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast, opened=False)
    client = signed_in(cast.colleague)
    assert client.post(reverse("fund:declare", args=[review.pk]), {"conflict": "yes"}).status_code == 200  # no reason
    client.post(reverse("fund:declare", args=[review.pk]), {"conflict": "yes", "why": "Vi är syskon."})
    assert application.title not in client.get(page_of(review)).content.decode()
    with pytest.raises(Refused):
        declare(review=review, conflict=False)
    assert not application.reviews.counted().exists()


def test_who_has_a_conflict_is_led_to_the_next_application(cast: Cast) -> None:
    _call, applications = in_review(cast, 2)
    first, second = [given(one, cast.colleague, cast, opened=False) for one in applications]
    declare(review=first, conflict=True, why="Vi är syskon.")
    assert page_of(second) in signed_in(cast.colleague).get(page_of(first)).content.decode()
    declare(review=second, conflict=True, why="Vi är syskon.")
    assert page_of(first) not in signed_in(cast.colleague).get(page_of(second)).content.decode()


def test_a_conflict_can_be_found_after_the_application_was_opened(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    signed_in(cast.colleague).post(reverse("fund:declare", args=[review.pk]), {"conflict": "yes", "why": "Nu ser jag."})
    with pytest.raises(Refused):
        score(review)
    assert application.title not in signed_in(cast.colleague).get(page_of(review)).content.decode()


def test_a_review_saves_itself_and_is_handed_in_when_it_is_whole(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    client = signed_in(cast.colleague)
    page = client.get(page_of(review)).content.decode()
    saved = client.post(page_of(review), sent(page, p_need="5"), headers={"X-Requested-With": "autosave"})
    assert saved.json()["problem"] == ""
    assert Score.objects.get(review=review).points == 5

    page = client.get(page_of(review)).content.decode()
    lacking = client.post(page_of(review), sent(page, p_need="5", p_approach="0", **GO_ON)).content.decode()
    assert "”Behov” har 5" in lacking or "Behov" in lacking
    review.refresh_from_db()
    assert review.submitted_at is None
    rest = {POINTS + key: value for key, value in {**POINT, "need": "5"}.items()}
    answer = client.post(page_of(review), sent(lacking, **rest, c_need="Störst behov.", comment="Bra.", **GO_ON))
    assert (answer.status_code, answer["Location"]) == (302, reverse("fund:reviews"))
    assert Review.objects.get(pk=review.pk).submitted_at is not None
    assert [one.points for one in review.scores.order_by("criterion__position")] == [5, 3, 4, 2]


def test_the_button_leads_to_the_next_that_is_not_done(cast: Cast) -> None:
    _call, applications = in_review(cast, 3)
    first, second, third = [given(one, cast.colleague, cast) for one in applications]
    submit_review(review=score(second))
    client = signed_in(cast.colleague)
    page = client.get(page_of(first)).content.decode()
    assert client.post(page_of(first), sent(page, go_on="next"))["Location"] == page_of(third)
    page = client.get(page_of(third)).content.decode()
    assert client.post(page_of(third), sent(page, go_on="next"))["Location"] == page_of(first)


def test_two_windows_overwrite_nothing_silently(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    save_review(review=review, values={"p_need": "2"}, version=1)
    with pytest.raises(Conflict) as conflict:
        save_review(review=review, values={"p_need": "4"}, version=1)
    assert conflict.value.theirs == {"p_need": "2"}
    client = signed_in(cast.colleague)
    old = client.get(page_of(review)).content.decode()
    save_review(review=review, values={"p_need": "3"}, version=2)
    both = client.post(page_of(review), sent(old, p_need="5"), headers={"X-Requested-With": "autosave"})
    assert both.status_code == 409


def test_who_abstains_from_it_all_says_why(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = save_review(review=given(application, cast.colleague, cast), values={"abstained": True}, version=1)
    with pytest.raises(Refused):
        submit_review(review=review)
    review = save_review(review=review, values={"comment": "Inte mitt område."}, version=review.version)
    assert submit_review(review=review).submitted_at is not None


def test_the_history_tells_that_and_never_what(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    submitted(application, cast.colleague, cast, "Hemligt omdöme")
    events = Event.objects.filter(case=application, move__startswith="review")
    assert [(event.move, event.internal, event.person) for event in events] == [("review_submitted", True, None)]
    assert set(events[0].data) == {"person", "review", "digest"}
    page = signed_in(cast.officer).get(application.get_absolute_url()).content.decode()
    assert "Granskning inlämnad" in page or "Review submitted" in page
    assert "Colleague" in page


def test_experts_are_told_of_the_call_and_of_nothing_else(cast: Cast) -> None:
    call, (application,) = in_review(cast)
    given(application, cast.colleague, cast, opened=False)
    assert list(Notice.objects.filter(recipient=cast.colleague).values_list("case", flat=True)) == [call.pk]
    page = signed_in(cast.colleague).get(call.get_absolute_url()).content.decode()
    assert reverse("fund:reviews") in page
    assert reverse("fund:reviews") not in signed_in(cast.outsider).get(call.get_absolute_url()).content.decode()


def test_the_map_shows_where_the_experts_differ(cast: Cast) -> None:
    call, applications = in_review(cast, 2)
    submitted(applications[0], cast.colleague, cast)
    submitted(applications[1], cast.colleague, cast, need="1")
    submitted(applications[1], cast.outsider, cast, need="5")
    score(given(applications[0], cast.outsider, cast), need="1")  # not submitted, and so not in it
    _criteria, rows = disagreement(call, list(by_spread(call.applications.all())))
    assert [row.application.pk for row in rows] == [applications[1].pk, applications[0].pk]
    assert next((cell.points, cell.tone) for cell in rows[0].cells) == ((1, 5), "apart")
    assert rows[1].cells[0].points == (4,)
    page = signed_in(cast.officer).get(reverse("fund:map", args=[call.pk])).content.decode()
    assert "1 5" in page
    kept = {row.application_id: (row.mean, row.readers, row.spread) for row in Tally.objects.all()}
    assert kept == {applications[0].pk: (Decimal("3.25"), 1, 0), applications[1].pk: (Decimal(3), 2, 4)}
    with pytest.raises(DatabaseError, match="when they are submitted"), transaction.atomic():
        Tally.objects.update(mean=5)


def test_the_panels_word_keeps_the_reviews_and_ends_the_reviewing(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    client = signed_in(cast.officer)
    address = reverse("fund:agree", args=[application.pk])
    assert client.get(address).status_code == 409  # nothing to agree on
    submitted(application, cast.colleague, cast, need="1")
    late = score(given(application, cast.outsider, cast))
    client.post(address, {"text": "Behovet är visat.", "need": "4"})
    agree(application=application, text="Vi läste igen.", points={}, by=again(cast.officer))
    assert list(Consensus.objects.values_list("number", "points")) == [(1, {"need": 4}), (2, {})]
    assert Score.objects.filter(review__submitted_at__isnull=False, points=1).count() == 1
    with pytest.raises(Refused):
        submit_review(review=late)
    page = client.get(reverse("fund:weigh", args=[application.pk])).content.decode()
    assert "Vi läste igen." in page
    assert "Behovet är visat." in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_no_more_for_more(cast: Cast, number: int, django_assert_num_queries: object) -> None:
    _call, applications = in_review(cast, number)
    for application in applications:
        given(application, cast.colleague, cast)
    client = signed_in(cast.colleague)
    with django_assert_num_queries(6):  # type: ignore[operator]
        client.get(reverse("fund:reviews"))


@pytest.mark.parametrize("number", [1, 3])
def test_the_officers_pages_ask_no_more_for_more(cast: Cast, number: int, django_assert_num_queries: object) -> None:
    call, applications = in_review(cast, number)
    for application in applications:
        submitted(application, cast.colleague, cast)
    for person in (cast.outsider, cast.assessor)[: number - 1]:
        expert(call, person, cast)
    client = signed_in(cast.officer)
    with django_assert_num_queries(14):  # type: ignore[operator]
        client.get(reverse("fund:panel", args=[call.pk]))
    with django_assert_num_queries(14):  # type: ignore[operator]
        client.get(reverse("fund:map", args=[call.pk]))
    with django_assert_num_queries(23):  # type: ignore[operator]
        client.get(reverse("fund:weigh", args=[applications[0].pk]))
