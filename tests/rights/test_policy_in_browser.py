"""The rules for everyone in a browser, by keyboard and narrow: read, asked, told of, followed, written anew."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.cast import Cast, gather
from tests.look.axe import violations

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.strategy("B43-4", "B43-4a", "B43-4b")]
NARROW = {"width": 320, "height": 640}
PAGE = "/rattigheter/regler/"


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


def test_the_rules_are_read_asked_told_of_and_written_anew(cast: Cast, open_page: Open) -> None:
    public = open_page(viewport=NARROW)
    public.goto(PAGE)
    assert sound(public)
    press(public, "Pröva själv: vems kan det vara?", "link")
    public.get_by_label("Vad det är").select_option("invention")
    public.get_by_label("Anställd i regionen").check()
    public.get_by_role("group", name="Är forskning").get_by_label("Ja").check()
    public.get_by_role("group", name="Kan det användas").get_by_label("Ja").check()
    press(public, "Se vad svaren pekar mot")
    expect(public.get_by_role("status")).to_contain_text("A: forskningsuppfinning")
    assert sound(public)

    author = open_page(cast.author, viewport=NARROW)
    author.goto(PAGE)
    assert sound(author)
    press(author, "Jag har läst reglerna")
    expect(author.get_by_text("Du bekräftade")).to_be_visible()

    manager = open_page(cast.manager, viewport=NARROW)
    manager.goto(PAGE)
    press(manager, "Anteckna att personalen har fått veta", "link")
    manager.locator('main [name="told_on"]').fill(timezone.localdate().isoformat())
    manager.locator('main [name="way"]').select_option("meeting")
    manager.locator('main [name="told"]').fill("6")
    manager.locator('main [name="staff"]').fill("10")
    assert sound(manager)
    press(manager, "Spara")
    expect(manager.get_by_role("row", name="Södersjukhuset AB")).to_contain_text("60 %")
    assert sound(manager)

    jurist = open_page(cast.jurist, viewport=NARROW)
    jurist.goto(PAGE)
    press(jurist, "Skriv en ny version", "link")
    assert sound(jurist)
    for name, text in (("changes", "Ett ord är nytt."), ("changes_en", "A word is new.")):
        jurist.locator(f'main [name="{name}"]').fill(text)
    press(jurist, "Spara den nya versionen")
    expect(jurist.get_by_text("Ett ord är nytt.").first).to_be_visible()
    assert sound(jurist)
