"""The calendar in a browser: for everyone, on a wide and a narrow screen, by keyboard alone."""

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.cast import Cast, gather
from tests.look.axe import violations
from tests.testbeds.places import host_of
from tests.testbeds.test_calendars import VIEWS, a_monday, a_place, asked, held, wall

FITS = "document.documentElement.scrollWidth <= window.innerWidth"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return gather()


def sound(page: Page) -> None:
    assert page.evaluate(FITS)
    assert violations(page) == []


@pytest.mark.strategy("B62-1b")
@pytest.mark.parametrize("width", [1280, 320])
def test_each_view_is_sound_for_a_visitor_and_for_the_host(people: Cast, open_page: object, width: int) -> None:
    assert callable(open_page)
    testbed, day = a_place(), a_monday()
    host = host_of(testbed, people.colleague)
    held(asked(people, people.external, testbed), wall(day, 10))
    for person in (None, host):
        page = open_page(person, viewport={"width": width, "height": 900})
        for view in VIEWS:
            page.goto(f"{reverse('testbeds:calendar', args=[testbed.slug])}?visa={view}&fran={day}")
            sound(page)
            told = page.locator("main").get_by_text("Talande skyltar").count()
            assert (told > 0) == (person is not None)
    for name in ("my_times", "feeds"):
        page.goto(reverse(f"testbeds:{name}"))
        sound(page)


def test_one_goes_from_the_list_to_a_later_month_and_to_a_day_by_keyboard(people: Cast, open_page: object) -> None:
    assert callable(open_page)
    testbed = a_place()
    page = open_page(java_script_enabled=False)
    page.goto(reverse("testbeds:calendar", args=[testbed.slug]))

    def press(selector: str) -> None:
        """Tab until it has the focus, then Enter."""
        wanted = page.locator(selector).first
        for _step in range(200):
            page.keyboard.press("Tab")
            if page.locator(":focus").evaluate_all("(here, that) => here[0] === that", wanted.element_handle()):
                break
        else:
            raise AssertionError(f"the keyboard never reaches {selector}")
        with page.expect_navigation():
            page.keyboard.press("Enter")

    press("main a[href*='visa=manad']")
    assert page.locator("main table caption").count() == 1
    press("main a[rel~=next]")
    press("main td a")
    assert page.locator("main h2 time").count() == 14
