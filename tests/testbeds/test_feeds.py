"""Feeds for calendar programs: what they say, to whom, and that what has gone is taken away."""

import json
import re
import zipfile
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from dateutil.rrule import rrulestr
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from portal.accounts.mine import my_data_zip
from portal.accounts.models import User
from testbeds.actions.feeding import MOST_FEEDS, make_feed
from testbeds.calendars.feeds import digest_of
from testbeds.models import Claim, FeedToken, Testbed
from testbeds.states import ClaimState
from tests.cast import Cast, again, signed_in
from tests.testbeds.places import host_of
from tests.testbeds.test_calendars import HOUR, a_monday, a_place, asked, held, wall

HOSTILE = (
    'Skylt; DROP, \\ "x"\r\nBEGIN:VALARM\nATTENDEE:mailto:x@example.org <script>alert(1)</script>\x00\x07 åäö 😀'
    + "lång " * 8
)


def address(person: User, testbed: Testbed | None = None) -> str:
    return reverse("testbeds:feed", args=[make_feed(person=again(person), testbed=testbed)])


def read(url: str) -> Any:
    answer = Client().get(url)
    assert answer.status_code == 200
    for line in answer.content.split(b"\r\n"):
        assert len(line) <= 75
        assert b"\n" not in line
    found = Calendar.from_ical(answer.content)
    assert isinstance(found, Calendar)
    return found


def events(url: str) -> list[Any]:
    return list(read(url).walk("VEVENT"))


@pytest.mark.strategy("B4-4")
def test_a_feed_says_when_in_utc_and_whether_it_is_certain(cast: Cast) -> None:
    testbed, day = a_place(), a_monday()
    claim = held(asked(cast, cast.external, testbed, "Skyltar"), wall(day, 10))
    url = address(cast.external)
    calendar = read(url)
    assert (calendar["method"], calendar["version"]) == ("PUBLISH", "2.0")
    (event,) = calendar.walk("VEVENT")
    assert event["uid"] == str(claim.uid)
    assert (event["status"], int(event["sequence"])) == ("TENTATIVE", 0)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (wall(day, 10), wall(day, 11))
    assert event.decoded("dtstart").utcoffset() == timedelta()
    assert event.decoded("dtstamp") == event.decoded("last-modified") == claim.changed_at.replace(microsecond=0)
    assert "Skyltar" in event["summary"]
    assert event["url"].startswith(settings.BASE_URL)


def test_what_is_called_off_or_has_run_out_goes_out_as_cancelled_under_a_higher_number(cast: Cast) -> None:
    testbed, day = a_place(), a_monday()
    request = asked(cast, cast.external, testbed)
    off, out = held(request, wall(day, 9)), held(request, wall(day, 14))
    url = address(cast.external)
    before = {str(event["uid"]): int(event["sequence"]) for event in events(url)}
    now = timezone.now()
    Claim.objects.filter(pk=off.pk).update(state=ClaimState.CANCELLED, sequence=1, changed_at=now)
    Claim.objects.filter(pk=out.pk).update(until=now - HOUR)

    after = {str(event["uid"]): event for event in events(url)}
    assert {event["status"] for event in after.values()} == {"CANCELLED"}
    assert all(int(after[uid]["sequence"]) > number for uid, number in before.items())
    noted = int(after[str(out.uid)]["sequence"])
    Claim.objects.filter(pk=out.pk).update(state=ClaimState.LAPSED, sequence=1, changed_at=now)
    assert noted == next(int(event["sequence"]) for event in events(url) if event["uid"] == str(out.uid))

    Claim.objects.update(changed_at=now - timedelta(days=61))
    assert events(url) == []


