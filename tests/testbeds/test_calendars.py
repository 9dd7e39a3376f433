"""What a testbed's calendar shows, to whom, and on which clock."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from portal.cases.workdays import STOCKHOLM
from testbeds.calendars.days import days_of, hours_of
from testbeds.calendars.stretches import Stretch, clock, hour_of, merged, whole_day, without
from testbeds.flow import TestFlow
from testbeds.models import Claim, OpeningHours, Testbed, TestRequest
from testbeds.states import ClaimState, TestState
from tests.cast import ANYONE, Cast, again, case_in, signed_in
from tests.testbeds.places import host_of, place

HOUR = timedelta(hours=1)
LONG = timedelta(days=3650)
ENGLISH = {"accept-language": "en"}
VIEWS = ("lista", "vecka", "manad")


def a_monday() -> date:
    """Five weeks ahead, so that nothing of it is over, and no public holiday is needed: the tests say when it is open."""
    today = timezone.localdate()
    return today + timedelta(days=35 - today.weekday())


def wall(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=STOCKHOLM)


def always_open(testbed: Testbed) -> Testbed:
    testbed.hours.all().delete()
    full = {"opens": "00:00", "closes": "23:59"}
    OpeningHours.objects.bulk_create(OpeningHours(testbed=testbed, weekday=day, **full) for day in range(7))
    Testbed.objects.filter(pk=testbed.pk).update(open_on_holidays=True)
    testbed.open_on_holidays = True
    return testbed


def a_place(unit: str = "SOS", **values: Any) -> Testbed:
    return place(unit, open_on_holidays=True, **values)


def asked(cast: Cast, owner: Any, testbed: Testbed, title: str = "Talande skyltar") -> TestRequest:
    """Sent in, as the owner's."""
    told: dict[str, Any] = {
        "testbed": testbed,
        "title": title,
        "organisation": "Skyltbolaget",
        "unit": testbed.unit.code,
    }
    made: TestRequest = case_in(TestFlow, TestState.SUBMITTED, cast, owner=owner, **told)
    return made


def held(request: TestRequest, begins: datetime, ends: datetime | None = None, **values: Any) -> Claim:
    told: dict[str, Any] = {
        "state": ClaimState.HELD,
        "until": timezone.now() + LONG,
        "before": 15,
        "after": 30,
        **values,
    }
    return Claim.objects.create(
        testbed=request.testbed, request=request, during=(begins, ends or begins + HOUR), **told
    )


def page(client: Client, testbed: Testbed, view: str = "lista", day: date | None = None) -> str:
    query = {"visa": view, "fran": (day or a_monday()).isoformat()}
    answer = client.get(reverse("testbeds:calendar", args=[testbed.slug]), query, headers=ENGLISH)
    assert answer.status_code == 200
    return answer.content.decode()


def words_of(html: str) -> str:
    """What is read of the page's main part."""
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    assert main
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).split())


@pytest.mark.strategy("B4-4")
@pytest.mark.parametrize("view", VIEWS)
def test_an_outsider_reads_the_same_whoever_has_booked_and_whatever_for(cast: Cast, view: str) -> None:
    """Byte for byte, whether it is one booking or two beside each other, held or blocked, long title or short."""
    testbed = a_place()
    day, readers = a_monday(), (Client(), signed_in(cast.outsider), signed_in(cast.admin))

    def read() -> list[str]:
        tokens = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
        return [tokens.sub("", page(reader, testbed, view)) for reader in readers]

    one = held(asked(cast, cast.external, testbed, "Zqx"), wall(day, 10), wall(day, 12, 15))
    before = read()
    Claim.objects.filter(pk=one.pk).update(state=ClaimState.CANCELLED)
    other = asked(cast, cast.author, testbed, "Något helt annat <script>")
    held(other, wall(day, 10))
    last = held(other, wall(day, 11, 30), wall(day, 12, 15))
    assert read() == before
    Claim.objects.filter(request=other).update(state=ClaimState.CANCELLED)
    Claim.objects.create(
        testbed=testbed, state=ClaimState.BLOCKED, during=one.during, before=15, after=30, why="Zqx trasig"
    )
    assert read() == before
    assert last.request
    assert ("Partly free" if view == "manad" else "Busy") in before[0]


