"""Each component, in light and dark, wide and narrow, by keyboard, without script and on paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.look.axe import violations

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
SPACED = """
  * { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
  p { margin-block-end: 2em !important; }
"""


def wider_than_the_window(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


@pytest.mark.trust(16)
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("query", ["", "?fel"])
def test_no_component_breaks_a_rule_of_axe(
    open_page: OpenPage, gallery: str, query: str, width: int, colours: str
) -> None:
    page = open_page(viewport={"width": width, "height": 800}, color_scheme=colours)
    page.goto(gallery + query)

    assert violations(page) == []


@pytest.mark.trust(18)
def test_nothing_is_lost_at_320_pixels_not_even_with_wide_spacing(open_page: OpenPage, gallery: str) -> None:
    page = open_page(viewport={"width": 320, "height": 800}, bypass_csp=True)
    page.goto(gallery + "?fel")
    assert wider_than_the_window(page) <= 0

    page.add_style_tag(content=SPACED)
    assert wider_than_the_window(page) <= 0
    clipped = page.evaluate(
        "[...document.querySelectorAll('main :is(p, li, a, button, h1, h2, h3, label, dd)')]"
        ".filter(e => !e.closest('.visually-hidden, thead, [hidden]') && getComputedStyle(e).overflow == 'hidden'"
        " && e.scrollHeight > e.clientHeight + 1).map(e => e.outerHTML)"
    )
    assert clipped == []


def test_no_component_asks_for_a_variable_that_it_does_not_say_it_needs(page: Page, gallery: str) -> None:
    page.goto(gallery + "?fel")

    assert re.findall(r"\[\S+ missing\]", page.content()) == []


@pytest.mark.trust(19)
def test_the_error_summary_takes_the_focus_and_each_error_leads_to_its_field(page: Page, gallery: str) -> None:
    page.goto(gallery + "?fel")

    summary = page.locator("ds-error-summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Rubrik").click()
    title = page.locator("#id_title")
    expect(title).to_be_focused()
    expect(title).to_have_attribute("aria-invalid", "true")
    described = str(title.get_attribute("aria-describedby")).split()
    assert [page.locator(f"#{name}").count() for name in described] == [1, 1]
    summary.get_by_role("link", name="Vad är det?").click()
    expect(page.get_by_label("Tjänst")).to_be_focused()


def test_a_message_is_internal_until_something_else_is_chosen_and_the_box_shows_which(page: Page, gallery: str) -> None:
    page.goto(gallery)
    box = page.locator(".compose")
    colour = "e => getComputedStyle(e).backgroundColor + getComputedStyle(e).borderStyle"

    expect(box.get_by_role("radio").nth(0)).to_be_checked()
    internal = box.evaluate(colour)
    expect(box.get_by_role("button")).to_have_text(re.compile("Spara anteckningen|Save the note"), use_inner_text=True)
    box.get_by_role("radio").nth(1).check()
    expect(box.get_by_role("button")).not_to_have_text(re.compile("anteckningen|note"), use_inner_text=True)
    assert box.evaluate(colour) != internal


def test_a_draft_saves_itself_when_a_field_is_left(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.locator("#id_title").fill("Kortare väntan")
    page.locator("#id_need").focus()

    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved")
    expect(page.locator("#sample [name=version]")).to_have_value("4")


def test_what_could_not_be_saved_is_said_and_the_rest_is_saved(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.locator("#id_email").fill("halv")
    page.locator("#id_need").focus()

    expect(page.locator("[data-autosave-status]")).to_have_text("E-postadressen är inte hel.")
    expect(page.locator("#sample [name=version]")).to_have_value("4")


def test_a_draft_that_somebody_else_has_changed_shows_both_texts_and_leaves_it_as_it_is(
    page: Page, gallery: str
) -> None:
    page.goto(gallery)
    page.locator("#id_title").fill("Min krock")
    page.locator("#id_need").focus()
    conflict = page.locator("#sample").locator("xpath=preceding-sibling::div[1]")

    expect(conflict).to_be_focused()
    expect(conflict).to_contain_text("Min krock")
    expect(conflict).to_contain_text("Det andra")
    expect(page.locator("#sample [name=version]")).to_have_value("4")
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.locator("#id_title").fill("Min andra krock")
        page.locator("#id_need").focus()
    assert 'name="leave"\r\n\r\ntitle' in (sent.value.post_data or "")
    expect(page.locator("#sample [name=version]")).to_have_value("5")
    expect(page.locator(".conflict", has_text="Det andra")).to_have_count(1)


def test_progress_shows_itself_without_a_reload(page: Page, gallery: str) -> None:
    page.goto(gallery)

    expect(page.locator("#progress")).to_contain_text("12 av 40")
    expect(page.locator("#progress")).to_contain_text("40 av 40", timeout=10_000)


def test_a_narrow_table_is_a_list_of_cards_that_name_each_value(open_page: OpenPage, gallery: str) -> None:
    page = open_page(viewport={"width": 320, "height": 800})
    page.goto(gallery)

    row = page.locator(".ds-table tbody tr").last
    assert row.evaluate("e => getComputedStyle(e).display") == "block"
    shown = row.locator("td").first.evaluate("e => getComputedStyle(e, '::before').content")
    assert shown == '"Nummer"'


def test_paper_shows_the_case_and_not_the_menus(page: Page, gallery: str) -> None:
    page.goto(gallery)
    page.emulate_media(media="print")

    for hidden in (".site-nav", ".site-footer", ".compose", ".moves"):
        expect(page.locator(hidden).first).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator(".figure table")).to_be_visible()
