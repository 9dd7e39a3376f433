"""The pages of times: chosen by who asked and by the host, lost with a way out, blocked with those it hits named beforehand."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.cases.models import Case
from portal.notices.models import Notice
from portal.organisation.states import Role
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.states import ClaimState, TestState, WaitState
from tests.cast import Cast, appointment, signed_in
from tests.days import today
from tests.testbeds.places import asked, place

TWO_HOURS = "120"


@pytest.fixture
def room(db: None) -> Testbed:
    return place()


@pytest.fixture
def host(cast: Cast, room: Testbed) -> Client:
    appointment(cast.assessor, Role.TESTBED_HOST, room.unit).save()
    return in_english(cast.assessor)


def in_english(person: Any) -> Client:
    client = signed_in(person)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def wanted(cast: Cast, room: Testbed, owner: Any = None) -> TestRequest:
    """A request that the host has said yes to."""
    made = asked(cast, room, owner=owner)
    Case.objects.filter(pk=made.pk).update(
        state=TestState.CONDITIONAL,
        opened_at=timezone.now(),
        reference=f"SOS 2030-{made.pk:04d}",
        awaits="x",
        due_at=timezone.now(),
    )
    return TestRequest.objects.get(pk=made.pk)


def monday() -> Any:
    """One at least a week ahead."""
    day = today() + timedelta(days=7)
    return day + timedelta(days=-day.weekday() % 7)


def at(hour: int, **more: Any) -> dict[str, Any]:
    return {"day": monday().isoformat(), "at": f"{hour:02d}:00", "minutes": TWO_HOURS, **more}


def url(name: str, request: TestRequest, *more: Any) -> str:
    return reverse(f"testbeds:{name}", args=[request.pk, *more])


def test_a_time_is_held_moved_and_let_go_by_who_asked(cast: Cast, room: Testbed) -> None:
    request, client = wanted(cast, room), in_english(cast.external)
    page = client.get(url("times", request)).content.decode()
    assert "No time is chosen yet" in page
    assert "Hold this time" in page

    assert client.post(url("hold", request), at(9)).status_code == 302
    claim = Claim.objects.get()
    assert (claim.state, timezone.localtime(claim.begins).hour) == (ClaimState.HELD, 9)

    assert client.get(url("move_time", request, claim.pk)).status_code == 200
    assert client.post(url("move_time", request, claim.pk), at(13)).status_code == 302
    moved = Claim.objects.get(pk=claim.pk)
    assert (timezone.localtime(moved.begins).hour, moved.sequence > claim.sequence) == (13, True)

    assert client.post(url("let_go", request, claim.pk), {"why": ""}).status_code == 200
    assert client.post(url("let_go", request, claim.pk), {"why": "Apparaten är sönder."}).status_code == 302
    assert Claim.objects.get(pk=claim.pk).state == ClaimState.CANCELLED


def test_who_was_not_first_gets_a_sentence_three_times_and_a_place_in_line(
    cast: Cast, room: Testbed, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    assert in_english(cast.external).post(url("hold", first), at(9)).status_code == 302

    client = in_english(cast.colleague)
    answer = client.post(url("hold", second), at(10))
    page = answer.content.decode()
    assert (answer.status_code, page.count('aria-describedby="slot-') >= 3) == (409, True)
    assert "That time cannot be had" in page
    assert str(cast.external) not in page

    assert client.post(url("stand_in_line", second), at(9)).status_code == 302
    wait = Wait.objects.get()
    assert "Somebody else has the time" in client.get(url("times", second)).content.decode()

    claim = Claim.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        in_english(cast.external).post(url("let_go", first, claim.pk), {"why": "Behövs inte."})
    assert Wait.objects.get(pk=wait.pk).state == WaitState.OFFERED
    assert "It has come free" in client.get(url("times", second)).content.decode()
    assert client.post(url("line", second, wait.pk), {"take": "1"}).status_code == 302
    assert Wait.objects.get(pk=wait.pk).state == WaitState.TAKEN


def test_the_host_holds_a_time_longer_with_a_reason_as_long_as_nobody_stands_in_line(
    cast: Cast, room: Testbed, host: Client
) -> None:
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    in_english(cast.external).post(url("hold", first), at(9))
    claim = Claim.objects.get()
    soon = timezone.now() + timedelta(hours=1)
    Claim.objects.update(until=soon)
    keep = url("keep_longer", first, claim.pk)

    assert in_english(cast.external).get(keep).status_code == 403  # who asked does not
    assert keep not in in_english(cast.external).get(url("times", first)).text
    assert keep in host.get(url("times", first)).text
    assert host.post(keep, {"why": ""}).status_code == 200
    assert Claim.objects.get().until == soon
    assert host.post(keep, {"why": "Avtalet dröjer."}).status_code == 302
    until = Claim.objects.get().until
    assert until
    assert soon < until <= claim.begins
    event = first.events.get(move="time_kept")
    assert "Avtalet dröjer" in event.note
    assert Notice.objects.filter(event=event, recipient=cast.external).exists()

    assert in_english(cast.colleague).post(url("stand_in_line", second), at(9)).status_code == 302
    refused = host.post(keep, {"why": "Avtalet dröjer ännu."})
    assert refused.status_code == 409
    assert "Somebody stands in line for the time" in refused.text
    assert Claim.objects.get().until == until


def test_a_time_that_clashes_with_ones_own_says_so_and_offers_no_line(cast: Cast, room: Testbed) -> None:
    request, client = wanted(cast, room), in_english(cast.external)
    client.post(url("hold", request), at(9))
    for hour in (10, 11):
        answer = client.post(url("hold", request), at(hour))
        assert answer.status_code == 409
        assert "You already have" in answer.text
        assert "at 09.00–11.00" in answer.text
        assert "Somebody else" not in answer.text
        assert "Stand in line" not in answer.text
        assert f'value="{hour}:00"' in answer.text


def test_a_closed_day_offers_no_line_and_keeps_what_was_typed(cast: Cast, room: Testbed) -> None:
    request, client = wanted(cast, room), in_english(cast.external)
    saturday = at(9, day=(monday() + timedelta(days=5)).isoformat())
    answer = client.post(url("hold", request), saturday)
    assert "The testbed is not open all of" in answer.text
    assert "closed on this day of the week (saturday)" in answer.text
    assert "Stand in line" not in answer.text
    pressed = client.post(url("stand_in_line", request), saturday)
    assert pressed.status_code == 409
    for page in (answer.text, pressed.text):
        assert "The testbed is not open all of" in page
        assert f'value="{saturday["day"]}"' in page
    assert not Wait.objects.exists()


def test_several_times_are_looked_at_before_they_are_held(cast: Cast, room: Testbed) -> None:
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    in_english(cast.external).post(url("hold", first), at(9))
    client = in_english(cast.colleague)
    sent = at(9, weekdays=["0"], every="1", times="3")
    page = client.get(url("series", second), sent).content.decode()
    assert (page.count("<strong>free</strong>"), page.count("<strong>taken</strong>")) == (2, 1)
    assert Claim.objects.filter(request=second).count() == 0
    skipped = re.findall(r'name="skip" value="([^"]+)"', page)

    assert client.post(url("series", second), {**sent, "skip": skipped}).status_code == 302
    assert Claim.objects.filter(request=second, state=ClaimState.HELD).count() == 2


def test_a_past_time_is_refused_with_a_sentence_wherever_it_is_asked_for(cast: Cast, room: Testbed) -> None:
    request, client = wanted(cast, room), in_english(cast.external)
    client.post(url("hold", request), at(9))
    past = at(9, day="2020-01-07")
    moved = client.post(url("move_time", request, Claim.objects.get().pk), past)
    series = client.post(url("series", request), past | {"weekdays": ["1"], "every": "1", "times": "3"})
    for answer in (moved, series):
        assert "That time has passed. Choose a later one." in answer.text
        assert "Reason(" not in answer.text


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"minutes": "5"}, "A use lasts from 60 to 600 minutes here."),
        ({"day": "igår"}, "Enter a valid date."),
        ({"at": "25:00"}, "Enter a valid time."),
        ({"day": "2020-01-07"}, "That time has passed. Choose a later one."),
        ({"at": "03:00"}, "The testbed is not open all of"),
        ({"at": "03:00"}, "outside the opening hours."),
    ],
)
def test_what_cannot_be_a_time_is_said_and_nothing_is_lost(
    cast: Cast, room: Testbed, sent: dict[str, str], says: str
) -> None:
    request = wanted(cast, room)
    answer = in_english(cast.external).post(url("hold", request), at(9) | sent)
    page = answer.content.decode()
    assert answer.status_code in {200, 409}
    assert "ds-error-summary" in page or 'role="alert"' in page
    assert says in page
    assert "Reason(" not in page
    assert f'value="{(at(9) | sent)["minutes"]}"' in page
    assert not Claim.objects.exists()


def test_a_wall_time_that_the_clock_skips_is_refused_with_the_reason(cast: Cast, room: Testbed) -> None:
    request = wanted(cast, room)
    year = today().year + 1
    last = date(year, 3, 31)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    page = in_english(cast.external).post(
        url("hold", request), {"day": sunday.isoformat(), "at": "02:30", "minutes": "60"}
    )
    assert "The clock is changed that night" in page.content.decode()


def test_nobody_else_reaches_the_times(cast: Cast, room: Testbed) -> None:
    request = wanted(cast, room)
    for person, status in ((cast.colleague, 404), (cast.outsider, 404), (cast.registrar, 403)):
        assert signed_in(person).get(url("times", request)).status_code == status, person
        assert signed_in(person).post(url("hold", request), at(9)).status_code == status, person
    assert not Claim.objects.exists()


def test_times_are_not_chosen_before_the_hosts_yes(cast: Cast, room: Testbed) -> None:
    request = asked(cast, room)
    client = in_english(cast.external)
    assert "Times are chosen when the host has said yes" in client.get(url("times", request)).content.decode()
    assert client.post(url("hold", request), at(9)).status_code == 409
    assert not Claim.objects.exists()


def block(hour: int, to: int) -> dict[str, str]:
    day = monday().isoformat()
    return {
        "first_day": day,
        "first_at": f"{hour:02d}:00",
        "last_day": day,
        "last_at": f"{to:02d}:00",
        "why": "Golvet läggs om.",
    }


def test_a_block_names_whom_it_hits_and_they_are_told(cast: Cast, room: Testbed, host: Client) -> None:
    request = wanted(cast, room)
    in_english(cast.external).post(url("hold", request), at(9))
    address = reverse("testbeds:blocking", args=[room.slug])
    page = host.get(address, block(8, 12)).content.decode()
    assert str(request) in page
    assert Claim.objects.get().state == ClaimState.HELD

    shown = re.findall(r'name="shown" value="(\d+)"', page)
    done = host.post(address, {**block(8, 12), "shown": shown}, follow=True)
    assert "These lost a time" in done.text
    assert f"{request} (" in done.text
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.CANCELLED, ClaimState.BLOCKED}
    blocked = Claim.objects.get(state=ClaimState.BLOCKED)
    assert host.post(reverse("testbeds:unblock", args=[room.slug, blocked.pk]), {"why": "Klart."}).status_code == 302
    assert not Claim.objects.keeping_out().exists()


def test_a_time_that_is_got_meanwhile_is_shown_before_it_is_taken(cast: Cast, room: Testbed, host: Client) -> None:
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    in_english(cast.external).post(url("hold", first), at(9))
    address = reverse("testbeds:blocking", args=[room.slug])
    shown = re.findall(r'name="shown" value="(\d+)"', host.get(address, block(8, 18)).text)
    in_english(cast.colleague).post(url("hold", second), at(13))

    answer = host.post(address, {**block(8, 18), "shown": shown})
    assert answer.status_code == 409
    assert "Somebody has got a time since you looked" in answer.text
    assert str(second) in answer.text
    assert set(Claim.objects.values_list("state", flat=True)) == {ClaimState.HELD}
    shown = re.findall(r'name="shown" value="(\d+)"', answer.text)
    assert len(shown) == 2
    assert host.post(address, {**block(8, 18), "shown": shown}).status_code == 302
    assert Claim.objects.filter(state=ClaimState.CANCELLED).count() == 2


def test_requests_stand_beside_each_other_for_the_host_alone(cast: Cast, room: Testbed, host: Client) -> None:
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    address = reverse("testbeds:competing", args=[room.slug])
    page = host.get(address).content.decode()
    assert page.index(str(first)) < page.index(str(second))
    for person in (cast.external, cast.colleague, cast.manager, cast.admin):
        for name in ("competing", "blocking"):
            assert signed_in(person).get(reverse(f"testbeds:{name}", args=[room.slug])).status_code == 404, person


def test_what_the_host_reads_costs_the_same_whatever_there_is(
    cast: Cast, room: Testbed, host: Client, django_assert_max_num_queries: Any
) -> None:
    address = reverse("testbeds:competing", args=[room.slug])
    wanted(cast, room)
    host.get(address)
    with django_assert_max_num_queries(11):
        host.get(address)
    for _number in range(3):
        wanted(cast, room)
    with django_assert_max_num_queries(11):
        host.get(address)
