"""Time at a testbed: held, moved, booked, given back, blocked, and what the history and the notices say of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.models import Event
from portal.cases.moving import perform
from portal.cases.queries import verify_history
from portal.notices.models import Notice
from testbeds.actions import claiming, waiting
from testbeds.actions.claiming import Taken
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.queries.free import Slot, judged
from testbeds.states import ClaimState, TestState, WaitState
from tests.cast import Cast
from tests.testbeds.places import place
from tests.testbeds.story import let_the_time_come
from tests.testbeds.times import DAY, HOUR, MONDAY, NOON, TEN, agreed, asking, at, hold, run_out, verbs

pytestmark = pytest.mark.django_db


@pytest.mark.strategy("B4-4")
def test_a_time_is_held_for_some_days(one: TestRequest) -> None:
    claim = hold(one)
    assert (claim.state, claim.begins, claim.ends, claim.before, claim.after) == (ClaimState.HELD, TEN, NOON, 15, 30)
    assert claim.until
    assert claim.until - timezone.now() <= timedelta(days=settings.TESTBED_HOLD_DAYS)
    assert verbs(one) == ["time_held"]
    assert "måndag 4 mars 2030 kl. 10.00–12.00" in Event.objects.get(case=one.pk, move="time_held").note
    assert verify_history().whole


def test_who_comes_second_is_told_of_three_times_that_are_free(one: TestRequest, other: TestRequest) -> None:
    hold(one)
    with pytest.raises(Taken, match=r"kl\. 10\.00–12\.00") as refusal:
        hold(other)
    found = refusal.value.alternatives
    assert [slot.begins for slot in found] == [at(MONDAY, 12, 30), at(MONDAY, 15), at(MONDAY + DAY, 8)]
    assert verbs(other) == []
    hold(other, *found[0].during)


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (at(MONDAY, 7), at(MONDAY, 9)),
        (at(MONDAY, 17), at(MONDAY, 19)),
        (at(MONDAY - DAY, 10), at(MONDAY - DAY, 12)),
    ],
)
def test_a_time_when_it_is_closed_is_refused_with_others(one: TestRequest, begins: datetime, ends: datetime) -> None:
    with pytest.raises(Taken) as refusal:
        hold(one, begins, ends)
    assert len(refusal.value.alternatives) == 3


def test_a_time_that_has_passed_or_has_another_length_is_refused(one: TestRequest) -> None:
    for begins, ends in [
        (datetime(2020, 3, 2, 9, tzinfo=UTC), datetime(2020, 3, 2, 10, tzinfo=UTC)),
        (TEN, TEN + HOUR / 2),
        (TEN, TEN + 30 * HOUR),
        (NOON, TEN),
    ]:
        with pytest.raises(Refused):
            hold(one, begins, ends)


def test_nothing_is_held_for_a_request_that_has_ended_or_at_a_testbed_that_has(cast: Cast, one: TestRequest) -> None:
    with pytest.raises(Refused):
        hold(one, testbed=place(closed_at=timezone.now()))
    TestRequest.objects.filter(pk=one.pk).update(state="withdrawn")
    with pytest.raises(Refused):
        hold(one)


def test_several_times_at_several_testbeds_are_held_all_or_none(
    cast: Cast, one: TestRequest, other: TestRequest
) -> None:
    second = place()
    slots = [Slot(second.pk, TEN, NOON), Slot(one.testbed_id, TEN, NOON)]
    hold(other)
    with pytest.raises(Taken):
        claiming.hold_times(request=one, slots=slots, person=cast.external)
    assert not one.claims.exists()
    slots[1] = Slot(one.testbed_id, *(moment + DAY for moment in slots[0].during))
    assert len(claiming.hold_times(request=one, slots=slots, person=cast.external)) == 2


def test_a_hold_that_has_run_out_gives_way_and_its_case_is_told(one: TestRequest, other: TestRequest) -> None:
    old = hold(one)
    run_out(old)
    hold(other)
    old.refresh_from_db()
    assert (old.state, old.sequence, old.untold) == (ClaimState.LAPSED, 1, True)
    assert waiting.lapse_holds() == 1
    assert waiting.lapse_holds() == 0
    assert verbs(one) == ["time_held", "hold_ran_out"]
    assert Notice.objects.filter(case=one.pk, event__move="hold_ran_out", recipient=one.owner).count() == 1


def test_the_clock_lapses_holds_once(one: TestRequest) -> None:
    claim = hold(one)
    run_out(claim)
    assert waiting.lapse_holds() == 1
    claim.refresh_from_db()
    assert (claim.state, claim.sequence, claim.untold) == (ClaimState.LAPSED, 1, False)
    assert waiting.lapse_holds() == 0


def test_a_hold_is_kept_longer(cast: Cast, one: TestRequest) -> None:
    claim = hold(one)
    Claim.objects.filter(pk=claim.pk).update(until=timezone.now() + HOUR)
    kept = claiming.keep_longer(claim=claim, person=cast.lead, why="Avtalet dröjer.")
    assert kept.until
    assert kept.until > timezone.now() + DAY
    run_out(claim)
    with pytest.raises(Refused):
        claiming.keep_longer(claim=claim, person=cast.lead, why="Avtalet dröjer.")


@pytest.mark.strategy("B4-9a")
def test_a_booked_time_that_is_moved_asks_the_host_again(cast: Cast, one: TestRequest, other: TestRequest) -> None:
    claim = hold(one)
    agreed(cast, one)
    (booked,) = claiming.book_held(one, cast.lead)
    assert (booked.state, booked.until, booked.sequence) == (ClaimState.BOOKED, None, 1)
    moved = claiming.move_time(claim=claim, begins=TEN + HOUR, ends=NOON + HOUR, person=cast.external)
    assert (moved.state, moved.begins, moved.sequence, moved.uid) == (ClaimState.HELD, TEN + HOUR, 2, claim.uid)
    assert moved.until
    assert verbs(one) == ["time_held", "time_booked", "time_moved"]
    claiming.book_held(one, cast.lead)
    hold(other, at(MONDAY, 8), at(MONDAY, 9))


def test_a_time_is_not_moved_onto_anothers(cast: Cast, one: TestRequest, other: TestRequest) -> None:
    claim, _theirs = hold(one), hold(other, at(MONDAY, 14), at(MONDAY, 15))
    with pytest.raises(Taken) as refusal:
        claiming.move_time(claim=claim, begins=at(MONDAY, 14), ends=at(MONDAY, 16), person=cast.external)
    assert len(refusal.value.alternatives) == 3
    claim.refresh_from_db()
    assert (claim.begins, claim.sequence) == (TEN, 0)


def test_what_is_given_back_is_free_and_cannot_be_moved(cast: Cast, one: TestRequest, other: TestRequest) -> None:
    claim = hold(one)
    claiming.release(claim=claim, person=cast.external, why="Provet skjuts upp.")
    claim.refresh_from_db()
    assert (claim.state, claim.why, claim.sequence) == (ClaimState.CANCELLED, "Provet skjuts upp.", 1)
    hold(other)
    for act in (
        lambda: claiming.release(claim=claim, person=cast.external, why="Igen."),
        lambda: claiming.move_time(claim=claim, begins=TEN, ends=NOON, person=cast.external),
    ):
        with pytest.raises(Refused):
            act()


def test_all_that_a_request_has_is_given_back_when_it_ends(cast: Cast, one: TestRequest, other: TestRequest) -> None:
    hold(one), hold(one, TEN + DAY, NOON + DAY), hold(other, TEN + 2 * DAY, NOON + 2 * DAY)
    line = waiting.stand_in_line(
        request=one, testbed=one.testbed, begins=TEN + 2 * DAY, ends=NOON + 2 * DAY, person=cast.external
    )
    assert len(claiming.release_all(request=one, person=cast.external, why="Återtagen.")) == 2
    line.refresh_from_db()
    assert line.state == WaitState.LEFT
    assert not one.claims.keeping_out().exists()


# ── Blocking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B4-4")
def test_a_block_says_whom_it_hits_and_offers_them_other_times(
    cast: Cast, one: TestRequest, other: TestRequest
) -> None:
    hit, spared = hold(one), hold(other, TEN + DAY, NOON + DAY)
    assert [claim.pk for claim in claiming.blocked_by(one.testbed, at(MONDAY, 12, 15), at(MONDAY, 18))] == [hit.pk]
    found = claiming.block(
        testbed=one.testbed, begins=at(MONDAY, 9), ends=at(MONDAY, 18), why="Service.", person=cast.lead
    )
    assert found.claim.state == ClaimState.BLOCKED
    assert [one.claim.pk for one in found.hits] == [hit.pk]
    assert len(found.hits[0].alternatives) == 3
    assert judged(found.hits[0].alternatives) == [(True, False)] * 3
    hit.refresh_from_db()
    spared.refresh_from_db()
    assert (hit.state, hit.why, hit.sequence) == (ClaimState.CANCELLED, "Service.", 1)
    assert (spared.state, spared.sequence) == (ClaimState.HELD, 0)
    told = Event.objects.get(case=one.pk, move="time_cancelled")
    assert "Service. Ledigt i stället: tisdag 5 mars 2030" in told.note.replace("..", ".")
    assert Notice.objects.get(event=told, recipient=one.owner).mandatory
    assert verbs(other) == ["time_held"]


def test_a_block_is_taken_away_again_and_two_do_not_overlap(cast: Cast, one: TestRequest) -> None:
    told: dict[str, Any] = {"testbed": one.testbed, "begins": TEN, "ends": NOON, "why": "Service.", "person": cast.lead}
    first = claiming.block(**told)
    with pytest.raises(Refused):
        claiming.block(**told)
    with pytest.raises(Taken):
        hold(one)
    claiming.release(claim=first.claim, person=cast.lead, why="")
    hold(one)


def test_a_block_needs_a_reason(cast: Cast, testbed: Testbed) -> None:
    with pytest.raises(Refused):
        claiming.block(testbed=testbed, begins=TEN, ends=NOON, why=" ", person=cast.lead)


# ── A booked request without a booked time ───────────────────────────────────────────────────────────────────────────


def give_back(claim: Claim, by: User) -> None:
    claiming.release(claim=claim, person=by, why="Ändrat.")


def have_another(claim: Claim, by: User) -> None:
    claiming.move_time(claim=claim, begins=claim.begins + DAY, ends=claim.ends + DAY, person=by)


def shut_out(claim: Claim, by: User) -> None:
    claiming.block(testbed=claim.testbed, begins=claim.begins, ends=claim.ends, why="Service.", person=by)


@pytest.mark.strategy("B4-9a")
@pytest.mark.parametrize("lose", [give_back, have_another, shut_out])
def test_who_has_no_booked_time_left_is_not_booked(
    cast: Cast, one: TestRequest, lose: Callable[[Claim, User], None]
) -> None:
    claims = [hold(one), hold(one, TEN + 2 * DAY, NOON + 2 * DAY)]
    agreed(cast, one)
    perform(one, "book", person=cast.host)
    states = []
    for claim in claims:
        lose(Claim.objects.get(pk=claim.pk), cast.host)
        states.append(TestRequest.objects.get(pk=one.pk).state)
    assert states == [TestState.BOOKED, TestState.CONDITIONAL]
    assert verbs(one)[-1] == "lose_time"
    with pytest.raises(Refused):
        perform(one, "begin", person=cast.host)
    if lose is have_another:
        perform(one, "book", person=cast.host)
        let_the_time_come(one, cast)
        perform(one, "begin", person=cast.host)


@pytest.mark.strategy("B4-9a")
def test_a_block_that_takes_all_of_it_unbooks_it_once(cast: Cast, one: TestRequest) -> None:
    hold(one), hold(one, TEN + timedelta(hours=4), NOON + timedelta(hours=4))
    agreed(cast, one)
    perform(one, "book", person=cast.host)
    claiming.block(testbed=one.testbed, begins=at(MONDAY, 8), ends=at(MONDAY, 18), why="Service.", person=cast.host)
    assert verbs(one)[-3:] == ["time_cancelled", "time_cancelled", "lose_time"]


@pytest.mark.strategy("B4-9b")
def test_what_is_given_back_is_no_aid(cast: Cast) -> None:
    one = asking(cast, place(aid=500), actor="company")
    claims = [hold(one), hold(one, TEN + 2 * DAY, NOON + 2 * DAY)]
    agreed(cast, one)
    claims[1] = claiming.move_time(claim=claims[1], begins=TEN + 3 * DAY, ends=NOON + 3 * DAY, person=cast.author)
    assert TestRequest.objects.get(pk=one.pk).aid is None, "nothing is booked"
    perform(one, "book", person=cast.host)
    sums = [TestRequest.objects.get(pk=one.pk).aid]
    for claim in claims:
        give_back(Claim.objects.get(pk=claim.pk), cast.host)
        sums.append(TestRequest.objects.get(pk=one.pk).aid)
    assert sums == [2000, 1000, 0]
