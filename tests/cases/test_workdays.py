from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.cases.workdays import STOCKHOLM, add_months, add_workdays, due_at, is_workday

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  zone is added


def local(moment: datetime) -> str:
    return f"{moment.astimezone(STOCKHOLM):%Y-%m-%d %H:%M:%S}"


def test_the_free_weekdays_of_2026_are_the_ones_in_the_calendar() -> None:
    days = (date(2026, 1, 1) + timedelta(days=n) for n in range(365))
    free = [f"{day:%m-%d}" for day in days if day.weekday() < 5 and not is_workday(day)]
    assert free == ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25", "12-31"]


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        ("2026-03-02", 5, "2026-03-09"),
        ("2026-04-01", 1, "2026-04-02"),
        ("2026-04-02", 1, "2026-04-07"),  # over Easter
        ("2026-06-18", 1, "2026-06-22"),  # over Midsummer
        ("2026-12-23", 3, "2026-12-30"),  # over Christmas
        ("2026-12-30", 1, "2027-01-04"),  # over the New Year
        ("2026-03-07", 0, "2026-03-09"),
        ("2026-03-09", 0, "2026-03-09"),
        ("2026-04-07", -1, "2026-04-02"),
    ],
)
def test_working_days_step_over_what_is_free(start: str, count: int, last: str) -> None:
    assert add_workdays(date.fromisoformat(start), count) == date.fromisoformat(last)


@given(DAYS, st.integers(1, 60))
def test_as_many_working_days_lie_between_as_were_added(start: date, count: int) -> None:
    last = add_workdays(start, count)
    between = (start + timedelta(days=n) for n in range(1, (last - start).days + 1))
    assert sum(map(is_workday, between)) == count
    assert is_workday(last)


@pytest.mark.parametrize(
    ("start", "count", "last"),
    [
        ("2026-01-15", 4, "2026-05-15"),
        ("2025-10-31", 4, "2026-02-28"),
        ("2027-10-31", 4, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-12-01", 1, "2027-01-01"),
    ],
)
def test_a_month_later_is_the_same_day_or_the_months_last(start: str, count: int, last: str) -> None:
    assert add_months(date.fromisoformat(start), count) == date.fromisoformat(last)


def test_an_employer_has_four_whole_months_to_answer_an_inventor() -> None:
    notified = datetime(2026, 10, 31, 14, 5, tzinfo=STOCKHOLM)
    assert local(due_at(notified, months=4)) == "2027-02-28 23:59:59"


def test_the_day_counted_from_is_the_day_in_stockholm() -> None:
    just_past_midnight_there = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert local(due_at(just_past_midnight_there, days=1)) == "2026-07-02 23:59:59"


@pytest.mark.parametrize(
    ("start", "due"),
    [
        (datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC)),
        (datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_end_of_the_day_keeps_to_the_clock_on_the_wall_when_that_changes(start: datetime, due: datetime) -> None:
    assert due_at(start, days=1) == due


@given(MOMENTS, st.sampled_from(["days", "workdays", "months"]), st.integers(0, 400))
def test_a_due_time_is_in_utc_ends_its_local_day_and_is_not_before_its_start(
    start: datetime, unit: str, count: int
) -> None:
    due = due_at(start, **{unit: count})
    assert due.tzinfo is UTC
    assert local(due).endswith("23:59:59")
    assert due > start - timedelta(seconds=1)
    assert due == due_at(start.astimezone(ZoneInfo("Asia/Tokyo")), **{unit: count})


def test_a_naive_start_and_two_units_are_mistakes() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for wrong in ({}, {"days": 1, "months": 1}):
        with pytest.raises(ValueError, match="exactly one"):
            due_at(start, **wrong)
    with pytest.raises(ValueError, match="aware"):
        due_at(start.replace(tzinfo=None), days=1)
