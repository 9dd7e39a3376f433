"""The line for a time that is taken: who is offered it, for how long, and who comes next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from portal.cases.errors import Refused
from portal.notices.models import Notice
from testbeds.actions import claiming, waiting
from testbeds.actions.claiming import Taken
from testbeds.actions.series import hold_series
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.states import WaitState
from tests.cast import Cast
from tests.testbeds.times import DAY, HOUR, NOON, TEN, asking, hold, run_out, verbs, wall

pytestmark = pytest.mark.django_db


def queue(request: TestRequest, begins: datetime = TEN, ends: datetime = NOON) -> Wait:
    assert request.owner
    return waiting.stand_in_line(
        request=request, testbed=request.testbed, begins=begins, ends=ends, person=request.owner
    )


@pytest.mark.strategy("B4-4")
def test_the_first_in_line_is_offered_the_time_and_then_the_next(cast: Cast, testbed: Testbed) -> None:
    owner, first, second = (asking(cast, testbed) for _n in range(3))
    claim = hold(owner)
    places = [queue(first), queue(second)]
    assert waiting.pass_on() == 0
    claiming.release(claim=claim, person=cast.external, why="Ändrat.")
    assert waiting.pass_on(testbed.pk) == 1
    assert waiting.pass_on(testbed.pk) == 0

    def states() -> list[str]:
        return list(Wait.objects.order_by("pk").values_list("state", flat=True))

    assert states() == ["offered", "waiting"]
    offer = Claim.objects.get(request=first)
    assert offer.until
    assert offer.until - timezone.now() <= timedelta(hours=settings.TESTBED_OFFER_HOURS)
    assert Notice.objects.get(case=first.pk, event__move="time_offered", recipient=cast.external).mandatory
    with pytest.raises(Taken):
        hold(second)
    run_out(offer)
    waiting.lapse_holds()
    assert states() == ["passed", "offered"]
    assert verbs(first) == ["line_joined", "time_offered", "offer_ran_out"]
    with pytest.raises(Refused):
        waiting.take_offer(wait=places[0], person=cast.external)
    taken = waiting.take_offer(wait=places[1], person=cast.external)
    assert taken.until
    assert taken.until > timezone.now() + timedelta(hours=settings.TESTBED_OFFER_HOURS)
    assert states() == ["passed", "taken"]


@pytest.mark.strategy("B4-4")
def test_nobody_comes_before_who_has_waited_when_a_hold_has_run_out(cast: Cast, testbed: Testbed) -> None:
    """Also in the minute before the clock offers it: not by holding, by a series, or by moving there."""
    owner, first, other = (asking(cast, testbed) for _n in range(3))
    elsewhere = hold(other, TEN + DAY, NOON + DAY)
    claim = hold(owner)
    queue(first)
    run_out(claim)
    others: list[Callable[[], Any]] = [
        lambda: hold(other),
        lambda: hold(other, NOON, NOON + HOUR),
        lambda: claiming.move_time(claim=elsewhere, begins=TEN, ends=NOON, person=cast.external),
        lambda: hold_series(
            request=other, rule="FREQ=DAILY;COUNT=2", first=wall(2030, 3, 4, 10), minutes=60, person=cast.external
        ),
    ]
    for jump in others:
        with pytest.raises(Taken, match="har väntat på") as refusal:
            jump()
        found = refusal.value.alternatives
        assert refusal.value.line
        assert [slot.testbed_id for slot in found] == [testbed.pk] * 3
        assert not [slot for slot in found if slot.begins < NOON + HOUR / 2 and slot.ends > TEN - HOUR / 2]
    assert queue(other).state == WaitState.WAITING
    waiting.lapse_holds()
    assert list(Wait.objects.order_by("pk").values_list("state", flat=True)) == ["offered", "waiting"]


def test_who_is_first_in_line_takes_what_has_come_free_before_the_clock_offers_it(cast: Cast, testbed: Testbed) -> None:
    owner, first, second = (asking(cast, testbed) for _n in range(3))
    claim = hold(owner)
    queue(first), queue(second)
    run_out(claim)
    with pytest.raises(Taken):
        hold(second)
    assert hold(first).begins == TEN


def test_who_can_have_no_more_times_is_passed_over(cast: Cast, testbed: Testbed) -> None:
    owner, first, second = (asking(cast, testbed) for _n in range(3))
    claim = hold(owner, TEN, TEN + HOUR)
    queue(first, TEN, TEN + HOUR), queue(second, TEN, TEN + 3 * HOUR)
    Testbed.objects.filter(pk=testbed.pk).update(shortest=120)
    claiming.release(claim=claim, person=cast.external, why="Ändrat.")
    waiting.pass_on()
    assert list(Wait.objects.order_by("pk").values_list("state", flat=True)) == ["passed", "offered"]


def test_whoever_leaves_gives_the_offer_to_the_next(cast: Cast, testbed: Testbed) -> None:
    owner, first, second = (asking(cast, testbed) for _n in range(3))
    claim = hold(owner)
    one, two = queue(first), queue(second, TEN + HOUR, NOON)
    claiming.release(claim=claim, person=cast.external, why="Ändrat.")
    waiting.pass_on()
    waiting.leave_line(wait=one, person=cast.external)
    waiting.leave_line(wait=one, person=cast.external)
    waiting.pass_on()
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, two.state) == (WaitState.LEFT, WaitState.OFFERED)


def test_an_offered_time_that_is_moved_is_taken_and_no_longer_hangs_on_the_line(
    cast: Cast, one: TestRequest, other: TestRequest
) -> None:
    claim = hold(other)
    wait = queue(one)
    claiming.release(claim=claim, person=cast.external, why="Ändrat.")
    waiting.pass_on()
    offer = Claim.objects.get(request=one)
    claiming.move_time(claim=offer, begins=TEN + DAY, ends=NOON + DAY, person=cast.external)
    waiting.leave_line(wait=wait, person=cast.external)
    wait.refresh_from_db()
    offer.refresh_from_db()
    assert (wait.state, offer.state, offer.begins) == (WaitState.TAKEN, "held", TEN + DAY)


def test_nobody_stands_in_line_twice_or_for_what_is_free_or_theirs(one: TestRequest, other: TestRequest) -> None:
    with pytest.raises(Refused, match="ledig"):
        queue(one)
    hold(other)
    queue(one)
    for request in (one, other):
        with pytest.raises(Refused):
            queue(request)


def test_a_request_that_has_ended_is_passed_over(cast: Cast, testbed: Testbed) -> None:
    owner, first, second = (asking(cast, testbed) for _n in range(3))
    claim = hold(owner)
    queue(first), queue(second)
    TestRequest.objects.filter(pk=first.pk).update(state="withdrawn")
    claiming.release(claim=claim, person=cast.external, why="Ändrat.")
    waiting.pass_on(), waiting.pass_on()
    assert list(Wait.objects.order_by("pk").values_list("state", flat=True)) == ["left", "offered"]


def test_a_wait_ends_when_its_time_comes(one: TestRequest, other: TestRequest) -> None:
    hold(other)
    wait = queue(one)
    past = (timezone.now() - HOUR, timezone.now() + HOUR)
    Wait.objects.filter(pk=wait.pk).update(wanted=past)
    waiting.lapse_holds()
    wait.refresh_from_db()
    assert wait.state == WaitState.PASSED
    assert verbs(one) == ["line_joined", "wait_over"]
