"""When a testbed is open, and what is free: by wall time, on the nights when the clock is moved too."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from portal.cases.workdays import STOCKHOLM
from testbeds.models import Claim, OpeningException, OpeningHours, Testbed
from testbeds.queries.free import Slot, fits_times, free_slots, free_spans, judged, near, open_spans
from testbeds.states import ClaimState
from tests.testbeds.places import place

pytestmark = pytest.mark.django_db
MONDAY = date(2030, 3, 4)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), STOCKHOLM)


def always_open(**values: Any) -> Testbed:
    made = place(**values)
    made.hours.all().delete()
    hours = [OpeningHours(testbed=made, weekday=day, opens=time(0), closes=time(23, 59)) for day in range(7)]
    OpeningHours.objects.bulk_create(hours)
    return made


def block(testbed: Testbed, begins: datetime, ends: datetime, **values: Any) -> Claim:
    return Claim.objects.create(testbed=testbed, state=ClaimState.BLOCKED, during=(begins, ends), **values)


def test_a_week_is_open_as_its_hours_say() -> None:
    found = open_spans(place(), MONDAY, MONDAY + 7 * DAY)
    assert found == [(at(MONDAY + n * DAY, 8), at(MONDAY + n * DAY, 18)) for n in range(5)]


@pytest.mark.parametrize("year", range(2026, 2046))
def test_it_is_closed_on_holidays_in_years_to_come(year: int) -> None:
    """New Year’s Day, 1 May, the national day, Christmas Eve; Ascension Day falls on a Thursday each year."""
    closed = [date(year, 1, 1), date(year, 5, 1), date(year, 6, 6), date(year, 12, 24)]
    testbed, open_anyway = always_open(), always_open(open_on_holidays=True)
    for day in closed:
        assert open_spans(testbed, day, day + DAY) == []
        assert open_spans(open_anyway, day, day + DAY) == [(at(day, 0), at(day + DAY, 0))]


def test_an_exception_is_stronger_than_a_holiday_and_a_holiday_than_the_weekday() -> None:
    testbed, good_friday = place(), date(2030, 4, 19)
    OpeningException.objects.create(testbed=testbed, day=good_friday, opens=time(10), closes=time(12))
    OpeningException.objects.create(testbed=testbed, day=good_friday - DAY)
    assert open_spans(testbed, good_friday - DAY, good_friday + 4 * DAY) == [(at(good_friday, 10), at(good_friday, 12))]


def test_open_round_the_clock_is_one_span() -> None:
    assert open_spans(always_open(), MONDAY, MONDAY + 3 * DAY) == [(at(MONDAY, 0), at(MONDAY + 3 * DAY, 0))]


SPRING, AUTUMN = date(2030, 3, 31), date(2030, 10, 27)


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (MONDAY, 24)])
def test_the_day_when_the_clock_is_moved_has_another_length(day: date, hours: int) -> None:
    ((begins, ends),) = open_spans(always_open(), day, day + DAY)
    assert ends - begins == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "opens", "closes", "found"),
    [
        (SPRING, time(1), time(4), ("2030-03-31T00:00", "2030-03-31T02:00")),  # two hours have passed, not three
        (
            SPRING,
            time(2, 30),
            time(5),
            ("2030-03-31T01:30", "2030-03-31T03:00"),
        ),  # half past two never comes: half past three
        (SPRING, time(2, 30), time(3, 15), None),
        (AUTUMN, time(1), time(4), ("2030-10-26T23:00", "2030-10-27T03:00")),  # four hours
        (AUTUMN, time(2, 30), time(5), ("2030-10-27T00:30", "2030-10-27T04:00")),  # the first half past two
        (AUTUMN, time(2), time(2, 30), ("2030-10-27T00:00", "2030-10-27T00:30")),
        (AUTUMN, time(1), time(3), ("2030-10-26T23:00", "2030-10-27T02:00")),
    ],
)
def test_hours_on_the_nights_when_the_clock_is_moved(
    day: date, opens: time, closes: time, found: tuple[str, str] | None
) -> None:
    testbed = place()
    OpeningException.objects.create(testbed=testbed, day=day, opens=opens, closes=closes)
    told = [tuple(datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in found)] if found else []
    assert open_spans(testbed, day, day + DAY) == told


def test_every_wall_time_is_the_same_moment_in_the_database_and_in_python() -> None:
    testbed = place()
    for day in (SPRING, AUTUMN):
        OpeningException.objects.filter(testbed=testbed).delete()
        for minutes in range(0, 6 * 60, 15):
            opens = time(*divmod(minutes, 60))
            OpeningException.objects.create(testbed=testbed, day=day, opens=opens, closes=time(12))
            ((begins, _ends),) = open_spans(testbed, day, day + DAY)
            assert begins == datetime.combine(day, opens, STOCKHOLM).astimezone(UTC)
            OpeningException.objects.filter(testbed=testbed).delete()


def test_what_is_free_leaves_room_for_what_is_around_both_uses() -> None:
    """A quarter of an hour before each use and half an hour after: between two uses the half hour is enough."""
    testbed = place()
    block(testbed, at(MONDAY, 12), at(MONDAY, 13), before=15, after=30)
    found = free_spans(testbed, at(MONDAY, 0), at(MONDAY + DAY, 0))
    assert found == [(at(MONDAY, 8), at(MONDAY, 11, 30)), (at(MONDAY, 13, 30), at(MONDAY, 18))]


def test_what_is_around_a_block_that_needs_nothing_is_that_of_the_use() -> None:
    testbed = place()
    block(testbed, at(MONDAY, 12), at(MONDAY, 13))
    found = free_spans(testbed, at(MONDAY, 0), at(MONDAY + DAY, 0))
    assert found == [(at(MONDAY, 8), at(MONDAY, 11, 30)), (at(MONDAY, 13, 15), at(MONDAY, 18))]


def test_set_up_and_cleaning_may_lie_outside_the_opening_hours() -> None:
    testbed = place(longest=600)
    (slot,) = free_slots([testbed.pk], minutes=600, since=at(MONDAY, 0), until=at(MONDAY + DAY, 0))
    assert slot == Slot(testbed.pk, at(MONDAY, 8), at(MONDAY, 18))


def test_a_hold_that_has_run_out_keeps_nobody_out(cast: Any) -> None:
    from tests.testbeds.places import asked
    from tests.testbeds.test_spans import held

    request = asked(cast, place())
    claim = held(request, at(MONDAY, 12), until=timezone.now() + HOUR)
    wanted = [Slot(request.testbed_id, at(MONDAY, 12), at(MONDAY, 13))]
    assert judged(wanted) == [(True, True)]
    Claim.objects.filter(pk=claim.pk).update(until=timezone.now())
    assert judged(wanted) == [(True, False)]


def test_the_first_fits_are_at_even_times_and_leave_room_for_each_other() -> None:
    testbed = place()
    found = free_slots([testbed.pk], minutes=60, since=at(MONDAY, 9, 10), until=at(MONDAY + DAY, 0), number=3)
    assert [slot.begins for slot in found] == [at(MONDAY, 9, 30), at(MONDAY, 11), at(MONDAY, 12, 30)]


def test_an_uneven_time_is_proposed_where_an_even_one_would_not_fit() -> None:
    testbed = place(before=0, after=0)
    block(testbed, at(MONDAY, 8), at(MONDAY, 9, 10))
    block(testbed, at(MONDAY, 11, 10), at(MONDAY, 18))
    found = free_slots([testbed.pk], minutes=60, since=at(MONDAY, 0), until=at(MONDAY + DAY, 0), number=3)
    assert [slot.begins for slot in found] == [at(MONDAY, 9, 10), at(MONDAY, 10, 10)]


def test_the_first_over_all_that_are_published() -> None:
    full, later, hidden, short = place(), place(), place(published_at=None), place(longest=60)
    block(full, at(MONDAY, 0), at(MONDAY + 30 * DAY, 0))
    block(later, at(MONDAY, 0), at(MONDAY, 14))
    found = free_slots(None, minutes=120, since=at(MONDAY, 0), until=at(MONDAY + 60 * DAY, 0), number=2)
    assert found == [
        Slot(later.pk, at(MONDAY, 14, 30), at(MONDAY, 16, 30)),
        Slot(later.pk, at(MONDAY + DAY, 8), at(MONDAY + DAY, 10)),
    ]
    assert hidden.pk not in {slot.testbed_id for slot in found}
    assert short.pk not in {slot.testbed_id for slot in found}


def test_testbeds_with_room_for_several_uses_come_by_when_they_are_done() -> None:
    one, busy, full = place(), place(), place()
    block(busy, at(MONDAY, 0), at(MONDAY + 9 * DAY, 12))
    block(full, at(MONDAY, 0), at(MONDAY + 90 * DAY, 0))
    found = fits_times(None, minutes=240, times=3, since=at(MONDAY, 0), until=at(MONDAY + 60 * DAY, 0))
    assert [pk for pk, _slots in found] == [one.pk, busy.pk]
    assert [slot.begins for slot in found[1][1]] == [
        at(MONDAY + n * DAY, *h) for n, h in [(9, (12, 30)), (10, (8,)), (10, (12, 30))]
    ]


def test_a_testbed_that_is_full_for_months_names_its_own_later_times() -> None:
    """Those can be chosen where the request is; another testbed's cannot."""
    full, _other = place(), place()
    first = timezone.localdate() + timedelta(days=7)
    block(full, at(first, 0), at(first + 90 * DAY, 0))
    (found,) = near([Slot(full.pk, at(first, 10), at(first, 12))])
    assert [slot.testbed_id for slot in found] == [full.pk] * 3
    assert found[0].begins >= at(first + 90 * DAY, 0)


def test_other_times_nearby_and_elsewhere_when_it_is_full() -> None:
    full, other = place(), place()
    block(full, at(MONDAY, 0), at(MONDAY + 2 * 366 * DAY, 0))
    wanted = [Slot(full.pk, at(MONDAY, 10), at(MONDAY, 12)), Slot(other.pk, at(MONDAY, 10), at(MONDAY, 12))]
    one, two = near(wanted)
    assert {slot.testbed_id for slot in one} == {other.pk}
    assert one == two
    assert [slot.begins for slot in two] == [at(MONDAY, 8), at(MONDAY, 10, 30), at(MONDAY, 13)]
