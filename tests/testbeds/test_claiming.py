"""Time at a testbed: held, moved, booked, given back, blocked, and what the history and the notices say of it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from portal.cases.errors import Refused
from portal.cases.models import Event
from portal.cases.queries import verify_history
from portal.notices.models import Notice
from testbeds.actions import claiming, series, waiting
from testbeds.actions.claiming import Taken
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.queries.free import Slot, judged
from testbeds.states import ClaimState, WaitState
from tests.cast import Cast
from tests.testbeds.places import place
from tests.testbeds.times import DAY, HOUR, MONDAY, NOON, TEN, agreed, asking, at, wall

pytestmark = pytest.mark.django_db


def hold(request: TestRequest, begins: datetime = TEN, ends: datetime = NOON, **values: Any) -> Claim:
    assert request.owner
    return claiming.hold_time(request=request, begins=begins, ends=ends, person=request.owner, **values)


def verbs(request: TestRequest) -> list[str]:
    return list(Event.objects.filter(case=request.pk).order_by("number").values_list("move", flat=True))[1:]


def run_out(*claims: Claim) -> None:
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(until=timezone.now() - HOUR)


@pytest.fixture
def testbed(db: None) -> Testbed:
    return place()


@pytest.fixture
def one(cast: Cast, testbed: Testbed) -> TestRequest:
    return asking(cast, testbed)


@pytest.fixture
def other(cast: Cast, testbed: Testbed) -> TestRequest:
    return asking(cast, testbed)


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
    kept = claiming.keep_longer(claim=claim, person=cast.lead)
    assert kept.until
    assert kept.until > timezone.now() + DAY
    run_out(claim)
    with pytest.raises(Refused):
        claiming.keep_longer(claim=claim, person=cast.lead)


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


# ── The line ─────────────────────────────────────────────────────────────────────────────────────────────────────────


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


# ── Series ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def utc(*moments: str) -> list[datetime]:
    return [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]


def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_the_change() -> None:
    spring = series.occurrences("FREQ=WEEKLY;COUNT=3", wall(2030, 3, 25, 9), 120)
    assert [begins for begins, _ends in spring] == utc("2030-03-25T08:00", "2030-04-01T07:00", "2030-04-08T07:00")
    autumn = series.occurrences("FREQ=WEEKLY;COUNT=2", wall(2030, 10, 21, 9), 120)
    assert [begins for begins, _ends in autumn] == utc("2030-10-21T07:00", "2030-10-28T08:00")
    assert {ends - begins for begins, ends in spring + autumn} == {2 * HOUR}


def test_the_nights_themselves() -> None:
    """Half past two comes never in spring, and twice in autumn; four hours are four hours of elapsed time."""
    assert series.occurrences("FREQ=DAILY;COUNT=3", wall(2030, 3, 30, 2, 30), 240) == list(
        zip(
            utc("2030-03-30T01:30", "2030-03-31T01:30", "2030-04-01T00:30"),
            utc("2030-03-30T05:30", "2030-03-31T05:30", "2030-04-01T04:30"),
            strict=True,
        )
    )
    assert [begins for begins, _ in series.occurrences("FREQ=DAILY;COUNT=3", wall(2030, 10, 26, 2, 30), 60)] == utc(
        "2030-10-26T00:30", "2030-10-27T00:30", "2030-10-28T01:30"
    )


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=SECONDLY;COUNT=5", "FREQ=DAILY", "FREQ=DAILY;COUNT=53", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;INTERVAL=0;COUNT=2", "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=2", "FREQ=MONTHLY;BYDAY=6MO;COUNT=2",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "FREQ=WEEKLY;UNTIL=20200101", "FREQ=WEEKLY;COUNT=2;BYEASTER=1",
        "FREQ=WEEKLY;COUNT=2\nEXDATE:20300304T090000", "FREQ=WEEKLY;COUNT=2;BYDAY=XX", "nonsense", "=;=", "FREQ=DAILY;UNTIL=20301",
        "FREQ=DAILY;COUNT=2;" + "BYDAY=MO," * 40,
    ],
)  # fmt: skip
def test_a_rule_that_is_not_understood_or_never_ends_is_refused(rule: str) -> None:
    with pytest.raises(Refused):
        series.occurrences(rule, wall(2030, 3, 4, 9), 60)


@pytest.mark.parametrize("until", ["20300318", "20300318T090000", "20300318T080000Z"])
def test_the_last_day_belongs_to_the_series(until: str) -> None:
    assert len(series.occurrences(f"FREQ=WEEKLY;UNTIL={until}", wall(2030, 3, 4, 9), 60)) == 3


@pytest.mark.strategy("B4-4")
def test_a_series_shows_its_clashes_and_holds_the_rest(cast: Cast, one: TestRequest, other: TestRequest) -> None:
    clash = hold(other, TEN + 7 * DAY, NOON + 7 * DAY)
    told: dict[str, Any] = {"rule": "FREQ=WEEKLY;COUNT=3", "first": wall(2030, 3, 4, 10), "minutes": 120}
    found = series.preview(one.testbed, **told)
    assert [use.free for use in found] == [True, False, True]
    assert [len(use.alternatives) for use in found] == [0, 3, 0]
    with pytest.raises(Taken) as refusal:
        series.hold_series(request=one, person=cast.external, **told)
    assert refusal.value.alternatives == found[1].alternatives
    assert not one.claims.exists()
    made = series.hold_series(request=one, person=cast.external, skip=[clash.begins], **told)
    assert [claim.begins for claim in made.claims.order_by("during")] == [TEN, TEN + 14 * DAY]
    assert verbs(one) == ["series_held"]


def test_a_series_that_clashes_with_itself_is_refused(cast: Cast, one: TestRequest) -> None:
    one.testbed.hours.create(weekday=0, opens="18:00", closes="23:59")
    Testbed.objects.filter(pk=one.testbed_id).update(after=480)
    one.testbed.hours.create(weekday=1, opens="00:00", closes="07:00")
    with pytest.raises(Taken, match="nära"):
        claiming.hold_times(
            request=one,
            slots=[Slot(one.testbed_id, at(MONDAY, 20), at(MONDAY, 23)), Slot(one.testbed_id, at(MONDAY + DAY, 1), at(MONDAY + DAY, 3))],
            person=cast.external,
        )  # fmt: skip


def test_the_preview_asks_as_little_for_fifty_as_for_one(testbed: Testbed, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        series.preview(testbed, "FREQ=WEEKLY;COUNT=1", wall(2030, 3, 4, 10), 120)
    with django_assert_num_queries(2):
        found = series.preview(testbed, "FREQ=WEEKLY;COUNT=50", wall(2030, 3, 4, 10), 120)
    assert sum(use.closed for use in found) >= 2  # Easter Monday, and Christmas
