"""What surrounds every page, and what the first visit costs."""

import gzip
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Response, expect

from tests.cast import Cast
from tests.look.axe import violations

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
TEXT = ("text/", "javascript", "svg", "json")


def change_language(page: Page) -> None:
    if (menu := page.get_by_role("button", name="Meny", exact=True)).is_visible():
        menu.click()
    page.get_by_role("button", name="In English").click()


def test_the_first_visit_is_at_most_eight_requests_and_150_kilobytes(page: Page) -> None:
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto("/", wait_until="networkidle")

    assert len(answers) <= 8
    assert sum(map(on_the_wire, answers)) <= 150 * 1024
    scripts = [answer.url for answer in answers if answer.url.endswith(".js")]
    assert len([url for url in scripts if "htmx" not in url]) == 1
    assert len([answer for answer in answers if ".css" in answer.url]) == 1


def on_the_wire(answer: Response) -> int:
    """As the server sends it: text compressed."""
    body = answer.body()
    is_text = any(kind in answer.headers.get("content-type", "") for kind in TEXT)
    return len(gzip.compress(body) if is_text else body) + sum(map(len, answer.headers.values()))


def test_the_first_tab_skips_to_the_content(page: Page) -> None:
    page.goto("/om/")
    page.keyboard.press("Tab")

    skip = page.locator(".skip-link")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.trust(17)
def test_every_stop_of_the_keyboard_shows_where_it_is(page: Page) -> None:
    page.goto("/")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "() => {const e = document.activeElement, s = getComputedStyle(e), d = e.closest('.door');"
            " const o = d ? getComputedStyle(d) : s;"
            " return [e.tagName + (e.textContent || e.name || '').trim().slice(0, 20), parseFloat(o.outlineWidth)]}"
        )
        if stop[0].startswith("BODY"):
            break
        seen.append(stop)

    assert len(seen) > 12
    assert [stop for stop in seen if stop[1] < 2] == []


def test_the_menu_opens_on_a_phone_without_script(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 320, "height": 700}, java_script_enabled=False)
    page.goto("/")

    expect(page.get_by_role("navigation", name="Huvudmeny")).to_be_hidden()
    page.get_by_role("button", name="Meny").click()
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Guider").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Guider")


@pytest.mark.parametrize("script", [True, False])
def test_the_choice_of_dark_is_kept(open_page: OpenPage, script: bool) -> None:
    page = open_page(java_script_enabled=script, color_scheme="light")
    page.goto("/om/")
    page.get_by_label("Färger").select_option("dark")
    if script:
        expect(page.locator("html")).to_have_attribute("data-color-scheme", "dark")
        page.wait_for_load_state("networkidle")
    else:
        page.get_by_role("button", name="Använd de här färgerna").click()
    page.goto("/guider/")

    expect(page.locator("html")).to_have_attribute("data-color-scheme", "dark")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor") if script else None
    assert background in {None, "rgb(20, 24, 29)"} or max(map(int, str(background)[4:-1].split(","))) < 60


def test_the_language_stays_where_the_person_was(page: Page) -> None:
    page.goto("/guider/invanare/")
    change_language(page)

    expect(page).to_have_url(re.compile("/guider/invanare/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Resident, patient, relative, traveller or visitor")


def test_a_signed_in_person_has_a_menu_that_closes_with_escape(open_page: OpenPage, cast: Cast) -> None:
    page = open_page(cast.author)
    page.goto("/")
    account = page.locator(".account-menu summary")
    account.click()
    sign_out = page.get_by_role("button", name="Logga ut")

    expect(sign_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()
    expect(account).to_be_focused()
    assert violations(page) == []


def test_a_moment_is_written_as_html_allows(page: Page, gallery: str) -> None:
    page.goto(gallery)

    moments = page.locator("time").evaluate_all("all => all.map(e => e.dateTime)")
    assert [text for text in moments if not re.fullmatch(r"\d{4}-\d\d-\d\d(T\d\d:\d\d[+-]\d{4})?", text)] == []
    assert moments != []
