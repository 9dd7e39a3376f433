"""From the start page to a booked time, by keyboard alone, as somebody with a screen reader goes (trust check 16)."""

import pytest
from playwright.sync_api import Page

from portal.cases.moving import perform
from testbeds.models import Claim, TestRequest
from testbeds.rules.agreeing import latest
from testbeds.rules.terms import first_terms
from testbeds.states import ClaimState, TestState
from tests.cases.test_in_browser import Open, press, reach, write
from tests.cast import Cast, gather
from tests.testbeds.places import place
from tests.testbeds.story import two_reviews

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FOCUSED = """() => { const one = document.activeElement; return {
    tag: one.tagName, type: one.type || '', name: one.name || '', value: one.value || '', checked: one.checked || false } }"""
TEXTS = {"orgnr": "556036-0793", "hours": "4", "phone": "08-123 456"}
MOST_STOPS = 200


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return gather()


def fill_by_keyboard(page: Page) -> None:
    """Every field that the keyboard comes to is answered, the way its kind is; the last stop goes on."""
    seen: set[str] = set()
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        one = page.evaluate(FOCUSED)
        if one["name"] == "go_on":
            with page.expect_navigation():
                page.keyboard.press("Enter")
            return
        if not one["name"] or one["name"] in seen or one["name"].startswith("secret_"):
            continue
        if one["tag"] == "SELECT":
            page.keyboard.press("ArrowDown")
        elif one["type"] in {"radio", "checkbox"}:
            page.keyboard.press("ArrowDown" if one["checked"] else "Space")  # what is checked says “Not answered”
        elif one["tag"] == "TEXTAREA" or one["type"] in {"text", "number", "tel"}:
            if not one["value"]:
                page.keyboard.type(TEXTS.get(one["name"], "Prövat med verksamheten."))
        else:
            continue
        seen.add(one["name"])
    raise AssertionError("The keyboard does not come to the end of the form")


def host_says_yes(request: TestRequest, people: Cast) -> TestRequest:
    """What the host does meanwhile: takes it up, has it reviewed, says yes, writes the terms and signs them."""

    def move(name: str, **data: str) -> TestRequest:
        perform(TestRequest.objects.get(pk=request.pk), name, person=people.host, data=data)
        return TestRequest.objects.get(pk=request.pk)

    move("take_up")
    two_reviews(request, people)
    move("say_yes", conditions="Introduktion först.", reason="Nyttan är väl visad.")
    move("write_terms", **first_terms(request))
    agreement = latest(request)
    assert agreement is not None
    return move("sign_for_host", sha256=agreement.sha256, accepts="on")


@pytest.mark.strategy("B4-4", "B4-5", "B44-1")
@pytest.mark.trust(16)
def test_from_the_start_page_to_a_booked_time_by_keyboard_alone(people: Cast, open_page: Open) -> None:
    room = place()
    page = open_page(people.external)
    page.goto("/")
    press(page, page.locator("nav a[href='/testbaddar/']").first)
    press(page, page.locator(f"main a[href='{room.get_absolute_url()}']"))
    press(page, page.locator("main a[href*='/testbaddar/ny/']").first)
    write(page, page.locator("main [name=title]"), "Skyltar som talar")
    press(page, page.locator("main form button[type=submit]"))
    fill_by_keyboard(page)
    press(page, page.locator("#considerations a.ds-button"))
    fill_by_keyboard(page)
    press(page, page.locator("main [href$='/submit/']"))
    press(page, page.locator("main form button[type=submit]"))
    request = TestRequest.objects.get()
    assert request.state == TestState.SUBMITTED

    agreed = host_says_yes(request, people)
    page.goto(agreed.get_absolute_url())
    press(page, page.locator("main [href$='/sign/']"))
    reach(page, page.locator("[name=accepts]"))
    page.keyboard.press("Space")
    press(page, page.locator("main form button[type=submit]"))
    press(page, page.locator("main #times a"))
    press(page, page.locator("form[action$='/hall/'] button").first)
    assert Claim.objects.get().state == ClaimState.HELD

    desk = open_page(people.host)
    desk.goto(agreed.get_absolute_url())
    press(desk, desk.locator("main [href$='/book/']"))
    press(desk, desk.locator("main form button[type=submit]"))
    assert Claim.objects.get().state == ClaimState.BOOKED
    assert TestRequest.objects.get().state == TestState.BOOKED
