"""Who reads what: proposed in balance with reasons, overruled one by one, asked about when the fund officer says so."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fund.actions.assigning import ask_experts, place, propose, remove_reviewer, take_off
from fund.flow import ApplicationFlow
from fund.models import Review, Reviewer
from fund.reviewing.matching import Matcher, explain
from portal.accounts.models import User
from portal.cases.actions.people import name_person, unname_person
from portal.cases.errors import Refused
from portal.cases.models import Event
from portal.notices.models import Notice
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cast import Cast, again, answer_considerations, appointment, draft_of, make_move, signed_in
from tests.fund.reviewing import expert, given, in_review
from tests.fund.story import open_call

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]


def people(number: int, unit: str = "KAR") -> list[User]:
    at = Unit.objects.get(code=unit)
    return [
        User.objects.create(username=f"expert{one}", name=f"Expert {one}", is_employee=True, unit=at)
        for one in range(number)
    ]


def officer(cast: Cast) -> User:
    return again(cast.officer)


def test_everyone_gets_as_many_and_every_application_enough(cast: Cast) -> None:
    call, applications = in_review(cast, 6, reviews_each=2)
    for person in people(4):
        expert(call, person, cast)
    assert propose(call=call, by=officer(cast)) == (12, 0)
    assert [one.reviews.count() for one in applications] == [2] * 6
    assert [one.reviews.count() for one in Reviewer.objects.all()] == [3] * 4
    assert propose(call=call, by=officer(cast)) == (0, 0)  # what is there stays


def test_who_knows_the_field_comes_first_and_the_reasons_are_kept(cast: Cast) -> None:
    call, (application,) = in_review(cast, reviews_each=1)
    plain, knowing = people(2)
    expert(call, plain, cast)
    area = application.perspectives[0]
    expert(call, knowing, cast, perspectives=[area], words="röntgen, hjärtstartare", most=7)
    propose(call=call, by=officer(cast))
    review = Review.objects.get()
    assert review.reviewer.person == knowing
    assert review.why["perspectives"] == [area]
    assert review.why["words"] == ["hjärtstartare"]
    assert "hjärtstartare" in explain(review.why)
    assert "0" in explain(review.why)
    assert "7" in explain(review.why)


def test_hints_of_a_conflict_of_interest_put_an_expert_last(cast: Cast) -> None:
    call, (application,) = in_review(cast, reviews_each=1)
    (free,) = people(1)
    for person in (cast.colleague, cast.coauthor, cast.lead, free):
        expert(call, person, cast, **({} if person == free else {"words": "hjärtstartare"}))
    shared = draft_of(ApplicationFlow, cast, call=call)
    name_person(case=shared, person=cast.coauthor, grant="coauthor", by=cast.author)
    found = {match.reviewer.person: match for match in Matcher(call, [application]).matches(application)}
    assert found[cast.colleague].hints == ("unit",)
    assert found[cast.coauthor].hints == ("together",)
    assert found[free].hints == ()
    propose(call=call, by=officer(cast))
    assert Review.objects.get().reviewer.person in {free, cast.lead}


@pytest.mark.parametrize("left", [False, True])
def test_hints_are_drawn_from_everyone_who_applies(cast: Cast, left: bool) -> None:
    """Also from who has left the application since it was handed in."""
    call = open_call()
    draft = draft_of(ApplicationFlow, cast, call=call)
    answer_considerations(draft)
    name_person(case=draft, person=cast.coauthor, grant="coauthor", by=cast.author)
    application = make_move(draft, "submit", cast)
    if left:
        unname_person(case=application, person=cast.coauthor, grant="coauthor", by=None)
    appointment(cast.coauthor, Role.MANAGER, Unit.objects.get(code="KAR")).save()
    beside, free = expert(call, cast.assessor, cast), expert(call, cast.lead, cast)
    led = expert(call, cast.outsider, cast)
    matcher = Matcher(call, [application])
    assert [matcher.match(one, application).hints for one in (beside, led, free)] == [("unit",), ("managed",), ()]


def test_who_sees_the_application_in_an_office_cannot_be_given_it(cast: Cast) -> None:
    call, (application,) = in_review(cast)
    for person in (cast.manager, cast.registrar, cast.author):
        reviewer = expert(call, person, cast)
        with pytest.raises(Refused):
            place(application=application, reviewer=reviewer, by=officer(cast), reason="Kan ämnet.")
    assert propose(call=call, by=officer(cast)) == (0, 2)


def test_nobody_is_given_more_than_they_can_read(cast: Cast) -> None:
    call, _applications = in_review(cast, 3, reviews_each=1)
    (one,) = people(1)
    expert(call, one, cast, most=2)
    assert propose(call=call, by=officer(cast)) == (2, 1)


def test_a_declared_conflict_frees_the_place_for_another(cast: Cast) -> None:
    call, (application,) = in_review(cast, reviews_each=1)
    review = given(application, cast.colleague, cast, opened=False)
    signed_in(cast.colleague).post(
        reverse("fund:declare", args=[review.pk]), {"conflict": "yes", "why": "Vi är grannar."}
    )
    (other,) = people(1)
    expert(call, other, cast)
    assert propose(call=call, by=officer(cast)) == (1, 0)
    assert application.reviews.counted().get().reviewer.person == other
    page = signed_in(cast.officer).get(reverse("fund:weigh", args=[application.pk])).content.decode()
    assert "Vi är grannar." in page


def test_the_officer_overrules_one_by_one(cast: Cast) -> None:
    call, (application,) = in_review(cast, reviews_each=1)
    first, second = (expert(call, person, cast) for person in people(2))
    propose(call=call, by=officer(cast))
    review = Review.objects.get()
    other = second if review.reviewer == first else first
    client = signed_in(cast.officer)
    client.post(reverse("fund:take_off", args=[application.pk, review.pk]))
    answer = client.post(
        reverse("fund:weigh", args=[application.pk]), {"reviewer": other.pk, "reason": "Har byggt en sådan."}
    )
    assert answer.status_code == 302
    chosen = Review.objects.get()
    assert (chosen.reviewer, chosen.why["reason"]) == (other, "Har byggt en sådan.")
    assert "Har byggt en sådan" in client.get(reverse("fund:panel", args=[call.pk])).content.decode()


def test_nobody_knows_before_the_officer_asks(cast: Cast) -> None:
    call, (application,) = in_review(cast, reviews_each=1)
    expert(call, cast.outsider, cast)
    propose(call=call, by=officer(cast))
    assert not Review.objects.of(cast.outsider).exists()
    assert not Notice.objects.filter(recipient=cast.outsider).exists()
    assert ask_experts(call=call, by=officer(cast)) == 1
    assert Review.objects.of(cast.outsider).count() == 1
    assert Event.objects.filter(case=application, move="experts_asked", internal=True).count() == 1
    with pytest.raises(Refused):
        ask_experts(call=call, by=officer(cast))


def test_what_an_expert_has_opened_stays_theirs(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    with pytest.raises(Refused):
        take_off(review=review, by=officer(cast))
    with pytest.raises(Refused):
        remove_reviewer(reviewer=review.reviewer)


def test_experts_are_named_on_the_page(cast: Cast) -> None:
    call, _applications = in_review(cast)
    client = signed_in(cast.officer)
    address = reverse("fund:add_reviewer", args=[call.pk])
    told = {"words": "röntgen", "most": 12}
    assert client.post(address, {"person": "COLLEAGUE@example.org", **told}).status_code == 302
    reviewer = Reviewer.objects.get()
    assert (reviewer.person, reviewer.most, reviewer.added_by) == (cast.colleague, 12, cast.officer)
    for wrong in ("colleague", "officer", "external", "ingen"):
        assert client.post(address, {"person": wrong, **told}).status_code == 200, wrong
    client.post(reverse("fund:change_reviewer", args=[call.pk, reviewer.pk]), {"words": "", "most": 3})
    client.post(reverse("fund:panel", args=[call.pk]), {"propose": "1"})
    assert Review.objects.count() == 1
    client.post(reverse("fund:panel", args=[call.pk]), {"ask": "1"})
    assert Review.objects.asked().count() == 1


def test_the_officer_handles_no_application_of_their_own(cast: Cast) -> None:
    appointment(cast.jurist, Role.FUND_OFFICER, Unit.objects.get(code="REGION")).save()
    call, (application,) = in_review(cast, owner=cast.officer)
    client = signed_in(cast.officer)
    assert application.title not in client.get(reverse("fund:panel", args=[call.pk])).content.decode()
    assert client.get(reverse("fund:weigh", args=[application.pk])).status_code == 403
    expert(call, cast.outsider, cast)
    assert propose(call=call, by=officer(cast)) == (0, 0)


@pytest.mark.parametrize("name", ["panel", "map", "add_reviewer"])
def test_the_pages_of_the_call_are_the_fund_officers(cast: Cast, name: str) -> None:
    call, _applications = in_review(cast)
    address = reverse(f"fund:{name}", args=[call.pk])
    statuses = {part: signed_in(person).get(address).status_code for part, person in cast if person.is_active}
    assert {part for part, status in statuses.items() if status == 200} == {"officer"}


def test_a_full_call_is_proposed_in_a_moment(cast: Cast) -> None:
    """As many queries for many applications as for two."""
    asked, experts = [], people(12)
    for number in (2, 8):
        call, _applications = in_review(cast, number, reviews_each=3)
        for person in experts:
            expert(call, person, cast, most=90)
        with CaptureQueriesContext(connection) as seen:
            propose(call=call, by=officer(cast))
        asked.append(len(seen))
        assert Review.objects.filter(application__call=call).count() == 3 * number
    assert asked[0] == asked[1]
