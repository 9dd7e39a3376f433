"""Units compared, asked, and one that takes the idea on; a new version of the scorecard. In a browser, narrow and by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.organisation.models import Unit
from tests.cast import Cast, case_in
from tests.ideas.test_spread_in_browser import NARROW, Open, press, sound
from tests.ideas.test_spread_in_browser import cast as cast  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.strategy("B5-2", "B1-3")]


def compare(page: Page, unit: Unit, points: int) -> None:
    press(page, "Lägg till en enhet", "link")
    page.locator('main [name="unit"]').select_option(str(unit.pk))
    for aspect in ("resources", "competence", "chance"):
        page.locator(f'main [name="{aspect}"][value="{points}"]').check()
        page.locator(f'main [name="{aspect}_why"]').fill("Har tid och vilja.")
    assert sound(page)
    press(page, "Spara")


def test_units_are_compared_asked_and_one_takes_it_on(cast: Cast, open_page: Open) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    units = {unit.code: unit for unit in Unit.objects.all()}
    page = open_page(cast.lead, viewport=NARROW)
    page.goto(idea.get_absolute_url())
    compare(page, units["KAR"], 5)
    compare(page, units["DS"], 2)
    assert sound(page)
    press(page, "Fråga en enhet om att bli värd", "link")
    page.locator('main [name="reason"]').fill("Den berör tre sjukhus.")
    assert sound(page)
    press(page, "Fråga en enhet om att bli värd")
    expect(page.get_by_text("Tillfrågad, svarar senast")).to_be_visible()
    assert sound(page)

    other = open_page(cast.other_lead, viewport=NARROW)
    other.goto("/arenden/")
    press(other, idea.title, "link")
    press(other, "Ta er an den", "link")
    other.locator('main [name="reason"]').fill("Vi kan börja genast.")
    assert sound(other)
    press(other, "Ta er an den")
    expect(other.locator("#hosts").get_by_text("Vi kan börja genast.")).to_be_visible()
    assert sound(other)
    press(other, "Beskriv det ni väntar er", "link")
    other.get_by_label("Ekonomiskt").fill("Hundra timmar om året.")
    assert sound(other)
    press(other, "Spara")
    expect(other.get_by_role("table").get_by_text("Hundra timmar om året.")).to_be_visible()
    assert sound(other)


def test_a_coordinator_makes_a_new_version_of_the_scorecard(cast: Cast, open_page: Open) -> None:
    page = open_page(cast.coordinator, viewport=NARROW)
    page.goto("/ideer/bedomningsgrunder/")
    assert sound(page)
    press(page, "Gör en ny version", "link")
    assert sound(page)
    press(page, "Gör versionen")
    assert sound(page)  # with what is to be corrected
    page.locator('main [name="why"]').fill("Frågan om spridning är tydligare.")
    page.locator('main [name="valid_from"]').fill("2030-01-01")
    page.locator('main [name="form-5-text"]').fill("Vilka andra verksamheter kan använda det?")
    press(page, "Gör versionen")
    expect(page.get_by_text("Vilka andra verksamheter kan använda det?")).to_be_visible()
    assert sound(page)
