"""Start, the one way in, guides, the contact directory and the accessibility statement."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.cases.models import Case
from portal.organisation.models import Unit
from portal.pages import demo, doors, guides, navigation
from portal.pages.doors import Door
from portal.pages.markdown import to_html
from portal.pages.models import AccessibilityStatement, ContactPoint
from portal.pages.states import Audience, Compliance, Method
from tests.cast import Cast, case_in, draft_of, signed_in

pytestmark = pytest.mark.django_db
FIELDS = {
    "function": "Testbäddar",
    "area": "Frågor om test",
    "email": "test@example.org",
    "order": 10,
    "review_every": 6,
}


def point(function: str, *, months_ago: int, every: int = 6) -> ContactPoint:
    reviewed = timezone.localdate() - timedelta(days=31 * months_ago)
    unit = Unit.objects.get(code="RLK")
    return ContactPoint.objects.create(
        function=function, area="Allt", email="a@example.org", unit=unit, reviewed_on=reviewed, review_every=every
    )


# ── Start ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("number", [1, 3])
def test_the_start_page_shows_what_waits_and_the_drafts_at_the_same_cost(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _ in range(number):
        case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
        draft_of(IdeaFlow, cast, owner=cast.lead, title="Ett utkast")
    client = signed_in(cast.lead)

    with django_assert_num_queries(9):
        page = client.get("/").content.decode()

    assert f"{number} ärende" in page
    assert page.count("Ett utkast") == number


def test_the_start_page_costs_a_visitor_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get("/")


# ── One way in ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def a_door() -> Iterator[Door]:
    door = doors.register(Door("sample", Audience.PUBLIC, "Jag vill prova", "Ett prov", "pages:about", 5))
    yield door
    del doors._doors[Audience.PUBLIC, "sample"]


@pytest.mark.strategy("B4-5", "A11")
def test_a_form_is_at_most_three_choices_away(client: Client, a_door: Door) -> None:
    assert 'href="/in/"' in client.get("/").content.decode()
    assert 'href="/in/invanare/"' in client.get("/in/").content.decode()
    choices = client.get("/in/invanare/").content.decode()

    assert 'href="/om/">Jag vill prova</a>' in choices
    assert "Jag vill prova" not in client.get("/in/medarbetare/").content.decode()


def test_an_audience_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/in/nagon-annan/").status_code == 404


def test_nobody_gets_more_than_six_entries_in_the_menu(cast: Cast) -> None:
    menus = {part: [str(line.label) for line in navigation.lines_for(person, "/")] for part, person in cast}
    assert {part: menu for part, menu in menus.items() if len(menu) > navigation.MOST} == {}


def test_the_menu_says_where_the_person_is() -> None:
    from tests.cast import ANYONE

    def current(path: str) -> list[str]:
        return [line.current for line in navigation.lines_for(ANYONE, path) if line.url == "/guider/"]

    assert (current("/guider/"), current("/guider/chef/"), current("/om/")) == (["page"], ["true"], [""])


# ── Guides ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B2-4", "B42-7")
def test_there_is_a_guide_for_each_role_and_each_topic() -> None:
    found = guides.guides_in("sv")

    assert {guide.slug for guide in found if not guide.is_topic} == {
        "medarbetare", "invanare", "innovationsledare", "bedomare", "chef", "controller", "registrator", "jurist", "samordnare",
        "administrator", "extern-part", "fondhandlaggare", "testbaddsvard",
    }  # fmt: skip
    assert {guide.slug for guide in found if guide.is_topic} == {
        "innovationsupphandling", "innovationsfonden", "rattigheter", "samverkan", "testbaddar",
    }  # fmt: skip


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_guide_has_a_title_and_a_summary_and_leads_to_pages_that_exist(client: Client, language: str) -> None:
    with translation.override(language):
        client.cookies["language"] = language
        for guide in guides.guides_in(language):
            assert guide.title, guide.slug
            assert 20 < len(guide.summary) < 250, guide.slug
            answer = client.get(f"/guider/{guide.slug}/")
            assert guide.title in answer.content.decode()
            for address in guide_links(str(guide.html)):
                assert client.get(address).status_code == 200, (guide.slug, address)


def guide_links(html: str) -> list[str]:
    return [part.split('"')[0] for part in html.split('href="')[1:] if part.startswith("/")]


def test_a_guide_for_people_outside_is_there_in_english_and_the_rest_say_that_they_are_in_swedish(
    client: Client,
) -> None:
    client.cookies["language"] = "en"

    assert '<article lang="en">' in client.get("/guider/extern-part/").content.decode()
    assert "only in Swedish" in client.get("/guider/controller/").content.decode()


def test_a_guide_that_does_not_exist_is_not_found(client: Client) -> None:
    assert client.get("/guider/hemlig/").status_code == 404


def test_who_is_signed_in_is_not_asked_whether_they_have_just_signed_out(cast: Cast, client: Client) -> None:
    assert "nyss loggat ut" in client.get("/guider/hemlig/").content.decode()
    assert "nyss loggat ut" not in signed_in(cast.author).get("/guider/hemlig/").content.decode()


def test_markdown_lets_nothing_run() -> None:
    html = to_html("<script>x</script> [a](javascript:x) [b](/in/) ![c](https://example.org/c.png)")

    assert "<script" not in html
    assert "javascript:" not in html.replace("[a](javascript:x)", "")
    assert "<img" not in html
    assert '<a href="/in/">b</a>' in html


# ── Contacts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B5-10")
def test_a_contact_that_was_not_confirmed_in_time_is_shown_to_those_who_keep_the_list(
    cast: Cast, client: Client
) -> None:
    point("I tid", months_ago=5)
    late = point("För sent", months_ago=7)

    assert list(ContactPoint.objects.overdue()) == [late]
    assert signed_in(cast.coordinator).get("/kontakt/").content.decode().count("Ska bekräftas") == 1
    for page in (client.get("/kontakt/"), signed_in(cast.lead).get("/kontakt/")):
        assert "För sent" in page.content.decode()
        assert "Ska bekräftas" not in page.content.decode()


def test_saving_a_contact_confirms_it_today(cast: Cast) -> None:
    old = point("Testbäddar", months_ago=12)
    data = FIELDS | {"unit": old.unit_id}

    assert signed_in(cast.coordinator).post(f"/kontakt/{old.pk}/", data).status_code == 302
    assert signed_in(cast.coordinator).post("/kontakt/ny/", data).status_code == 302

    assert (
        list(ContactPoint.objects.values_list("function", "reviewed_on")) == [("Testbäddar", timezone.localdate())] * 2
    )


def test_a_contact_must_be_reachable(cast: Cast) -> None:
    unit = Unit.objects.get(code="RLK")
    answer = signed_in(cast.coordinator).post("/kontakt/ny/", FIELDS | {"unit": unit.pk, "email": ""})

    assert "Ange ett telefonnummer eller en e-postadress." in answer.content.decode()
    assert not ContactPoint.objects.exists()


@pytest.mark.parametrize("address", ["/kontakt/ny/", "/kontakt/{}/", "/kontakt/{}/ta-bort/"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_only_a_coordinator_changes_the_contacts(cast: Cast, client: Client, method: str, address: str) -> None:
    address = address.format(point("Orörd", months_ago=1).pk)

    assert getattr(client, method)(address).status_code == 302
    for person in (cast.author, cast.lead, cast.manager, cast.admin):
        assert getattr(signed_in(person), method)(address).status_code == 403
    assert ContactPoint.objects.get().function == "Orörd"


def test_a_coordinator_removes_a_contact_after_being_asked(cast: Cast) -> None:
    gone = point("Borta", months_ago=1)
    client = signed_in(cast.coordinator)

    assert client.get(f"/kontakt/{gone.pk}/ta-bort/").status_code == 200
    assert ContactPoint.objects.exists()
    client.post(f"/kontakt/{gone.pk}/ta-bort/")
    assert not ContactPoint.objects.exists()


# ── Accessibility statement ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(30)
@pytest.mark.strategy("B62-1b", "X6")
def test_the_statement_says_what_the_law_asks_for_and_is_linked_from_every_page(client: Client) -> None:
    page = client.get("/tillganglighet/").content.decode()

    for needed in (
        "Region Stockholm står bakom den här portalen",
        "delvis förenlig",
        "Innehåll som inte är tillgängligt",
        "https://www.digg.se/tdosanmalan",
        "Egen bedömning",
        "21 november 2026",
    ):
        assert needed in page, needed
    for address in ("/", "/in/", "/om/", "/guider/", "/kontakt/", "/finns-inte/"):
        assert 'href="/tillganglighet/"' in client.get(address).content.decode()


@pytest.mark.strategy("B-K")
def test_the_contact_of_the_settings_stands_on_every_page(client: Client, settings: Any) -> None:
    settings.CONTACT = {
        "name": "Kansliet",
        "address": "Box 1",
        "phone": "08-000 00 01",
        "email": "kansliet@example.org",
    }
    for address in ("/", "/kontakt/", "/finns-inte/"):
        page = client.get(address).content.decode()
        assert all(value in page for value in settings.CONTACT.values()), address


def test_the_latest_published_statement_is_shown(client: Client) -> None:
    AccessibilityStatement.objects.create(
        compliance=Compliance.FULL, assessed_on=date(2027, 1, 1), method=Method.EXTERNAL, assessor="Ett utkast"
    )
    assert "Ett utkast" not in client.get("/tillganglighet/").content.decode()

    AccessibilityStatement.objects.update(published_at=timezone.now())
    AccessibilityStatement.objects.exclude(assessor="Ett utkast").update(
        published_at=timezone.now() - timedelta(days=1)
    )
    assert "Ett utkast" in client.get("/tillganglighet/").content.decode()


# ── Colours ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_choice_of_colours_leads_nowhere_else(client: Client) -> None:
    answer = client.post("/farger/", {"colours": "dark", "next": "https://example.org/"})

    assert answer.headers["Location"] == "/"
    assert client.cookies["colours"].value == "dark"
    client.cookies["colours"] = '"><script>'
    assert 'data-color-scheme="auto"' in client.get("/").content.decode()


# ── Demo ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_demo_has_contacts_in_both_languages_and_one_to_confirm(cast: Cast, client: Client) -> None:
    demo.add_contacts()
    demo.meet_barriers(coordinator=cast.coordinator)

    assert ContactPoint.objects.overdue().count() == 1
    assert Case.objects.awaiting(cast.coordinator).count() == 1
    client.cookies["language"] = "en"
    assert "Innovation in public transport" in client.get("/kontakt/").content.decode()
