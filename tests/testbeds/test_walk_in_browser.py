"""From the start page to a booked time, by keyboard alone, as somebody with a screen reader goes (trust check 16)."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from portal.cases.moving import perform
from testbeds.models import Claim, TestRequest
from testbeds.rules.agreeing import latest
from testbeds.rules.terms import first_terms
from testbeds.states import ClaimState, TestState
from tests.cases.test_in_browser import Open, press, reach, write
from tests.cast import Cast, gather
from tests.testbeds.places import place
from tests.testbeds.story import two_reviews

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE = "Skyltar som talar"
HANDLED = "Berör oss, och är hanterat"
CONSIDERED = "Ja, övervägt och hanterat"
REQUEST = (
    ("combobox", "Vem som frågar", "Företag"),
    ("textbox", "Organisationens namn", "Skyltverket AB"),
    ("textbox", "Organisationsnummer", "556036-0793"),
    ("textbox", "Telefon", "08-123 456"),
    ("textbox", "Sammanfattning", "Skyltar läser upp vägen."),
    ("textbox", "Frågan som testet besvarar", "Hittar fler rätt?"),
    ("textbox", "Hur det är nu", "Var femte frågar om vägen."),
    ("combobox", "”Hur det är nu”: är det en företagshemlighet?", "OSL 31:16 enskilds affärsförbindelser"),
    ("textbox", "”Hur det är nu”: varför är det en företagshemlighet?", "Siffrorna är en kunds."),
    ("textbox", "Vad som mäts, och hur", "Frågor i receptionen om dagen."),
    ("textbox", "Vad som räknas som en framgång", "Hälften så många frågor."),
    ("combobox", "Mognad (TRL 1–9)", "6. En prototyp har visats i en miljö som liknar den verkliga"),
    ("spinbutton", "Timmar av test", "4"),
    ("group", "Det är till nytta för verksamheten där det testas", "Ja"),
    ("textbox", "Hur verksamheten har nytta", "Färre frågor."),
    ("textbox", "Vem som står bakom nyttan för verksamheten", "Enhetschefen"),
    ("group", "Det är till nytta för dem det är till för", "Ja"),
    ("textbox", "Hur de har nytta", "De hittar själva."),
    ("textbox", "Vem som står bakom nyttan för dem det är till för", "Patientföreningen"),
    ("combobox", "Personuppgifter (GDPR)", "Berör oss inte"),
    ("textbox", "Personuppgifter: hur de hanteras", "Inga samlas in."),
    ("combobox", "Etikprövning", "Berör oss inte"),
    ("textbox", "Etikprövning: hur den hanteras", "Det är ingen forskning."),
    ("combobox", "Medicinteknisk produkt (MDR)", "Berör oss inte"),
    ("textbox", "Medicinteknisk produkt: hur det hanteras", "Skyltar är inte det."),
    ("combobox", "Neutralt inför en senare upphandling", HANDLED),
    ("textbox", "Neutralt inför en senare upphandling: hur det hanteras", "Resultatet delas."),
    ("combobox", "Statsstöd", HANDLED),
    ("textbox", "Statsstöd: hur det hanteras", "Vi har inte fått något."),
    ("combobox", "Sekretess", HANDLED),
    ("textbox", "Sekretess: hur den hanteras", "Vi ser inga patienter."),
    ("textbox", "Vad som händer efteråt", "Enheten beslutar om införande."),
)
"""Each field of the form by its role and its name, as a screen reader tells of it, in the order of the page; and what it is answered."""
CONSIDERATIONS = (
    ("combobox", "Hållbar utveckling", CONSIDERED),
    ("textbox", "Ekologiska, sociala och ekonomiska effekter", "Skyltarna drar lite ström."),
    ("combobox", "Tillgänglighet", CONSIDERED),
    ("textbox", "Hur personer med funktionsnedsättning kan använda det", "Texten går att höra och att läsa."),
    ("combobox", "Etik", CONSIDERED),
    ("textbox", "Etiska frågor, och om etikprövning behövs", "Ingen pekas ut."),
    ("combobox", "Personlig integritet", CONSIDERED),
    ("textbox", "Personuppgifter, och om en konsekvensbedömning behövs", "Inget spelas in."),
)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return gather()


def named(page: Page, role: Any, name: str) -> Locator:
    """The one thing in the main part of the page that has the role and the name, but for what is said of whether it is needed."""
    return page.get_by_role("main").get_by_role(role, name=re.compile(rf"^{re.escape(name)}( \(.*\))?$"))


def go(page: Page, role: Any, name: str) -> None:
    press(page, named(page, role, name))


def chosen(field: Locator) -> str:
    """What a screen reader says that the list stands at."""
    return str(field.evaluate("one => one.selectedOptions[0].label"))


def answer(page: Page, fields: Iterable[tuple[str, str, str]]) -> None:
    """Each field, the way that its role is answered with a keyboard."""
    for role, name, said in fields:
        field = named(page, role, name)
        if role == "group":
            one = field.get_by_role("radio", name=said)
            reach(page, one)
            page.keyboard.press("Space")
            expect(one).to_be_checked()
        elif role == "combobox":
            reach(page, field)
            for _option in field.get_by_role("option").all():
                if chosen(field) != said:
                    page.keyboard.press("ArrowDown")
            assert chosen(field) == said
        else:
            write(page, field, said)
            expect(field).to_have_value(said)


def host_says_yes(request: TestRequest, people: Cast) -> TestRequest:
    """What the host does meanwhile: takes it up, has it reviewed, says yes, writes the terms and signs them."""

    def move(name: str, **data: str) -> TestRequest:
        perform(TestRequest.objects.get(pk=request.pk), name, person=people.host, data=data)
        return TestRequest.objects.get(pk=request.pk)

    move("take_up")
    two_reviews(request, people)
    move("say_yes", conditions="Introduktion först.", reason="Nyttan är väl visad.")
    move("write_terms", **first_terms(request))
    agreement = latest(request)
    assert agreement is not None
    return move("sign_for_host", sha256=agreement.sha256, accepts="on")


@pytest.mark.strategy("B4-4", "B4-5", "B44-1")
@pytest.mark.trust(16)
def test_from_the_start_page_to_a_booked_time_by_keyboard_alone(people: Cast, open_page: Open) -> None:
    """Everything is found by its role and its name, and every page by a link."""
    room = place()
    page = open_page(people.external)
    page.goto("/")
    press(page, page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Testbäddar"))
    go(page, "link", room.name)
    go(page, "link", "Fråga om ett test")
    answer(page, [("textbox", "Rubrik", TITLE)])
    go(page, "button", "Börja")
    answer(page, REQUEST)
    go(page, "button", "Spara och gå vidare")
    go(page, "link", "Skriv övervägandena")
    answer(page, CONSIDERATIONS)
    go(page, "button", "Spara och gå vidare")
    go(page, "link", "Skicka förfrågan")
    go(page, "button", "Skicka förfrågan")
    request = TestRequest.objects.get()
    assert request.state == TestState.SUBMITTED
    assert (request.secrets, request.secret_whys) == ({"baseline": "31:16"}, {"baseline": "Siffrorna är en kunds."})

    host_says_yes(request, people)
    press(page, page.get_by_role("link", name="Innovationsportalen Region Stockholm"))
    go(page, "link", TITLE)
    go(page, "link", "Underteckna avtalet")
    reach(page, named(page, "checkbox", "Jag har läst villkoren och undertecknar dem."))
    page.keyboard.press("Space")
    go(page, "button", "Underteckna avtalet")
    go(page, "link", "Välj tider")
    press(page, named(page, "button", "Reservera den här tiden").first)
    assert Claim.objects.get().state == ClaimState.HELD

    desk = open_page(people.host)
    desk.goto("/")
    go(desk, "link", TITLE)
    go(desk, "link", "Boka tiderna")
    go(desk, "button", "Boka tiderna")
    assert Claim.objects.get().state == ClaimState.BOOKED
    assert TestRequest.objects.get().state == TestState.BOOKED