def test_the_host_and_who_asked_read_what_it_is_about_and_nobody_else_does(cast: Cast) -> None:
    testbed = a_place()
    host = host_of(testbed, cast.colleague)
    held(asked(cast, cast.external, testbed, "Hemliga skyltar"), wall(a_monday(), 10))
    for person, told in (
        (host, True),
        (cast.external, True),
        (cast.outsider, False),
        (cast.manager, False),
        (None, False),
    ):
        for view in VIEWS:
            html = page(signed_in(person) if person else Client(), testbed, view)
            assert ("Hemliga skyltar" in html) == told, (person, view)
            assert ("Skyltbolaget" in html) == told


def test_a_host_who_asked_for_it_with_someone_at_another_unit_or_no_longer_reads_nothing(cast: Cast) -> None:
    testbed, elsewhere = a_place(), a_place("KAR")
    other_host = host_of(elsewhere, cast.outsider)
    held(asked(cast, cast.external, testbed, "Hemliga skyltar"), wall(a_monday(), 10))
    assert "Hemliga" not in page(signed_in(other_host), testbed)
    host = host_of(testbed, cast.colleague)
    assert "Hemliga" in page(signed_in(host), testbed)
    host.appointments.all().delete()
    assert "Hemliga" not in page(signed_in(again(host)), testbed)


def test_a_hold_that_has_run_out_is_free_though_nobody_has_noted_it(cast: Cast) -> None:
    testbed, day = a_place(), a_monday()
    claim = held(asked(cast, cast.external, testbed), wall(day, 10))
    assert "Busy" in page(Client(), testbed)
    Claim.objects.filter(pk=claim.pk).update(until=timezone.now() - HOUR)
    assert "Busy" not in page(Client(), testbed)


def test_what_is_around_a_use_is_busy_with_it_and_what_is_free_can_be_had(cast: Cast) -> None:
    """15 minutes before and 30 after, and as much for the next use, which needs them too: 9:30 to 11:30."""
    testbed, day = a_place(), a_monday()
    held(asked(cast, cast.external, testbed), wall(day, 10))
    text = words_of(page(Client(), testbed))
    assert "08:00 – 09:30 Free 09:30 – 11:30 Busy 11:30 – 18:00 Free" in text
    (only,) = days_of(testbed, ANYONE, day, 1)
    for free in only.free:
        held(asked(cast, cast.author, testbed), free.begins, free.ends)


@pytest.mark.parametrize("view", VIEWS)
def test_a_calendar_asks_the_same_few_questions_however_much_is_taken(cast: Cast, view: str) -> None:
    testbed, day = a_place(), a_monday()
    host = host_of(testbed, cast.colleague)

    def asks(person: Any) -> int:
        client = signed_in(person) if person else Client()
        page(client, testbed, view)
        with CaptureQueriesContext(
            connection,
        ) as asked_of:
            page(client, testbed, view)
        return len(asked_of)

    held(asked(cast, cast.external, testbed), wall(day, 9))
    first = asks(None), asks(host)
    for hour in (11, 13, 16):
        held(asked(cast, cast.external, testbed, f"Skylt {hour}"), wall(day, hour))
    assert (asks(None), asks(host)) == first
    assert first[0] <= 6


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 6, 1), 24)])
def test_a_day_has_its_hours(cast: Cast, day: date, hours: int) -> None:
    assert whole_day(day).lasts == hours * HOUR
    parts = [part for hour in range(24) if (part := hour_of(day, hour))]
    assert merged(parts) == [whole_day(day)]
    (shown,) = days_of(always_open(a_place()), ANYONE, day, 1)
    assert shown.odd_hours == (hours if hours != 24 else 0)
    assert sum((one.lasts for one in shown.opens), timedelta()) == hours * HOUR


def test_the_hour_that_comes_twice_says_which_it_is() -> None:
    first, second = datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    assert clock(first) != clock(second)
    assert clock(first)[:5] == clock(second)[:5] == "02:30"
    assert clock(datetime(2027, 10, 31, 2, 30, tzinfo=UTC)) == "03:30"
    assert clock(datetime(2027, 3, 28, 1, 0, tzinfo=UTC)) == "03:00"


def test_the_hour_that_is_leapt_over_is_not_in_the_week(cast: Cast) -> None:
    testbed = always_open(a_place())
    days = days_of(testbed, ANYONE, date(2027, 3, 22), 7)
    row = next(row for row in hours_of(days) if row.hour == 2)
    assert [cell.exists for cell in row.cells] == [True] * 6 + [False]


