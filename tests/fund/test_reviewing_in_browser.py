"""An expert scores in a browser, by keyboard alone, on a narrow screen and with the network away."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fund.actions.reviewing import declare
from fund.models import Review, Score
from tests.cast import Cast, gather
from tests.fund.reviewing import given, in_review, submitted
from tests.ideas.test_spread_in_browser import NARROW, press, sound

Open = Callable[..., Page]
WIDE = {"width": 1280, "height": 900}
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.strategy("B43-5")]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_contain_text("Sparat")


def test_a_review_from_the_list_to_the_next_by_keyboard(cast: Cast, open_page: Open) -> None:
    _call, applications = in_review(cast, 2)
    first, second = [given(one, cast.colleague, cast, opened=False) for one in applications]
    page = open_page(cast.colleague, viewport=NARROW)
    page.goto(reverse("fund:reviews"))
    assert sound(page)
    press(page, f"Granskning {first.pk}", "link")
    assert sound(page)
    page.get_by_label("Nej, inte vad jag vet").focus()
    page.keyboard.press("Space")
    press(page, "Spara och gå vidare")
    assert sound(page)
    for key in ("need", "approach", "benefit"):
        page.locator(f"[name=p_{key}][value='3']").focus()
        page.keyboard.press("Space")
    page.locator("[name=p_competition][value='3']").focus()
    page.keyboard.press("Space")
    for _step in range(2):
        page.keyboard.press("ArrowRight")  # to 5
    press(page, "Lämna in och gå till nästa ansökan")
    expect(page.locator("ds-error-summary")).to_contain_text("skriv varför")
    assert sound(page)
    page.locator("[name=c_competition]").fill("Ingen annan gör så.")
    page.locator("[name=sure]").check()
    press(page, "Lämna in och gå till nästa ansökan")
    page.wait_for_url(f"**{reverse('fund:review', args=[second.pk])}")
    assert Review.objects.get(pk=first.pk).submitted_at is not None
    assert Score.objects.filter(review=first, points=5).count() == 1


def test_the_page_of_a_review_ends_with_its_footer(cast: Cast, open_page: Open) -> None:
    """Two panes scroll by themselves; nothing in them makes the page longer."""
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    page = open_page(cast.colleague, viewport=WIDE)
    page.goto(reverse("fund:review", args=[review.pk]))
    bottom = page.locator("footer").last.evaluate("one => one.getBoundingClientRect().bottom + scrollY")
    assert abs(page.evaluate("document.documentElement.scrollHeight") - max(bottom, WIDE["height"])) < 2


def test_what_is_written_without_a_network_is_kept_and_sent_later(cast: Cast, open_page: Open) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    page = open_page(cast.colleague, viewport=WIDE)
    page.goto(reverse("fund:review", args=[review.pk]))
    assert sound(page)
    page.context.set_offline(True)
    page.locator("[name=p_need][value='4']").check()
    page.locator("[name=c_need]").fill("Skrivet på tåget.")
    page.locator("[name=comment]").focus()
    expect(page.locator("[data-autosave-status]")).to_contain_text("Inte sparat")
    assert not Score.objects.filter(review=review).exists()
    page.close()

    later = page.context.new_page()
    page.context.set_offline(False)
    later.goto(reverse("fund:review", args=[review.pk]))
    saved(later)
    score = Score.objects.get(review=review, criterion__key="need")
    assert (score.points, score.comment) == (4, "Skrivet på tåget.")
    assert later.evaluate("localStorage.length") == 0


def test_the_officers_pages_hold_at_every_width(cast: Cast, open_page: Open) -> None:
    call, (one, other) = in_review(cast, 2)
    submitted(one, cast.colleague, cast, need="1")
    submitted(one, cast.outsider, cast, need="5")
    declare(review=given(other, cast.colleague, cast, opened=False), conflict=True, why="Vi är grannar.")
    review = given(other, cast.outsider, cast)
    for viewport in (WIDE, NARROW):
        page = open_page(cast.officer, viewport=viewport)
        for name, key in (("panel", call), ("map", call), ("add_reviewer", call), ("weigh", one), ("agree", one)):
            page.goto(reverse(f"fund:{name}", args=[key.pk]))
            assert sound(page), name
        page.goto(reverse("fund:seen_as", args=[other.pk, review.pk]))
        assert sound(page)
