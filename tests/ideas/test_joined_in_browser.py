"""The page of who has been joined to another idea: nothing lies on top of anything, and nothing is wider than a small telephone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.cases.moving import perform
from tests.cast import Cast, case_in, gather

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.strategy("B2-4")]
GAP = """() => {
    const heading = document.querySelector("#joined-title")
    return heading.nextElementSibling.getBoundingClientRect().top - heading.getBoundingClientRect().bottom
}"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


def test_the_heading_stands_above_its_text_and_the_page_is_no_wider_than_the_window(
    cast: Cast, open_page: Open
) -> None:
    lead = case_in(IdeaFlow, S.ASSESSING, cast, owner=cast.outsider, unit="KAR", title="Den som går vidare")
    idea = case_in(IdeaFlow, S.ASSESSING, cast, title="Den som läggs till")
    perform(idea, "join", person=cast.lead, data={"idea": lead.reference, "reason": "De två är samma sak."})

    page = open_page(cast.author, viewport={"width": 320, "height": 640})
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 640})
        page.goto(idea.get_absolute_url())
        assert page.evaluate(GAP) > 0, width
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), width
