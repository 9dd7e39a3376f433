"""From a colleague's support to another unit's use and a story that everyone reads, in a browser, by keyboard where buttons are pressed."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.organisation.models import Unit
from tests.cast import Cast, case_in, gather
from tests.look.axe import violations

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.strategy("A17", "B2-1", "B43-1")]
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


def press(page: Page, name: str, role: str = "button") -> None:
    """With the Enter key, and wait for the page that follows."""
    with page.expect_navigation():
        page.locator("main").get_by_role(role, name=name, exact=True).press("Enter")  # type: ignore[arg-type]  # a role


def sound(page: Page) -> bool:
    """No violation, and nothing wider than the window."""
    assert violations(page) == []
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_an_idea_is_supported_taken_up_and_told_of(cast: Cast, open_page: Open) -> None:
    idea = case_in(IdeaFlow, S.INTRODUCED, cast)
    support_and_comment(open_page(cast.colleague, viewport=NARROW), idea)
    take_it_up(open_page(cast.other_lead, viewport=NARROW), idea)
    tell_of_it(open_page(cast.lead, viewport=NARROW), idea)
    read_of_it(open_page(locale="en", viewport=NARROW), idea)


def support_and_comment(page: Page, idea: Any) -> None:
    page.goto(idea.get_absolute_url())
    press(page, "Stöd idén")
    expect(page.get_by_text("En kollega stöder idén.")).to_be_visible()
    press(page, "Följ idén")
    press(page, "Skriv en kommentar", "link")
    page.get_by_label("Din kommentar").fill("Hur börjar man?")
    press(page, "Skicka")
    expect(page.get_by_text("Hur börjar man?")).to_be_visible()
    assert sound(page)


def take_it_up(other: Page, idea: Any) -> None:
    other.goto(idea.get_absolute_url())
    press(other, "Det här vill vi också ha", "link")
    other.get_by_label("Enhet").select_option(str(Unit.objects.get(code="KAR").pk))
    other.get_by_label("Vi har infört den som den är").check()
    assert sound(other)
    press(other, "Spara")
    expect(other.get_by_role("figure")).to_contain_text("Andra enheter som använder idén")
    assert sound(other)
    other.goto("/ideer/enheten/")
    expect(other.get_by_role("link", name=idea.title)).to_be_visible()
    assert sound(other)


def tell_of_it(lead: Page, idea: Any) -> None:
    lead.goto(idea.get_absolute_url())
    press(lead, "Skriv ett gott exempel", "link")
    for name in ("summary", "story", "evidence"):
        lead.locator(f'main [name="{name}"]').fill("Det gick bra.")
    press(lead, "Spara")
    press(lead, "Lägg till en bild", "link")
    kept = BytesIO()
    Image.new("RGB", (900, 300), "navy").save(kept, "PNG")
    lead.locator('main [name="file"]').set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": kept.getvalue()}
    )
    lead.locator('main [name="alt"]').fill("En blå himmel")
    press(lead, "Lägg till")
    assert sound(lead)
    lead.goto(idea.get_absolute_url())
    press(lead, "Publicera", "link")
    press(lead, "Publicera")


def read_of_it(public: Page, idea: Any) -> None:
    public.goto("/exempel/")
    assert sound(public)
    press(public, idea.title, "link")
    picture = public.get_by_role("img", name="En blå himmel")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    assert sound(public)
