"""Whom a request waits for: the page, the inbox and the mails say the same, and it is whoever can do something."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone, translation

from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.words import next_step
from portal.notices.models import Notice
from portal.notices.words import news_for
from testbeds.actions import claiming, waiting
from testbeds.flow import TestFlow
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.rules.agreeing import latest
from testbeds.rules.terms import first_terms
from testbeds.states import TestState
from tests.cast import Cast, again, case_in
from tests.testbeds.story import perform
from tests.testbeds.test_reviewing import ask, hand_in, in_review
from tests.testbeds.times import DAY, HOUR, NOON, TEN, agreed, asking, hold, run_out

pytestmark = pytest.mark.django_db


def waits_for(request: TestRequest, *people: User) -> bool:
    """Each of these has it in the inbox."""
    return all(Case.objects.awaiting(again(one)).filter(pk=request.pk).exists() for one in people)


def said(request: TestRequest) -> str:
    with translation.override("en"):
        return next_step(TestRequest.objects.get(pk=request.pk))


def mailed(request: TestRequest, person: User) -> Any:
    """What the latest mail about it says, to an address that is theirs."""
    EmailAddress.objects.update_or_create(user=person, email=person.email, defaults={"verified": True, "primary": True})
    notices = Notice.objects.filter(case=request.pk, recipient=person).order_by("-pk").select_related("case", "event")
    with translation.override("en"):
        (news,) = news_for(notices[:1], again(person))
    return news


def test_a_reviewer_who_is_asked_has_it_in_the_inbox_and_is_told_what_to_do(cast: Cast) -> None:
    request = in_review(cast)
    assert "name a reviewer" in said(request)
    ask(request, cast, cast.colleague)
    assert waits_for(request, cast.colleague, cast.host)
    assert "hands in the review" in mailed(request, cast.colleague).todo
    ask(request, cast, cast.outsider)
    assert waits_for(request, cast.colleague, cast.outsider)
    assert not waits_for(request, cast.host)
    assert mailed(request, cast.outsider).todo.startswith("The next step is yours: hand in the review.")
    assert mailed(request, cast.outsider).due

    hand_in(request, cast.colleague, "Ja")
    assert not waits_for(request, cast.colleague)
    assert waits_for(request, cast.outsider)
    hand_in(request, cast.outsider, "Ja")
    assert waits_for(request, cast.host)
    assert "answer with a yes or a no" in said(request)


def test_a_conflict_of_interest_gives_the_step_back_to_the_host(cast: Cast) -> None:
    request = in_review(cast)
    ask(request, cast, cast.colleague, cast.outsider)
    assert not waits_for(request, cast.host)
    perform(request, "declare_conflict", person=again(cast.outsider), data={"why": "Min bror äger bolaget."})
    assert waits_for(request, cast.host, cast.colleague)


def test_the_agreement_waits_for_whoever_has_not_signed(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.CONDITIONAL, cast)
    assert waits_for(request, cast.host)
    assert "write the agreement" in said(request)
    perform(request, "write_terms", person=cast.host, data=first_terms(request))
    assert said(request).endswith(": sign the agreement")
    agreement = latest(request)
    assert agreement
    signed = {"sha256": agreement.sha256, "accepts": "on"}
    perform(request, "sign_for_host", person=cast.host, data=signed)
    assert waits_for(request, cast.author)
    assert not waits_for(request, cast.host)
    assert "sign the agreement, and choose a time" in mailed(request, cast.author).todo

    perform(request, "sign", person=cast.author, data=signed)
    assert "choose a time" in said(request)
    assert waits_for(request, cast.author)
    hold(TestRequest.objects.get(pk=request.pk))
    assert waits_for(request, cast.host)
    assert said(request).endswith(": book the times")


def booked(cast: Cast, testbed: Testbed) -> tuple[TestRequest, Claim]:
    request = asking(cast, testbed)
    agreed(cast, request)
    claim = hold(request)
    perform(request, "book", person=cast.host)
    return TestRequest.objects.get(pk=request.pk), Claim.objects.get(pk=claim.pk)


def test_a_booked_time_that_is_moved_is_booked_anew_by_the_host(cast: Cast, testbed: Testbed) -> None:
    request, claim = booked(cast, testbed)
    other = hold(request, NOON + HOUR, NOON + 2 * HOUR)
    perform(request, "book_more", person=cast.host)
    claiming.move_time(claim=claim, begins=NOON + 3 * HOUR, ends=NOON + 4 * HOUR, person=cast.external)
    assert Claim.objects.get(pk=other.pk).state == "booked"
    assert waits_for(request, cast.host)
    assert "book the times that have been moved" in said(request)


@pytest.mark.strategy("B4-9a")
def test_what_is_moved_or_added_while_the_test_runs_is_booked_by_the_host(cast: Cast, testbed: Testbed) -> None:
    request, claim = booked(cast, testbed)
    later = hold(request, TEN + DAY, NOON + DAY)
    perform(request, "book_more", person=cast.host)
    let_it_come(claim)
    perform(request, "begin", person=cast.host)
    assert said(request).endswith(": say when the test is over")
    claiming.move_time(claim=later, begins=TEN + 2 * DAY, ends=NOON + 2 * DAY, person=cast.external)
    assert said(request).endswith(": book the times that have been moved or added")
    assert waits_for(request, cast.host)
    perform(request, "book_more", person=cast.host)
    assert Claim.objects.get(pk=later.pk).state == "booked"
    assert said(request).endswith(": say when the test is over")


def let_it_come(claim: Claim) -> None:
    Claim.objects.filter(pk=claim.pk).update(during=(timezone.now() - HOUR, timezone.now() + HOUR))


def test_who_loses_the_only_booked_time_to_a_block_is_told_to_choose_another(cast: Cast, testbed: Testbed) -> None:
    request, _claim = booked(cast, testbed)
    claiming.block(testbed=testbed, begins=TEN, ends=NOON, why="Golvet läggs om.", person=cast.host)
    assert waits_for(request, cast.external)
    assert "choose a time" in mailed(request, cast.external).todo


def test_an_offer_is_something_to_do_before_a_time_that_is_said(cast: Cast, testbed: Testbed) -> None:
    owner, first = asking(cast, testbed), asking(cast, testbed)
    claim = hold(owner)
    wait = waiting.stand_in_line(request=first, testbed=testbed, begins=TEN, ends=NOON, person=cast.external)
    due = TestRequest.objects.get(pk=first.pk).due_at
    claiming.release(claim=claim, person=cast.external, why="Ändrat.")
    waiting.pass_on(testbed.pk)
    offer = Claim.objects.get(request=first)
    assert offer.until
    assert TestRequest.objects.get(pk=first.pk).due_at == offer.until
    assert waits_for(first, cast.external)
    news = mailed(first, cast.external)
    assert f"{timezone.localtime(offer.until):%H:%M}" in news.todo
    assert "it is yours if you do so before" in news.todo
    assert news.due

    waiting.take_offer(wait=wait, person=cast.external)
    after = TestRequest.objects.get(pk=first.pk)
    assert after.due_at == due
    assert "write the agreement" in said(first)


def test_an_offer_that_runs_out_waits_for_nobody(cast: Cast, testbed: Testbed) -> None:
    owner, first = asking(cast, testbed), asking(cast, testbed)
    claim = hold(owner)
    waiting.stand_in_line(request=first, testbed=testbed, begins=TEN, ends=NOON, person=cast.external)
    claiming.release(claim=claim, person=cast.external, why="Ändrat.")
    waiting.pass_on(testbed.pk)
    assert waits_for(first, cast.external)
    run_out(Claim.objects.get(request=first))
    waiting.lapse_holds()
    assert not waits_for(first, cast.external)