def test_a_client_that_keeps_the_highest_number_of_each_ends_with_what_is_true(cast: Cast) -> None:
    """As RFC 5546 has it: a program that reads only now and then takes the highest SEQUENCE, and drops what is cancelled."""
    testbed, day = a_place(), a_monday()
    claim = held(asked(cast, cast.external, testbed), wall(day, 9))
    url, kept = address(cast.external), dict[str, Any]()

    def sync() -> list[datetime]:
        for event in events(url):
            old = kept.get(str(event["uid"]))
            if old is None or int(event["sequence"]) > int(old["sequence"]):
                kept[str(event["uid"])] = event
        live = [event for event in kept.values() if event["status"] != "CANCELLED"]
        return [next(iter(rrulestr("RRULE:FREQ=DAILY;COUNT=1", dtstart=event.decoded("dtstart")))) for event in live]

    assert sync() == [wall(day, 9)]
    Claim.objects.filter(pk=claim.pk).update(during=(wall(day, 15), wall(day, 16)), sequence=1)
    assert sync() == [wall(day, 15)]
    Claim.objects.filter(pk=claim.pk).update(state=ClaimState.CANCELLED, sequence=2)
    assert sync() == []


@pytest.mark.parametrize("day", [(2027, 3, 28), (2027, 10, 31)])
def test_a_use_over_the_night_when_the_clock_changes_lasts_as_long_as_it_lasts(
    cast: Cast, day: tuple[int, int, int]
) -> None:
    begins = datetime(*day, 0, 30, tzinfo=UTC)
    held(asked(cast, cast.external, a_place()), begins, begins + 3 * HOUR)
    (event,) = events(address(cast.external))
    assert event.decoded("dtend") - event.decoded("dtstart") == 3 * HOUR
    assert event.decoded("dtstart") == begins


def test_a_hostile_title_stays_a_title(cast: Cast) -> None:
    held(asked(cast, cast.external, a_place(), HOSTILE.replace("\x00", "")), wall(a_monday(), 9))
    calendar = read(address(cast.external))
    (event,) = calendar.walk("VEVENT")
    assert [part.name for part in calendar.walk()] == ["VCALENDAR", "VEVENT"]
    assert "attendee" not in event
    assert 'DROP, \\ "x" BEGIN:VALARM ATTENDEE:mailto:x@example.org <script>' in event["summary"]


def test_a_feed_is_one_s_own_and_a_testbed_s_is_its_host_s(cast: Cast) -> None:
    testbed = a_place()
    held(asked(cast, cast.external, testbed, "Externas"), wall(a_monday(), 9))
    held(asked(cast, cast.author, testbed, "Författarens"), wall(a_monday(), 13))
    Claim.objects.create(
        testbed=testbed, state=ClaimState.BLOCKED, during=(wall(a_monday(), 16), wall(a_monday(), 17)), why="Service"
    )
    host = host_of(testbed, cast.colleague)

    def titles(url: str) -> set[str]:
        return {str(event["summary"]).rpartition(": ")[2] for event in events(url)}

    assert titles(address(cast.external)) == {"Externas"}
    assert titles(address(cast.author)) == {"Författarens"}
    assert titles(address(host)) == set()
    assert titles(address(host, testbed)) == {"Externas", "Författarens", "Service"}


def test_what_a_feed_shows_follows_its_person(cast: Cast) -> None:
    """A lost office, a disabled account and a revoked address answer as one that never was."""
    testbed = a_place()
    host = host_of(testbed, cast.colleague)
    office, own, revoked = address(host, testbed), address(cast.external), address(cast.author)
    host.appointments.all().delete()
    User.objects.filter(pk=cast.external.pk).update(is_active=False)
    FeedToken.objects.filter(person=cast.author).update(revoked_at=timezone.now())
    unknown = reverse("testbeds:feed", args=["x" * 43])

    def said(url: str) -> str:
        answer = Client().get(url)
        assert answer.status_code == 404
        shown = answer.content.decode().replace(url, "").replace(answer.wsgi_request.get_full_path(), "")
        return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", shown)

    assert {said(url) for url in (office, own, revoked)} == {said(unknown)}


def test_an_address_is_not_guessed_and_is_not_kept(cast: Cast) -> None:
    token = make_feed(person=cast.external)
    (kept,) = FeedToken.objects.all()
    assert len(token) >= 43
    assert kept.digest == digest_of(token)
    assert token not in str(FeedToken.objects.values())
    for guess in (kept.digest, token[:-1], token.swapcase(), token + "x", "%2e%2e", "å", "\x00"):
        assert Client().get(reverse("testbeds:feed", args=[guess])).status_code == 404
    for _try in range(20):
        last = Client().get(reverse("testbeds:feed", args=["guess"]))
    assert last.status_code == 429
    assert Client().get(reverse("testbeds:feed", args=[token])).status_code == 200


