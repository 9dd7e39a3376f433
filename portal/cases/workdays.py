"""Swedish working days, and when something is due.

An authority is closed on Saturdays, Sundays and public holidays and, in practice, on Midsummer Eve,
Christmas Eve and New Year's Eve (the same days as in lagen (1930:173) om beräkning av lagstadgad tid, 2 §).
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

STOCKHOLM = ZoneInfo("Europe/Stockholm")
END_OF_DAY = time(23, 59, 59)
SATURDAY = 5


def is_workday(day: date) -> bool:
    return day.weekday() < SATURDAY and day not in _free_days(day.year)


def holidays_in(since: date, until: date) -> list[date]:
    """The days from ``since`` and before ``until`` that are public holidays, or kept as such; other Saturdays and Sundays are not."""
    years = range(since.year, until.year + 1)
    return sorted(day for year in years for day in _free_days(year) if since <= day < until)


def add_workdays(day: date, count: int) -> date:
    """The `count`-th working day after `day`, or before it if negative.

    Zero gives the day itself, or the next working day when it is free.
    """
    step = timedelta(days=1 if count >= 0 else -1)
    while count == 0 and not is_workday(day):
        day += step
    for _ in range(abs(count)):
        day += step
        while not is_workday(day):
            day += step
    return day


def workdays_between(first: date, last: date) -> int:
    """Working days after `first`, to and with `last`: the smallest number that `add_workdays` of `first` needs to reach `last`."""
    return sum(is_workday(first + timedelta(days=number)) for number in range(1, (last - first).days + 1))


def free_days_between(first: date, last: date, language: str = "sv") -> list[tuple[date, str]]:
    """Days when an authority is closed though they are no Saturday or Sunday, with their names in Swedish or English."""
    years = tuple(range(first.year, last.year + 1))
    named = {day: name for year in years for day, name in _named_days(year, language)}
    return [(day, named[day]) for day in sorted(named) if first <= day <= last and day.weekday() < SATURDAY]


def add_months(day: date, count: int) -> date:
    """The same day `count` months on, or that month's last if it has no such day (lagen (1930:173) 1 §)."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def due_at(
    start: datetime, *, days: int | None = None, workdays: int | None = None, months: int | None = None
) -> datetime:
    """The last second, in UTC, of the Stockholm day on which a time counted from `start` runs out.

    Exactly one of calendar days, working days and calendar months is given. The day `start` falls on is not
    counted. A last day that is free is not moved: the portal promises, it does not claim a right to be late.
    """
    if start.tzinfo is None:
        raise ValueError("A due date counts from an aware time.")
    day = start.astimezone(STOCKHOLM).date()
    match (days, workdays, months):
        case (int(), None, None):
            last = day + timedelta(days=days)
        case (None, int(), None):
            last = add_workdays(day, workdays)
        case (None, None, int()):
            last = add_months(day, months)
        case _:
            raise ValueError("Give exactly one of days, workdays and months.")
    return end_of(last).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The last second of a day in Sweden."""
    return datetime.combine(day, END_OF_DAY, STOCKHOLM)


@cache
def _free_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))


@cache
def _named_days(year: int, language: str) -> tuple[tuple[date, str], ...]:
    spoken = "en_US" if language == "en" else "sv"
    found = holidays.country_holidays("SE", years=year, categories=("public", "de_facto"), language=spoken)
    return tuple(found.items())
