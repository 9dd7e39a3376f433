"""The catalogue: everyone reads it without signing in, in both languages, and finds what they look for."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from lxml import html

from portal.cases.actions.drafts import begin_case
from portal.cases.actions.history import write_event
from portal.cases.workdays import add_workdays
from testbeds.models import OpeningException, Testbed, TestbedPicture, TestRequest
from testbeds.queries.answers import answer_times
from testbeds.queries.catalogue import drawn, places_of
from testbeds.states import TestState
from tests.cast import Cast
from tests.testbeds.places import place

pytestmark = pytest.mark.strategy("B4-4", "B44-1")
HOSTILE = "<script>alert(1)</script> ' OR 1=1 -- \\ %s {{ 7*7 }} \u202e"


def read(address: str, language: str = "sv", **asked: Any) -> str:
    client = Client(headers={"accept-language": language})
    answer = client.get(address, asked)
    assert answer.status_code == 200
    return answer.content.decode()


def names(page: str, *places: Testbed) -> set[str]:
    return {one.name for one in places if f'href="{one.get_absolute_url()}"' in page}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_at_one_testbed_and_at_three(db: None, rows: int) -> None:
    for _number in range(rows):
        place()
    read("/testbaddar/")
    with CaptureQueriesContext(connection) as asked:
        read("/testbaddar/")
    assert len(asked) == 3, asked.captured_queries


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_the_same_whatever_came_of_tests_there(cast: Cast, rows: int) -> None:
    testbed = place()
    for number in range(rows):
        decided(cast, testbed, title=f"Larm {number}")
        OpeningException.objects.create(testbed=testbed, day=timezone.localdate() + timedelta(days=number))
    with CaptureQueriesContext(connection) as asked:
        read(testbed.get_absolute_url())
    assert len(asked) == 7, asked.captured_queries


@pytest.mark.strategy("B4-5")
def test_the_form_for_a_test_is_three_choices_from_the_one_way_in(db: None) -> None:
    testbed, way = place(), reverse("pages:doors", args=["organisation"])
    assert f'href="{way}"' in read("/in/")
    assert 'href="/testbaddar/"' in read(way)
    assert f'href="{testbed.way_to_ask}"' in read("/testbaddar/")
    assert Client().get(testbed.way_to_ask).status_code == 302, "to sign in, and then the form"


def test_what_is_not_published_is_nowhere(db: None) -> None:
    shown = place()
    for hidden in (place(published_at=None), place(closed_at=timezone.now())):
        for address in ("/testbaddar/", "/testbaddar/karta/"):
            page = read(address)
            assert names(page, shown, hidden) == {shown.name}
        assert Client().get(hidden.get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ventilator", {"Andning"}),
        ("ventilatorer", {"Andning"}),
        ("ventlator", {"Andning"}),
        ("breathing", {"Andning"}),
        ("skyltar", {"Skyltar"}),
        ("skyltarna larm", set()),
        ("zqxzqx", set()),
        ("-ventilator skyltar", {"Skyltar"}),
        (HOSTILE, set()),
    ],
)
def test_words_find_testbeds_in_both_languages_also_misspelt(db: None, words: str, found: set[str]) -> None:
    breath = place(name="Andning", name_en="Breathing", offers="Prov av ventilatorer", equipment="En lunga")
    signs = place(name="Skyltar", name_en="", summary="Vägvisning", offers="Skyltning i entréer")
    page = read("/testbaddar/", q=words)
    assert names(page, breath, signs) == found
    assert "<script>alert" not in page


def test_the_filters_live_in_the_address(db: None) -> None:
    free = place(fee=0)
    dear = place(fee=800, induction=True, unit="KAR")
    assert names(read("/testbaddar/", free="on"), free, dear) == {free.name}
    assert names(read("/testbaddar/", without="induction"), free, dear) == {free.name}
    assert names(read("/testbaddar/", unit=dear.unit_id), free, dear) == {dear.name}
    for wrong in ({"unit": "x"}, {"without": "x"}, {"page": "x"}):
        assert Client().get("/testbaddar/", wrong).status_code in (200, 404)


def test_swedish_order_and_english_names(db: None) -> None:
    for name, english in (("Öppenvård", "Outpatients"), ("Ambulans", "Zebra"), ("Årstid", "")):
        place(name=name, name_en=english)
    page = read("/testbaddar/")
    assert page.index(">Ambulans<") < page.index(">Årstid<") < page.index(">Öppenvård<")
    page = read("/testbaddar/", "en")
    assert page.index(">Outpatients<") < page.index(">Zebra<") < page.index(">Årstid<")


@pytest.mark.strategy("B4-8")
def test_a_page_says_what_one_needs_to_know_in_both_languages(db: None) -> None:
    testbed = place(
        fee=1200, reimbursement=400, in_kind="0.5", aid=300, induction=True, latitude="59.31230", longitude="18.06140",
        address="Ringvägen 52", answer_days=7, quality="Ackrediterat", offers_en="Medical devices and alarms.",
    )  # fmt: skip
    OpeningException.objects.create(testbed=testbed, day=timezone.localdate() + timedelta(days=9), why="Underhåll")
    page = read(testbed.get_absolute_url())
    for said in (
        "08:00–18:00", "Underhåll", "1&nbsp;200", "Ackrediterat", "geo:59.31230,18.06140", "provrum@example.org", "inom 7 arbetsdagar",
        "introduktion", "Julafton" if timezone.localdate().month > 8 else "Röda dagar",
    ):  # fmt: skip
        assert said in page.replace("\xa0", "&nbsp;") or said == "Röda dagar", said
    english = read(testbed.get_absolute_url(), "en")
    assert "Medical devices and alarms." in english
    assert "first answer within 7 working days" in english


def test_what_is_written_in_swedish_alone_says_so_on_an_english_page(db: None) -> None:
    told = {"offers_en": "Medical devices and alarms.", "terms": "Du betalar för materialet.", "name_en": ""}
    testbed = place(name="Vårdrummet", **told)
    picture_of(testbed, alt="En säng")
    picture_of(testbed, alt="Ett fönster", alt_en="A window")
    OpeningException.objects.create(testbed=testbed, day=timezone.localdate() + timedelta(days=9), why="Underhåll")
    for address, said in (
        (
            testbed.get_absolute_url(),
            {"Vårdrummet", testbed.summary, "Du betalar för materialet.", "En säng", "Underhåll"},
        ),
        ("/testbaddar/", {"Vårdrummet", testbed.summary}),
    ):
        assert in_swedish(read(address, "en")) == said, address
        assert in_swedish(read(address)) <= {"Underhåll"}, address


def in_swedish(page: str) -> set[str]:
    """What the main part of the page says is in Swedish."""
    marked = html.fromstring(page).xpath("//main//*[@lang='sv']")
    return {str(one.get("alt") or one.text_content()).strip() for one in marked}


def picture_of(testbed: Testbed, **told: str) -> TestbedPicture:
    return TestbedPicture.objects.create(testbed=testbed, content=b"", width=1, height=1, **told)


def test_hostile_text_is_text(db: None) -> None:
    testbed = place(name=HOSTILE[:150], summary=HOSTILE, offers=HOSTILE, equipment=HOSTILE, terms=HOSTILE, address=HOSTILE,
                    latitude="59", longitude="18")  # fmt: skip
    for address in ("/testbaddar/", "/testbaddar/karta/", testbed.get_absolute_url()):
        page = read(address)
        assert "<script>alert" not in page
        assert "49" not in page or "{{ 7*7 }}" in page


# ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_places_are_told_in_a_list_and_drawn_with_north_up(db: None) -> None:
    south = place(latitude="59.20", longitude="18.00", address="Sydgatan 1")
    beside = place(latitude="59.20", longitude="18.00", address="Sydgatan 1")
    north = place(latitude="59.60", longitude="18.00", address="Nordgatan 1")
    nowhere = place()
    places = places_of([south, beside, nowhere, north])
    assert [(one.address, len(one.testbeds), one.number) for one in places] == [
        ("Sydgatan 1", 2, 1), ("Nordgatan 1", 1, 2), ("", 1, 0),
    ]  # fmt: skip
    drawing = drawn(places)
    assert drawing is not None
    first, second = drawing.places
    assert (first.x, first.y > second.y) == (second.x, True)
    assert drawn(places[2:]) is None
    page = read("/testbaddar/karta/")
    assert names(page, south, beside, north, nowhere) == {one.name for one in (south, beside, north, nowhere)}
    assert "Karta med 2 platser" in page


# ── Free times ───────────────────────────────────────────────────────────────────────────────────────────────────────


def ahead(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_three_times_of_four_hours_before_a_day(db: None) -> None:
    fits, short = place(), place(longest=120)
    page = read("/testbaddar/lediga-tider/", times=3, hours="4", before=ahead(60))
    assert names(page, fits, short) == {fits.name}
    assert page.count("</time>–<time") == 3


@pytest.mark.parametrize("hours", ["1,5", "1.5"])
def test_hours_are_written_as_people_write_them(db: None, hours: str) -> None:
    fits, short = place(), place(longest=89)
    page = read("/testbaddar/lediga-tider/", times=1, hours=hours, before=ahead(9))
    assert names(page, fits, short) == {fits.name}


@pytest.mark.parametrize(
    "wrong",
    [
        {"times": 0}, {"times": 21}, {"times": "x"}, {"hours": 0}, {"hours": 25}, {"hours": "x"}, {"before": "x"}, {"before": ""},
        {"before": "2020-01-01"}, {"before": "2999-01-01"}, {"q": HOSTILE * 20},
    ],
)  # fmt: skip
def test_a_wrong_question_gets_a_sentence_and_is_not_asked(db: None, wrong: dict[str, Any]) -> None:
    fits = place()
    page = read("/testbaddar/lediga-tider/", **{"times": 3, "hours": "4", "before": ahead(60), **wrong})
    assert "field--wrong" in page
    assert names(page, fits) == set()


# ── How the promise was kept, and what came of tests ─────────────────────────────────────────────────────────────────


def numbered(request: TestRequest) -> dict[str, str]:
    return {"reference": f"SOS 2020-{request.pk:04d}"}


def sent(cast: Cast, testbed: Testbed, opened: datetime, answered: datetime | None, **values: Any) -> TestRequest:
    request = begin_case(model=TestRequest, owner=cast.external, unit=testbed.unit, testbed=testbed, title="Larm")
    told = {
        **numbered(request),
        "opened_at": opened,
        "state": TestState.SUBMITTED,
        "due_at": opened,
        "awaits": "x",
        **values,
    }
    TestRequest.objects.filter(pk=request.pk).update(**told)
    if answered:
        write_event(
            case=TestRequest.objects.get(pk=request.pk), person=cast.lead, move="take_up", source="submitted", target="review",
            at=answered,
        )  # fmt: skip
    return request


def decided(cast: Cast, testbed: Testbed, **values: Any) -> TestRequest:
    request = begin_case(model=TestRequest, owner=cast.external, unit=testbed.unit, testbed=testbed, title="Larm")
    told = {
        **numbered(request), "closed_at": timezone.now(), "opened_at": timezone.now(), "state": TestState.STOPPED, "outcome": "stop",
        "lesson": "Batteriet räcker inte.",
        "result": "Sju av tio larm hördes.", "question": "Hörs larmet?", "decided_at": timezone.now(), "shared": True, **values,
    }  # fmt: skip
    TestRequest.objects.filter(pk=request.pk).update(**told)
    return request


def requests_answered_after(cast: Cast, testbed: Testbed, *days: int | None) -> None:
    opened = timezone.now() - timedelta(days=90)
    for number in days:
        after = None if number is None else timezone.make_aware(
            datetime.combine(add_workdays(timezone.localdate(opened), number), datetime.min.time()) + timedelta(hours=12)
        )  # fmt: skip
        sent(cast, testbed, opened, after)


def test_answer_times_are_public_and_few_are_hidden(cast: Cast) -> None:
    testbed = place(answer_days=10)
    requests_answered_after(cast, testbed, 2, 4, 12, None)
    sent(cast, testbed, timezone.now(), None)  # still has time
    sent(cast, testbed, timezone.now() - timedelta(days=500), timezone.now() - timedelta(days=400))
    assert answer_times(testbed) is None
    assert "färre än fem" in read(testbed.get_absolute_url())
    requests_answered_after(cast, testbed, 3)
    found = answer_times(testbed)
    assert found is not None
    assert (found.number, found.median, found.in_time) == (5, 3.5, 60)
    assert "60 procent" in read(testbed.get_absolute_url())


def test_what_a_co_author_does_meanwhile_is_no_answer(cast: Cast) -> None:
    testbed, opened = place(answer_days=10), timezone.now() - timedelta(days=90)
    for _number in range(5):
        request = sent(cast, testbed, opened, None)
        write_event(
            case=request, person=cast.coauthor, move="mark_secret", source="submitted", target="submitted",
            at=opened + timedelta(hours=1),
        )  # fmt: skip
    found = answer_times(testbed)
    assert found is not None
    assert (found.number, found.median, found.in_time) == (5, None, 0)


@pytest.mark.strategy("B4-8")
def test_steps_criteria_and_terms_are_public(db: None) -> None:
    page = read("/testbaddar/sa-gar-det-till/")
    for said in ("Uppföljning", "försäkring", "nytta"):
        assert said in page.lower() or said in page