def test_a_feed_that_is_read_too_often_says_when_to_come_back(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("testbeds.views.feeds.READS", 2)
    url = address(cast.external)
    assert [Client().get(url).status_code for _try in range(3)] == [200, 200, 429]
    assert "Retry-After" in Client().get(url).headers


def test_a_program_is_told_when_nothing_is_new_and_only_then(cast: Cast) -> None:
    testbed = a_place()
    request = asked(cast, cast.external, testbed, "Skyltar")
    held(request, wall(a_monday(), 9))
    url = address(cast.external)
    first = Client().get(url)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert not first.cookies
    asks = ({"if-none-match": first.headers["ETag"]}, {"if-modified-since": first.headers["Last-Modified"]})
    for headers in asks:
        answer = Client().get(url, headers=headers)
        assert (answer.status_code, answer.content) == (304, b"")
    type(request).objects.filter(pk=request.pk).update(title="Nya skyltar")
    for headers in asks:
        assert Client().get(url, headers=headers).status_code == 200
    assert FeedToken.objects.get().read_at


def test_a_feed_answers_get_and_head_alone(cast: Cast) -> None:
    url = address(cast.external)
    for method in ("post", "put", "patch", "delete", "options", "trace"):
        assert getattr(Client(), method)(url).status_code == 405
    head, body = Client().head(url), Client().get(url)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["ETag"] == body.headers["ETag"]


@pytest.mark.django_db
def test_a_feed_asks_the_same_few_questions_however_much_is_booked(cast: Cast, django_assert_num_queries: Any) -> None:
    testbed = a_place()
    url = address(cast.external)
    for hour in (9, 11, 13):
        held(asked(cast, cast.external, testbed), wall(a_monday(), hour))
        with django_assert_num_queries(4):  # the address, the standing, the claims, and that it was read
            Client().get(url)


def test_a_person_makes_an_address_sees_it_once_and_revokes_it(cast: Cast) -> None:
    client, page = signed_in(cast.external), reverse("testbeds:feeds")
    made = client.post(page, {"testbed": ""})
    (feed,) = FeedToken.objects.all()
    url = str(made.context["made"]).removeprefix(settings.BASE_URL)
    assert url in made.content.decode()
    assert Client().get(url).status_code == 200
    assert url not in client.get(page).content.decode()
    revoke = reverse("testbeds:revoke_feed", args=[feed.pk])
    assert signed_in(cast.author).post(revoke).status_code == 404
    assert Client(enforce_csrf_checks=True).post(revoke).status_code == 403
    assert client.get(revoke).status_code == 405
    assert Client().get(url).status_code == 200
    assert client.post(revoke).status_code == 302
    assert Client().get(url).status_code == 404
    assert client.post(revoke).status_code == 404


def test_nobody_makes_an_address_to_another_s_testbed_or_more_than_they_can_keep_track_of(cast: Cast) -> None:
    client, page, testbed = signed_in(cast.external), reverse("testbeds:feeds"), a_place()
    assert client.post(page, {"testbed": testbed.pk}).status_code == 200
    assert client.post(page, {"testbed": "x'"}).status_code == 200
    assert not FeedToken.objects.exists()
    for _each in range(MOST_FEEDS):
        client.post(page, {"testbed": ""})
    assert client.post(page, {"testbed": ""}).status_code == 409
    assert FeedToken.objects.count() == MOST_FEEDS


def test_addresses_are_in_a_person_s_own_data(cast: Cast) -> None:
    make_feed(person=again(cast.external), testbed=None)
    packed = zipfile.ZipFile(BytesIO(my_data_zip(again(cast.external))))
    (row,) = json.loads(packed.read("comments.json"))
    assert set(row) == {"calendar", "made_at", "read_at", "revoked_at"}