def test_a_use_over_the_night_when_the_clock_is_set_back_lasts_as_long_as_it_lasts(cast: Cast) -> None:
    testbed, day = always_open(a_place(before=0, after=0)), date(2027, 10, 31)
    begins = datetime(2027, 10, 31, 0, 0, tzinfo=UTC)
    held(asked(cast, cast.external, testbed), begins, begins + 2 * HOUR, before=0, after=0)
    (shown,) = days_of(testbed, ANYONE, day, 1)
    assert shown.busy == [Stretch(begins, begins + 2 * HOUR)]
    text = words_of(page(Client(), testbed, "lista", day))
    assert "this day has 25 hours" in text
    assert "02:00 summer time – 03:00 Busy" in text


def test_what_has_passed_is_not_called_busy(cast: Cast) -> None:
    """A day that has been, on which somebody had an hour, and the day itself."""
    testbed, monday = a_place(before=0, after=0), a_monday()
    held(asked(cast, cast.external, testbed), wall(monday, 10), wall(monday, 11), before=0, after=0)

    def hours(moment: datetime) -> dict[str, str]:
        with time_machine.travel(moment, tick=False):
            rows = hours_of(days_of(testbed, ANYONE, monday, 1))
            return {row.label: str(row.cells[0].pieces[0].word) for row in rows}

    def month(moment: datetime) -> str:
        with time_machine.travel(moment, tick=False):
            return str(days_of(testbed, ANYONE, monday, 1)[0].state)

    after, noon = wall(monday + timedelta(days=2), 9), wall(monday, 12)
    with translation.override("en"):
        assert hours(after) == {f"{n:02}–{n + 1:02}": "Busy" if n == 10 else "Passed" for n in range(8, 18)}
        today = hours(noon)
        assert (today["08–09"], today["10–11"], today["11–12"], today["12–13"]) == ("Passed", "Busy", "Passed", "Free")
        assert (month(after), month(wall(monday, 17, 30)), month(noon)) == ("Passed", "Nothing free", "Partly free")


def test_the_arithmetic_of_stretches() -> None:
    at = [datetime(2030, 1, 1, hour, tzinfo=UTC) for hour in range(10)]
    whole = [Stretch(at[0], at[9])]
    assert without(whole, [Stretch(at[2], at[4]), Stretch(at[3], at[5])]) == [
        Stretch(at[0], at[2]),
        Stretch(at[5], at[9]),
    ]
    assert without(whole, whole) == []
    assert without(whole, []) == whole
    assert merged([Stretch(at[3], at[4]), Stretch(at[1], at[3])]) == [Stretch(at[1], at[4])]


@pytest.mark.parametrize("asked_for", ["x", "2026-13-40", "9999-12-31", "0001-01-01", "'; --", "2026-W01-1\0"])
def test_a_date_that_is_none_gets_a_sentence_and_today(cast: Cast, asked_for: str) -> None:
    query = {"fran": asked_for, "visa": asked_for}
    answer = Client().get(reverse("testbeds:calendar", args=[a_place().slug]), query, headers=ENGLISH)
    assert answer.status_code == 200
    assert "The calendar has no such date" in answer.content.decode()
    assert answer.context["first"] == timezone.localdate()


def test_what_is_not_published_has_a_calendar_for_its_host_alone(cast: Cast) -> None:
    testbed = a_place(published_at=None)
    address = reverse("testbeds:calendar", args=[testbed.slug])
    assert Client().get(address).status_code == 404
    assert signed_in(cast.outsider).get(address).status_code == 404
    assert signed_in(host_of(testbed, cast.colleague)).get(address).status_code == 200


def test_one_s_own_times_are_one_s_own_and_a_host_s_are_the_testbeds(cast: Cast) -> None:
    testbed = a_place()
    held(asked(cast, cast.external, testbed, "Externas skyltar"), wall(a_monday(), 9))
    held(asked(cast, cast.author, testbed, "Författarens skyltar"), wall(a_monday(), 13))
    host = host_of(testbed, cast.colleague)
    address = reverse("testbeds:my_times")

    def titles(person: Any) -> set[str]:
        html = signed_in(person).get(address, headers=ENGLISH).content.decode()
        return {title for title in ("Externas skyltar", "Författarens skyltar") if title in html}

    assert titles(cast.external) == {"Externas skyltar"}
    assert titles(cast.author) == {"Författarens skyltar"}
    assert titles(cast.outsider) == set()
    assert titles(host) == {"Externas skyltar", "Författarens skyltar"}
    assert Client().get(address).status_code == 302
