"""From an activity to a need, a challenge and answers to it, in a browser, by keyboard where buttons are pressed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from ideas.models import Challenge, Idea, Need
from tests.cast import Cast, gather
from tests.ideas.test_spread_in_browser import NARROW, press, sound

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.strategy("B43-6", "B1-2", "A20")]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


def test_a_need_is_found_asked_about_and_answered(cast: Cast, open_page: Open) -> None:
    page = open_page(cast.lead, viewport=NARROW)
    gather_a_need(page)
    challenge = make_a_challenge_of_it(page)
    for address in (
        "/utmaningar/",
        challenge.public_url,
        "/behov/",
        "/behov/insamlingar/",
        "/omvarld/",
        "/omvarld/ny/",
    ):
        page.goto(address)
        assert sound(page), address

    answer_as_a_colleague(open_page(cast.colleague, viewport=NARROW), challenge)
    answer_as_a_visitor(open_page(viewport=NARROW), challenge)


def gather_a_need(page: Page) -> None:
    page.goto("/behov/insamlingar/ny/")
    assert sound(page)
    page.locator("[name=title]").fill("Samtal i väntrummet")
    page.get_by_label("Metod").select_option("interview")
    page.locator("[name=groups][value=patient]").check()
    page.locator("[name=held_on]").fill(timezone.localdate().isoformat())
    page.locator("[name=held_by]").fill("Innovationsteamet")
    page.locator("[name=result]").fill("Tjugotvå samtal.")
    press(page, "Spara")
    assert sound(page)
    press(page, "Skriv ett behov som ni hittade", "link")
    page.locator("[name=sentence]").fill("Den som väntar behöver veta hur länge")
    page.locator("[name=evidence]").fill("Arton av tjugotvå.")
    press(page, "Spara")
    assert sound(page)
    assert Need.objects.get().groups == ["patient"]


def make_a_challenge_of_it(page: Page) -> Challenge:
    press(page, "Gör en utmaning av det", "link")
    press(page, "Börja")
    page.locator("[name=question]").fill("Hur vet den som väntar hur länge?")
    page.locator("[name=criteria]").fill("Utan telefon.")
    press(page, "Spara och gå vidare")
    press(page, "Utlys", "link")
    closes = timezone.localtime() + timedelta(days=30)
    page.locator("[name=closes_at]").fill(f"{closes:%Y-%m-%dT%H:%M}")
    assert sound(page)
    press(page, "Utlys")
    assert sound(page)
    return Challenge.objects.get()


def answer_as_a_colleague(colleague: Page, challenge: Challenge) -> None:
    colleague.goto(challenge.public_url)
    press(colleague, "Svara med en idé", "link")
    colleague.locator("[name=possible_invention][value=False]").check()
    colleague.locator("[name=title]").fill("Tre färger")
    press(colleague, "Börja")
    assert challenge.pk in Idea.objects.get().links_out.values_list("target", flat=True)


def answer_as_a_visitor(visitor: Page, challenge: Challenge) -> None:
    visitor.goto(challenge.public_url)
    expect(visitor.get_by_role("link", name="Svara med en idé")).to_have_count(0)
    press(visitor, "Svara med ett förslag", "link")
    expect(visitor.get_by_text("Hur vet den som väntar hur länge?")).to_be_visible()
    assert sound(visitor)
