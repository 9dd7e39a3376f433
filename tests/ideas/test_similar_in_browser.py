"""Similar cases appear by themselves while one writes, and are answered by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, ViewportSize, expect

from ideas.flow import ChallengeFlow, IdeaFlow
from ideas.models import Follow, Idea, Support
from ideas.states import ChallengeState
from ideas.states import IdeaState as S
from portal.cases.models import NotSame
from portal.cases.states import Relation
from tests.cast import Cast, case_in, draft_of, gather
from tests.ideas.test_spread_in_browser import sound
from tests.trust.looking import NARROW, WIDE

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.strategy("B2-4")]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


@pytest.fixture
def draft(cast: Cast) -> Any:
    empty = dict.fromkeys(("title", *Idea.searches), "")
    return draft_of(IdeaFlow, cast, owner=cast.colleague, **empty)


def tab_to(page: Page, name: str) -> None:
    """With the Tab key alone, to a button whose name begins so."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if str(page.evaluate("document.activeElement.textContent")).strip().startswith(name):
            return
    raise AssertionError(f"“{name}” is not reached.")


@pytest.mark.parametrize("viewport", [NARROW, WIDE])
def test_they_appear_by_themselves_and_what_is_not_the_same_stays_away(
    cast: Cast, draft: Any, open_page: Open, viewport: ViewportSize
) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast, title="Kallelser i mobilen", need="Brevet kommer för sent.")
    page = open_page(cast.colleague, viewport=viewport)
    page.goto(reverse("ideas:write", args=[draft.pk]))
    near = page.get_by_role("listitem").filter(has_text="Kallelser i mobilen")
    expect(near).to_have_count(0)

    page.locator("[name=title]").press_sequentially("Kallelse i mobiln")
    page.keyboard.press("Tab")
    expect(near.get_by_role("link", name="Kallelser i mobilen")).to_be_visible()
    expect(near.locator("mark").first).to_be_visible()
    assert sound(page)

    page.locator("[name=title]").focus()
    tab_to(page, "Inte samma sak")
    page.keyboard.press("Enter")
    gone = page.get_by_text("visas inte igen")
    expect(gone).to_be_focused()
    assert sound(page)
    assert NotSame.objects.filter(draft=draft.pk).exists()

    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved", timeout=15_000)
    with page.expect_response(lambda answer: answer.url.endswith("/liknande/?part=title")) as looked:
        page.reload()
    looked.value.finished()
    expect(page.locator("[name=title]")).to_have_value("Kallelse i mobiln")
    page.wait_for_load_state("networkidle")
    expect(near).to_have_count(0)


def test_the_same_is_joined_and_a_challenge_answered_by_keyboard(cast: Cast, draft: Any, open_page: Open) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast, title="Kallelser i mobilen")
    challenge = case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast, title="Väntrum utan oro", owner=cast.other_lead)
    page = open_page(cast.colleague, viewport=NARROW)
    page.goto(reverse("ideas:write", args=[draft.pk]))
    page.locator("[name=title]").fill("Oro i väntrummet")
    page.keyboard.press("Tab")
    tab_to(page, "Svara med det du skriver")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("är ett svar på utmaningen")
    expect(page.locator("[name=title]")).to_have_value("Oro i väntrummet")
    assert draft.links_out.get(relation=Relation.ANSWERS).target_id == challenge.pk
    assert sound(page)

    page.locator("[name=need]").fill("Kallelser i mobilen når fram")
    page.keyboard.press("Tab")
    tab_to(page, "Det här är samma sak")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(idea.get_absolute_url())
    assert [one.objects.filter(idea=idea.pk, person=cast.colleague).count() for one in (Support, Follow)] == [1, 1]
    assert sound(page)
