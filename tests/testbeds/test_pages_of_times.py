"""What stands on the pages of times beside what is free: nothing is described by what belongs to something else."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from lxml import etree

from testbeds.flow import TestFlow
from testbeds.models import OpeningException, Testbed
from testbeds.queries.free import Slot, near
from tests.cast import Cast, case_in, signed_in
from tests.days import today
from tests.testbeds.places import host_of, place
from tests.testbeds.test_calendars import always_open
from tests.testbeds.test_times import TWO_HOURS, at, block, in_english, monday, url, wanted
from tests.trust.structure import faults_of


@pytest.fixture
def room(db: None) -> Testbed:
    return place()


def tree(answer: Any) -> etree._Element:
    assert isinstance(answer, HttpResponse)
    return etree.fromstring(answer.content, etree.HTMLParser())


def unlabelled(page: etree._Element) -> list[str]:
    """Visible fields without a label of their own, and what is described by or led to by an id that is not there."""
    ids = {str(one) for one in page.xpath("//@id")}
    told = {str(one) for one in page.xpath("//label/@for")}
    fields = page.xpath("//main//input[not(@type='hidden')]/@id | //main//select/@id | //main//textarea/@id")
    described = [one for text in page.xpath("//main//@aria-describedby") for one in str(text).split()]
    led_to = [str(one)[1:] for one in page.xpath("//main//a/@href[starts-with(., '#')]")]
    return [
        *(str(one) for one in fields if str(one) not in told),
        *(one for one in [*described, *led_to] if one not in ids),
    ]


def test_two_forms_and_two_lists_of_times_can_be_told_apart(cast: Cast, room: Testbed) -> None:
    """Also after a race was lost, and after a mistake in the one form or the other."""
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    in_english(cast.external).post(url("hold", first), at(9))
    client = in_english(cast.colleague)
    answers = [
        client.get(url("times", second)),
        client.get(url("times", second), {"minutes": "x"}),
        client.post(url("hold", second), at(9)),
        client.post(url("hold", second), at(9, minutes="5")),
    ]
    assert [(list(faults_of(tree(one))), unlabelled(tree(one))) for one in answers] == [([], [])] * 4
    lost = tree(answers[2])
    for button in lost.xpath("//button[@aria-describedby]"):
        (said,) = lost.xpath(f"//*[@id='{button.get('aria-describedby')}']")
        assert said.getparent() is button.getparent().getparent()


def series(**more: Any) -> dict[str, Any]:
    return at(9, weekdays=["0"], every="1", times="4", **more)


def test_a_series_says_why_it_is_closed_and_takes_other_times_instead(cast: Cast, room: Testbed) -> None:
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    for week in (0, 1):
        taken = {"day": (monday() + timedelta(weeks=week)).isoformat()}
        in_english(cast.external).post(url("hold", first), at(9, **taken))
    OpeningException.objects.create(testbed=room, day=monday() + timedelta(weeks=2), why="Planeringsdag")
    client = in_english(cast.colleague)
    page = tree(client.get(url("series", second), series()))
    said = [one.text for one in page.xpath("//main//ol/li/p/strong")]
    assert (said[:3], list(faults_of(page)), unlabelled(page)) == (["taken", "taken", "closed: Planeringsdag"], [], [])
    offered = [page.xpath(f"//input[@name='instead_{number}' and @value!='']/@value") for number in (1, 2, 3)]
    assert [len(times) for times in offered] == [3, 3, 3]

    skip = page.xpath("//input[@name='skip']/@value")
    chosen = {"instead_1": offered[0][0], "instead_2": "", "instead_3": offered[2][1]}
    assert client.post(url("series", second), series(skip=skip, **chosen)).status_code == 302
    held = {claim.begins.isoformat() for claim in second.claims.all()}
    assert {datetime.fromisoformat(one).astimezone(UTC).isoformat() for one in (offered[0][0], offered[2][1])} < held
    assert len(held) == 6 - len(skip)


def test_a_sunday_is_closed_and_not_taken(cast: Cast, room: Testbed) -> None:
    request = wanted(cast, room)
    page = tree(in_english(cast.external).get(url("series", request), {**series(), "weekdays": ["6"]}))
    assert {one.text for one in page.xpath("//main//ol/li/p/strong")} == {"closed on this day of the week (sunday)"}


def test_times_that_are_lost_together_get_different_times_instead(room: Testbed) -> None:
    begins = timezone.make_aware(datetime.combine(monday(), time(9)))
    lost = [Slot(room.pk, begins + timedelta(days=day), begins + timedelta(days=day, hours=2)) for day in (0, 0, 1)]
    one, two, three = near(lost)
    assert len({*one, *two, *three}) == 9


def test_each_alternative_to_a_move_moves_the_time_there(cast: Cast, room: Testbed) -> None:
    first, second = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    in_english(cast.external).post(url("hold", first), at(9))
    client = in_english(cast.colleague)
    client.post(url("hold", second), at(14))
    claim = second.claims.get()
    page = tree(client.post(url("move_time", second, claim.pk), at(9)))
    (form, *_more) = page.xpath("//form[.//button[contains(., 'Move to this time')]]")
    sent = {str(one.get("name")): str(one.get("value")) for one in form.xpath(".//input[@type='hidden']")}
    assert client.post(url("move_time", second, claim.pk), sent).status_code == 302
    assert second.claims.get().begins != claim.begins


def test_what_is_offered_after_a_block_has_a_button_of_its_own(cast: Cast, room: Testbed) -> None:
    request, host = wanted(cast, room), in_english(host_of(room, cast.assessor))
    client = in_english(cast.external)
    for hour in (9, 14):
        client.post(url("hold", request), at(hour))
    seen = list(request.claims.values_list("pk", flat=True))
    host.post(reverse("testbeds:blocking", args=[room.slug]), {**block(8, 18), "shown": seen})
    page = tree(client.get(url("times", request)))
    offered = page.xpath("//*[starts-with(@id, 'offered-') and @id!='offered-title']")
    assert (len(offered), list(faults_of(page)), unlabelled(page)) == (6, [], [])
    form = offered[0].getparent().find("form")
    sent = {str(one.get("name")): str(one.get("value")) for one in form.xpath(".//input[@type='hidden']")}
    assert client.post(form.get("action"), sent).status_code == 302
    assert request.claims.filter(state="held").count() == 1
    assert len(tree(client.get(url("times", request))).xpath("//span[starts-with(@id, 'offered-')]")) == 5


def test_the_view_that_is_shown_is_told_apart_by_more_than_its_colour(room: Testbed) -> None:
    page = tree(Client().get(reverse("testbeds:calendar", args=[room.slug]), {"visa": "vecka"}))
    assert [link.get("aria-current") for link in page.xpath("//a[@class='view']")] == [None, "page", None]
    style = (Path(settings.BASE_DIR) / "static" / "portal" / "css" / "testbeds.css").read_text()
    rule = style.partition('a.view[aria-current="page"] {')[2].partition("}")[0]
    assert "font-weight" in rule
    assert "border-block-end" in rule


def test_the_history_ends_each_sentence_once(cast: Cast, room: Testbed) -> None:
    request, host = wanted(cast, room), in_english(host_of(room, cast.assessor))
    in_english(cast.external).post(url("hold", request), at(9))
    seen = list(request.claims.values_list("pk", flat=True))
    host.post(reverse("testbeds:blocking", args=[room.slug]), {**block(8, 18), "shown": seen})
    note = request.events.get(move="time_cancelled").note
    assert "Golvet läggs om. Ledigt i stället" in note
    assert ".." not in note


def test_times_are_offered_only_while_they_can_be_chosen(cast: Cast) -> None:
    for state, is_there in (("review", False), ("conditional", True), ("weighing", False)):
        request = case_in(TestFlow, state, cast)
        page = signed_in(cast.author).get(request.get_absolute_url()).text
        assert (reverse("testbeds:times", args=[request.pk]) in page) is is_there, state


def test_who_stands_aside_is_told_who_reads_why(cast: Cast) -> None:
    request = case_in(TestFlow, "submitted", cast)
    page = in_english(cast.host).get(reverse("cases:move", args=[request.key, "stand_aside"])).text
    assert "Those who handle the case read this. The author does not." in page
    assert "The author reads this" not in page


def clock_is_set_back() -> date:
    """The next last Sunday of October."""
    sundays = (date(today().year + more, 10, 31) for more in (0, 1))
    return next(day for last in sundays if (day := last - timedelta(days=(last.weekday() + 1) % 7)) > today())


def test_a_time_that_comes_twice_is_named_and_taken_as_the_one_it_is(
    cast: Cast, room: Testbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night when the clock is set back: by the lists of free times, what is free instead of what was lost, and the line."""
    monkeypatch.setattr("testbeds.forms.times.MOST_AHEAD", 2 * 366)
    Testbed.objects.filter(pk=room.pk).update(before=0, after=0)
    always_open(room)
    night = clock_is_set_back()
    request, other = wanted(cast, room), wanted(cast, room, owner=cast.colleague)
    client = in_english(cast.external)
    asked = {"since": night.isoformat(), "until": night.isoformat(), "minutes": "60"}
    page = tree(client.get(url("times", request), asked))
    (form,) = page.xpath("//li[contains(normalize-space(.), '02:00 winter time–03:00')]/form")
    assert page.xpath("//li[contains(normalize-space(.), '02:00 summer time–02:00 winter time')]/form")
    assert client.post(form.get("action"), sent_by(form)).status_code == 302
    claim = request.claims.get()
    assert claim.begins == datetime.combine(night, time(1), UTC)
    assert "02.00 winter time" in client.get(url("times", request)).text

    rival = in_english(cast.colleague)
    lost = tree(rival.post(url("hold", other), sent_by(form)))
    (line,) = lost.xpath("//form[.//button[contains(., 'Stand in line')]]")
    assert rival.post(line.get("action"), sent_by(line)).status_code == 302
    assert other.waits.get().begins == claim.begins
    (instead, *_more) = lost.xpath("//form[.//button[contains(., 'Hold this time')]]")
    assert rival.post(url("hold", other), sent_by(instead)).status_code == 302


def sent_by(form: Any) -> dict[str, str]:
    return {str(one.get("name")): str(one.get("value")) for one in form.xpath(".//input[@type='hidden']")}


@pytest.mark.parametrize("begins", ["x", "2030-03-04T10:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_is_none_gets_the_form_back(cast: Cast, room: Testbed, begins: str) -> None:
    request = wanted(cast, room)
    sent = {"begins": begins, "minutes": TWO_HOURS}
    assert in_english(cast.external).post(url("hold", request), sent).status_code == 200
    assert not request.claims.exists()
