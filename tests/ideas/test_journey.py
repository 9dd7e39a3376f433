"""From the start page to "your suggestion became an idea": the whole way, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from ideas.flow import IdeaFlow
from ideas.models import Area, Idea, Suggestion
from ideas.states import IdeaState as S
from tests.cast import case_in, gather

WORDS = "Fler bänkar vid hållplatsen, så att den som är gammal orkar åka."


@pytest.mark.browser
@pytest.mark.strategy("B43-7", "B4-5")
def test_a_suggestion_goes_from_the_start_page_to_an_idea(
    transactional_db: None, open_page: Callable[..., Page]
) -> None:
    cast = gather()
    Area.objects.filter(key="travel").update(unit=cast.author.unit)
    idea = case_in(IdeaFlow, S.TRYING, cast)
    page = open_page()

    page.goto("/")
    page.locator('a[href="/in/invanare/"]').first.click()
    page.locator('main a[href="/forslag/lamna/"]').first.click()
    page.locator("#id_proposal").fill(WORDS)
    page.locator("#id_area").select_option(str(Area.objects.get(key="travel").pk))
    page.wait_for_timeout(3_500)
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/forslag/tack/")
    code = page.locator(".receipt__code").inner_text()
    suggestion = Suggestion.objects.get()

    lead = open_page(cast.lead)
    lead.goto(f"/arenden/{suggestion.key}/answer/")
    lead.locator('[name="disposition"][value="joined"]').check()
    lead.locator("#id_idea").fill(str(idea.reference))
    lead.locator("#id_reason").fill("Tack! Vi prövar redan det här.")
    lead.locator("main form.form button[type=submit]").click()
    lead.wait_for_url(f"**/arenden/{suggestion.key}/")

    elsewhere = open_page()
    elsewhere.goto("/forslag/folj/")
    elsewhere.locator("#id_reference").fill(str(suggestion.reference))
    elsewhere.locator("#id_code").fill(code)
    elsewhere.locator("main form.form button[type=submit]").click()
    elsewhere.wait_for_url(f"**/forslag/folj/{suggestion.key}/")
    said = elsewhere.locator("main").inner_text()
    assert "Tack! Vi prövar redan det här." in said
    assert WORDS in said
    assert Idea.objects.get().title not in said
