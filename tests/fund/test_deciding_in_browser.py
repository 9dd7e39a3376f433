"""The decision in a browser: the budget follows what is chosen, by keyboard and narrow, and the rows are saved."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fund.models import Application, Ruling
from fund.states import Outcome
from tests.cast import Cast, gather
from tests.fund.granted import planned, reported, reviewed_call, running
from tests.look.axe import violations

Open = Callable[..., Page]
pytestmark = pytest.mark.browser
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


def sound(page: Page) -> bool:
    """No violation, and nothing wider than the window."""
    assert violations(page) == []
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("viewport", [NARROW, WIDE], ids=["narrow", "wide"])
def test_the_budget_follows_what_is_chosen_and_each_row_is_saved(
    cast: Cast, open_page: Open, viewport: dict[str, int]
) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague], budget=375_000)
    first, second = Application.objects.order_by("pk")
    page = open_page(cast.officer, viewport=viewport)
    page.goto(reverse("fund:decide", args=[call.pk]))
    left, over = page.locator("[data-budget-left]"), page.locator("[data-budget-over]")
    prepared, ends = page.locator("[data-budget-prepared]"), page.locator("[data-money-ends]")
    expect(page.locator("ol > :is([data-money-ends], [id])").nth(1)).to_have_class("money-ends")
    expect(left).to_have_text(re.compile(r"375\s000"))
    for application, left_after in ((first, "175\xa0000\xa0kronor"), (second, "−25\xa0000\xa0kronor")):
        page.locator(f"#outcome-{application.pk}").select_option("grant")
        expect(left).to_have_text(left_after)
    expect(over).to_be_visible()
    expect(prepared).to_have_text("400\xa0000\xa0kronor")
    expect(ends).to_be_visible()
    page.locator(f"#outcome-{second.pk}").select_option("part")
    page.locator(f"#amount-{second.pk}").fill("100000")
    expect(left).to_have_text("75\xa0000\xa0kronor")
    expect(prepared).to_have_text("300\xa0000\xa0kronor")
    expect(over).to_be_hidden()
    expect(ends).to_be_hidden()
    page.locator(f"#reason-{second.pk}").fill("En del räcker.")
    assert sound(page)
    with page.expect_navigation():
        page.locator(f"#application-{second.pk} button").press("Enter")
    expect(page.locator(f"#reason-{second.pk}")).to_have_value("En del räcker.")
    expect(page.locator(f"#outcome-{first.pk}")).to_have_value("")
    assert Ruling.objects.values_list("outcome", "amount").get() == (Outcome.PART, 100_000)
    page.goto(reverse("fund:letters", args=[call.pk]))
    expect(page.get_by_text("En del räcker.")).to_be_visible()
    assert sound(page)


def test_the_ledger_and_the_grant_are_read_narrow(cast: Cast, open_page: Open) -> None:
    project = running(cast)
    planned(project)
    reported(project, by=cast.author, approved_by=cast.officer)
    page = open_page(cast.officer, viewport=NARROW)
    for name in ("ledger", "accounts"):
        page.goto(reverse(f"fund:{name}", args=[project.call_id]))
        assert sound(page)
    page.goto(project.get_absolute_url())
    expect(page.locator("#grant table")).to_be_visible()
    assert sound(page)
