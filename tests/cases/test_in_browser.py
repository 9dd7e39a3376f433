"""The case in a real browser: drafts that save themselves, two windows, the composer, and no barrier on any page."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from ideas.models import Idea
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.documents import add_document
from portal.cases.actions.messages import send_message
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Message
from portal.cases.states import Audience
from portal.cases.uploads import inspect
from tests.cast import Cast, case_in, draft_of, gather
from tests.look.axe import violations

IDEA = kinds.by_key("idea")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]
SHOWN = """one => [one, one.closest(".door"), one.nextElementSibling].some(
    part => part && (parseFloat(getComputedStyle(part).outlineWidth) >= 2 || getComputedStyle(part).boxShadow !== "none"))"""
"""The focus is seen: on the element, or on what is drawn for it."""


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return gather()


def write_url(draft: Any) -> str:
    return reverse(IDEA.write_url, args=[draft.pk])


def saved(page: Page) -> None:
    expect(page.locator("[data-autosave-status]")).to_have_attribute("data-state", "saved", timeout=15_000)


@pytest.mark.strategy("B43-1")
def test_a_draft_saves_itself_and_two_windows_never_overwrite_each_other(people: Cast, open_page: Open) -> None:
    draft = draft_of(IDEA.flow, people, need="Behov")
    name_person(case=draft, person=people.coauthor, grant="coauthor", by=people.author)
    mine, theirs = open_page(people.author), open_page(people.coauthor)
    mine.goto(write_url(draft))
    theirs.goto(write_url(draft))

    theirs.locator("[name=need]").fill("Deras behov")
    theirs.locator("[name=solution]").focus()
    saved(theirs)
    mine.locator("[name=need]").fill("Mitt behov")
    mine.locator("[name=solution]").focus()

    both = mine.get_by_role("alert")
    expect(both).to_contain_text("Deras behov")
    expect(both).to_contain_text("Mitt behov")
    draft.refresh_from_db()
    assert draft.need == "Deras behov"
    assert violations(mine) == []

    with mine.expect_navigation():
        both.get_by_role("button").first.click()
    expect(mine.locator("[name=need]")).to_have_value("Mitt behov")
    draft.refresh_from_db()
    assert draft.need == "Mitt behov"


def test_a_draft_goes_on_saving_itself_after_it_was_saved(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(IDEA.flow, people), open_page(people.author)
    page.goto(write_url(draft))

    for text in ("Ett", "Ett, två", "Ett"):
        page.locator("[name=need]").fill(text)
        page.locator("[name=solution]").focus()
        page.wait_for_function("text => document.querySelector('[name=need]').value === text", arg=text)
        expect_saved(draft, text)


def test_a_draft_saves_itself_while_it_is_written(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(IDEA.flow, people, need=""), open_page(people.author)
    page.goto(write_url(draft))

    page.locator("[name=need]").press_sequentially("Det tar för lång tid att skriva", delay=200)

    draft.refresh_from_db()
    assert draft.need
    assert "Det tar för lång tid att skriva".startswith(draft.need)
    expect_saved(draft, "Det tar för lång tid att skriva")


def expect_saved(draft: Case, text: str) -> None:
    for _ in range(100):
        draft.refresh_from_db()
        if getattr(draft, "need", None) == text:
            return
        time.sleep(0.1)
    raise AssertionError(f"“{text}” was not saved.")


def test_the_internal_note_is_chosen_from_the_start(people: Cast, open_page: Open) -> None:
    case = case_in(IDEA.flow, "assessing", people)
    page = open_page(people.lead)
    page.goto(case.get_absolute_url())

    assert page.locator("[name=audience]:checked").get_attribute("value") == "internal"
    page.locator("[name=text]").fill("Bara för oss")
    page.locator(".compose button[type=submit]").click()

    expect(page.locator("#messages")).to_contain_text("Bara för oss")
    assert Message.objects.get().audience == Audience.INTERNAL


@pytest.mark.trust(17)
def test_an_idea_is_begun_written_sent_and_declined_by_keyboard_alone(people: Cast, open_page: Open) -> None:
    page = open_page(people.author)
    page.goto("/")
    press(page, page.locator("main a[href='/ideer/ny/']"))
    choose(page, page.locator("[name=possible_invention][value=False]"))
    write(page, page.locator("[name=title]"), "Rullgardin som städas lätt")
    press(page, page.locator("main form button[type=submit]"))
    write(page, page.locator("[name=need]"), "Smuts samlas i vecken.")
    page.keyboard.press("Tab")
    saved(page)
    assert Idea.objects.filter(title="Rullgardin som städas lätt", need="Smuts samlas i vecken.").exists()

    draft = draft_of(IDEA.flow, people)
    page.goto(draft.get_absolute_url())
    press(page, page.locator(f"main [href='{draft.get_absolute_url()}submit/']"))
    press(page, page.locator("main form button[type=submit]"))
    expect(page.get_by_role("status").first).to_contain_text(str(Case.objects.get(pk=draft.pk).reference))

    page = open_page(people.lead)
    case = case_in(IDEA.flow, "assessing", people)
    page.goto("/arenden/")
    press(page, page.locator(f"main a[href='{case.get_absolute_url()}']").first)
    press(page, page.locator(f"main [href='{case.get_absolute_url()}decline/']"))
    for field in page.locator("main form textarea").all():
        write(page, field, "Redan infört i hela regionen.")
    for field in page.locator("main form select").all():
        reach(page, field)
        page.keyboard.press("ArrowDown")
    press(page, page.locator("main form button[type=submit]"))
    expect(page.get_by_role("status").first).to_be_visible()
    assert Case.objects.get(pk=case.pk).state == "declined"


def reach(page: Page, target: Locator) -> None:
    """By Tab alone, and the stop shows where it is."""
    target.wait_for()
    for _ in range(100):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            assert target.evaluate(SHOWN), target
            return
    raise AssertionError(f"The keyboard does not reach {target}")


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def write(page: Page, target: Locator, text: str) -> None:
    reach(page, target)
    page.keyboard.type(text)


def choose(page: Page, target: Locator) -> None:
    """Of radio buttons: Tab reaches the first, arrows the others."""
    reach(page, page.locator(f"[name={target.get_attribute('name')}]").first)
    page.keyboard.press("Space")
    while not target.is_checked():
        page.keyboard.press("ArrowDown")


@pytest.mark.trust(18)
def test_a_word_wider_than_the_window_is_broken_and_nothing_spills_over(people: Cast, open_page: Open) -> None:
    word = "W" * 60
    case = case_in(IDEA.flow, "submitted", people, title=word, need=word)
    draft_of(IDEA.flow, people, title=word)
    name = f"{word * 3}.txt"
    file = SimpleUploadedFile(name, b"plan")
    add_document(case=case, file=file, accepted=inspect(file, name), person=people.author, audience=Audience.AUTHOR)
    send_message(case=case, text=word, audience=Audience.AUTHOR, person=people.lead)
    for person in (people.author, people.lead):
        page = open_page(person, viewport={"width": 320, "height": 640})
        for address in (
            "/",
            "/arenden/",
            "/arenden/alla/",
            "/notiser/",
            case.get_absolute_url(),
            f"/diarium/{case.key}/",
        ):
            page.goto(address)
            assert page.get_by_text("WWW").count() or address == "/notiser/", address
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, (person, address)


@pytest.mark.trust(16, 19)
def test_no_form_in_a_case_has_a_barrier_neither_when_it_comes_back_with_errors(people: Cast, open_page: Open) -> None:
    """At 320 px. Pages that only lead and show are looked at by the walk through the whole portal."""
    case = case_in(IDEA.flow, "assessing", people)
    draft = draft_of(IDEA.flow, people, need="Patienten 19850709-9805 väntade")
    inside, own, diary = case.get_absolute_url(), draft.get_absolute_url(), f"/diarium/{case.key}/"
    visits: list[tuple[User, list[str]]] = [
        (people.lead, [inside + part for part in ("send_back/", "dokument/", "oppenhet/", "koppla/")]),
        (people.author, [own + part for part in ("submit/", "medforfattare/")]),
        (people.registrar, [f"{diary}papper/"]),
    ]
    found = {}
    for person, addresses in visits:
        page = open_page(person, viewport={"width": 320, "height": 900})
        for address in addresses:
            page.goto(address)
            with page.expect_navigation():
                page.locator("main form button[type=submit]").last.click()
            assert page.url.endswith(address), "it came back"
            if wrong := violations(page):
                found[address] = wrong
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    assert found == {}
