"""Many at once: of those who want the same minutes one gets them, nobody sees an error, and the others are told of times that are free."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from portal.cases.errors import Refused
from portal.cases.queries import verify_history
from testbeds.actions import claiming, series, waiting
from testbeds.actions.claiming import Blocked, Taken
from testbeds.models import Claim, Series, Span, Testbed, TestRequest, Wait
from testbeds.queries.free import Slot
from testbeds.states import ClaimState, WaitState
from tests.cases.test_at_once import at_once
from tests.cast import Cast, gather
from tests.testbeds.places import place
from tests.testbeds.times import DAY, HOUR, MONDAY, NOON, TEN, agreed, asking, at, wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.trust(2)]


def requests_at(testbed: Testbed, cast: Cast, number: int) -> list[TestRequest]:
    return [asking(cast, testbed) for _n in range(number)]


def hold(request: TestRequest, cast: Cast, **values: Any) -> Callable[[], Any]:
    told = {"begins": TEN, "ends": NOON, **values}
    return partial(claiming.hold_time, request=request, person=cast.external, **told)


def verify() -> None:
    """Live uses overlap neither use nor what is around it, judged anew from the claims; and the histories are whole."""
    live = Claim.objects.filter(state__in=("held", "booked", "blocked")).order_by("testbed", "during")
    claims = list(live)
    for one in claims:
        for other in claims:
            if one.pk < other.pk and one.testbed_id == other.testbed_id:
                first, last = sorted((one, other), key=lambda claim: claim.begins)
                assert (last.begins - first.ends) / HOUR * 60 >= max(first.after, last.before)
    assert Span.objects.filter(part=1).count() == len(claims)
    assert verify_history().whole


@pytest.mark.strategy("B4-4")
@pytest.mark.parametrize("number", [16, 64])
def test_of_all_who_want_one_slot_one_gets_it(number: int) -> None:
    cast = gather()
    found = at_once([hold(request, cast) for request in requests_at(place(), cast, number)])
    won = [answer for answer in found if isinstance(answer, Claim)]
    lost = [answer for answer in found if isinstance(answer, Taken)]
    assert (len(won), len(lost)) == (1, number - 1)
    for answer in lost:
        assert "måndag 4 mars 2030" in str(answer)
        assert len({*answer.alternatives}) == 3
    verify()


def test_two_testbeds_in_opposite_order() -> None:
    cast = gather()
    one, two = place(), place()
    slots = [Slot(one.pk, TEN, NOON), Slot(two.pk, TEN, NOON)]
    tasks: list[Callable[[], Any]] = [
        partial(claiming.hold_times, request=request, slots=slots[:: (-1) ** n], person=cast.external)
        for n, request in enumerate(requests_at(one, cast, 16))
    ]
    found = at_once(tasks)
    assert sum(isinstance(answer, list) for answer in found) == 1
    assert sum(isinstance(answer, Taken) for answer in found) == 15
    assert Claim.objects.count() == 2
    verify()


def test_series_that_cross_each_other() -> None:
    """Each of the series meets the next on one day: whoever is whole has all of its days."""
    cast = gather()
    testbed = place()
    tasks: list[Callable[[], Any]] = [
        partial(
            series.hold_series,
            request=request,
            rule=f"FREQ=DAILY;INTERVAL={1 + n % 3};COUNT=4;BYDAY=MO,TU,WE,TH,FR",
            first=wall(2030, 3, 4 + n % 4, 10),
            minutes=120,
            person=cast.external,
        )
        for n, request in enumerate(requests_at(testbed, cast, 16))
    ]
    found = at_once(tasks)
    won = [answer for answer in found if isinstance(answer, Series)]
    assert won
    assert len(won) + sum(isinstance(answer, Taken) for answer in found) == 16
    assert Claim.objects.count() == 4 * len(won)
    assert all(len(answer.alternatives) == 3 for answer in found if isinstance(answer, Taken))
    verify()


def test_a_run_out_hold_is_taken_by_one_while_the_clock_lapses_it() -> None:
    cast = gather()
    holder, *others = requests_at(place(), cast, 12)
    old = hold(holder, cast)()
    Claim.objects.filter(pk=old.pk).update(until=timezone.now())
    found = at_once([*(hold(request, cast) for request in others), *[waiting.lapse_holds] * 4])
    assert sum(isinstance(answer, Claim) for answer in found) == 1
    waiting.lapse_holds()
    assert list(holder.events.filter(move="hold_ran_out").values_list("number", flat=True)) == [3]
    verify()


def test_workers_side_by_side_make_one_offer() -> None:
    cast = gather()
    holder, first, second = requests_at(place(), cast, 3)
    old = hold(holder, cast)()
    for request in (first, second):
        waiting.stand_in_line(request=request, testbed=request.testbed, begins=TEN, ends=NOON, person=cast.external)
    Claim.objects.filter(pk=old.pk).update(until=timezone.now())
    at_once([waiting.lapse_holds] * 8)
    assert list(Wait.objects.order_by("pk").values_list("state", "offer__request")) == [
        (WaitState.OFFERED, first.pk),
        (WaitState.WAITING, None),
    ]
    verify()


def test_nobody_rushes_past_the_line_when_a_hold_runs_out() -> None:
    cast = gather()
    holder, first, *others = requests_at(place(), cast, 14)
    old = hold(holder, cast)()
    wait = waiting.stand_in_line(request=first, testbed=first.testbed, begins=TEN, ends=NOON, person=cast.external)
    Claim.objects.filter(pk=old.pk).update(until=timezone.now())
    found = at_once([*(hold(request, cast) for request in others), *[waiting.lapse_holds] * 2])
    assert sum(isinstance(answer, Taken) for answer in found) == len(others)
    assert all(len({*answer.alternatives}) == 3 for answer in found if isinstance(answer, Taken))
    wait.refresh_from_db()
    assert wait.state == WaitState.OFFERED
    verify()


def test_an_offer_is_taken_by_one_of_two_clicks_or_runs_out() -> None:
    cast = gather()
    holder, first, other = requests_at(place(), cast, 3)
    old = hold(holder, cast)()
    wait = waiting.stand_in_line(request=first, testbed=first.testbed, begins=TEN, ends=NOON, person=cast.external)
    claiming.release(claim=old, person=cast.external, why="Ändrat.")
    wait.refresh_from_db()
    assert wait.state == WaitState.OFFERED, "offered after the commit, before any clock"
    take = partial(waiting.take_offer, wait=wait, person=cast.external)
    found = at_once([take, take, hold(other, cast), waiting.lapse_holds])
    assert sum(isinstance(answer, Claim) for answer in found) == 1
    assert isinstance(found[2], Taken)
    verify()


def test_a_block_and_those_it_hits() -> None:
    """The block stands, whoever came before it; those who held a time have lost it, and those who come later are refused."""
    cast = gather()
    testbed = place()
    requests = requests_at(testbed, cast, 15)
    stop = partial(
        claiming.block,
        testbed=testbed,
        begins=at(MONDAY, 0),
        ends=at(MONDAY + DAY, 0),
        why="Service.",
        person=cast.lead,
    )
    tasks = [
        hold(request, cast, begins=at(MONDAY, 8 + n % 3 * 3), ends=at(MONDAY, 10 + n % 3 * 3))
        for n, request in enumerate(requests)
    ]
    found = at_once([*tasks[:8], stop, *tasks[8:]])
    blocked = [answer for answer in found if isinstance(answer, Blocked)]
    assert len(blocked) == 1
    assert all(isinstance(answer, Claim | Refused | Blocked) for answer in found)
    assert not Claim.objects.filter(state=ClaimState.HELD).exists()
    cancelled = set(Claim.objects.filter(state=ClaimState.CANCELLED).values_list("pk", flat=True))
    assert {hit.claim.pk for hit in blocked[0].hits} == cancelled
    verify()


def test_all_of_it_mixed() -> None:
    """Sixty-four at two testbeds: holds, series, moves, releases, bookings, places in line, blocks and the clock. Amid it all one of those
    who want the same time gets it, and every other is told of three that are free.
    """
    cast = gather()
    one, two = place(), place()
    requests, rivals = [*requests_at(one, cast, 12), *requests_at(two, cast, 12)], requests_at(one, cast, 36)
    kept = [hold(request, cast, begins=TEN + n * DAY, ends=NOON + n * DAY)() for n, request in enumerate(requests[:4])]
    for request in requests[:2]:
        agreed(cast, request)
    both = [Slot(where.pk, TEN + 7 * DAY, NOON + 7 * DAY) for where in (one, two)]
    person = cast.external
    tasks: list[Callable[[], Any]] = [
        *(hold(request, cast, begins=TEN + 14 * DAY, ends=NOON + 14 * DAY) for request in rivals),
        *(partial(claiming.book_held, request, cast.lead) for request in requests[:2]),
        partial(claiming.move_time, claim=kept[1], begins=TEN, ends=NOON, person=person),
        partial(claiming.move_time, claim=kept[2], begins=TEN + HOUR, ends=NOON + HOUR, person=person),
        partial(claiming.release, claim=kept[0], person=person, why="Ändrat."),
        partial(claiming.release, claim=kept[3], person=person, why="Ändrat."),
        *(hold(request, cast) for request in requests[4:8]),
        *(
            partial(claiming.hold_times, request=request, slots=both[:: (-1) ** n], person=person)
            for n, request in enumerate(requests[8:14])
        ),
        *(
            partial(series.hold_series, request=request, rule="FREQ=WEEKLY;COUNT=3", first=wall(2030, 3, 4, 10), minutes=120, person=person)
            for request in requests[14:18]
        ),
        *(
            partial(waiting.stand_in_line, request=request, testbed=one, begins=TEN, ends=NOON, person=person)
            for request in requests[18:22]
        ),
        *(
            partial(claiming.block, testbed=two, begins=TEN + n * DAY, ends=NOON + n * DAY, why="Service.", person=cast.lead)
            for n in (0, 7)
        ),
        waiting.lapse_holds,
        waiting.pass_on,
    ]  # fmt: skip
    assert len(tasks) == 64
    found = at_once(tasks)  # raises what is no refusal
    won = [answer for answer in found[: len(rivals)] if isinstance(answer, Claim)]
    lost = [answer for answer in found[: len(rivals)] if isinstance(answer, Taken)]
    assert (len(won), len(lost)) == (1, len(rivals) - 1)
    assert all(len({*answer.alternatives}) == 3 for answer in found if isinstance(answer, Taken))
    verify()
    waiting.lapse_holds()
    verify()
