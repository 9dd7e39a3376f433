"""External money, the published list and a person's own name, in a browser, by keyboard where buttons are pressed."""

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from fund.flow import ApplicationFlow
from fund.models import ExternalGrant
from fund.states import ApplicationState, ExternalStatus
from tests.cast import Cast, case_in, gather
from tests.ideas.test_spread_in_browser import NARROW, press, sound

Open = Callable[..., Page]
WIDE = {"width": 1280, "height": 900}
pytestmark = [pytest.mark.browser]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


@pytest.mark.strategy("B61-7")
@pytest.mark.parametrize("viewport", [NARROW, WIDE])
def test_an_external_grant_is_written_checked_accepted_and_reported(
    cast: Cast, open_page: Open, viewport: dict[str, int]
) -> None:
    page = open_page(cast.officer, viewport=viewport)
    page.goto("/fonden/extern-finansiering/ny/")
    assert sound(page)
    page.locator("[name=title]").fill("Skyltar som talar")
    page.locator("[name=financier]").fill("En stiftelse")
    page.locator("[name=source]").select_option("foundation")
    page.locator("[name=amount]").fill("800000")
    page.locator("[name=co_finance]").fill("0")
    page.locator("[name=terms]").fill("En rapport.")
    page.locator("[name=granted_on]").fill(timezone.localdate().isoformat())
    save(page)

    page.locator("a[href$='/laglighet/']").click()
    page.locator("[name=lawful][value=yes]").check()
    page.locator("[name=finding]").fill("Prövat.")
    save(page)
    page.locator("form[action$='/tacka-ja/'] button").press("Enter")
    page.locator("a[href$='/datum/']").click()
    page.locator("[name=due_on]").fill(timezone.localdate().isoformat())
    page.locator("[name=what]").fill("Slutrapport")
    save(page)
    assert ExternalGrant.objects.get().status == ExternalStatus.ACCEPTED

    page.goto("/fonden/extern-finansiering/")
    assert sound(page)
    page.get_by_role("link", name="Skyltar som talar").first.press("Enter")
    page.locator("button[name=sent]").press("Enter")
    expect(page.locator("button[name=sent]")).to_have_count(0)


def save(page: Page) -> None:
    press(page, "Spara")
    assert sound(page)


@pytest.mark.strategy("B43-5", "A14")
@pytest.mark.parametrize("viewport", [NARROW, WIDE])
def test_the_one_behind_a_project_shows_their_name_to_everyone(
    cast: Cast, open_page: Open, viewport: dict[str, int]
) -> None:
    project = case_in(ApplicationFlow, ApplicationState.RUNNING, cast)
    visitor = open_page(viewport=viewport)
    visitor.goto("/fonden/beviljade/")
    assert sound(visitor)
    expect(visitor.get_by_text(project.title)).to_be_visible()

    page = open_page(cast.author, viewport=viewport)
    page.goto(project.get_absolute_url())
    assert sound(page)
    page.locator("button[name=consent]").press("Enter")
    visitor.reload()
    expect(visitor.get_by_text(str(cast.author))).to_be_visible()
