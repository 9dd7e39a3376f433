"""The case in a real browser: drafts that save themselves, two windows, the composer, and no barrier on any page."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.messages import send_message
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Message
from portal.cases.states import Audience
from tests.cast import Cast, case_in, draft_of, gather
from tests.look.axe import violations

IDEA = kinds.by_key("idea")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
Open = Callable[..., Page]


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


def test_a_case_is_taken_from_draft_to_decision_by_keyboard_alone(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(IDEA.flow, people), open_page(people.author)
    page.goto(f"{draft.get_absolute_url()}submit/")

    button = page.locator("main form button[type=submit]")
    for _ in range(40):
        if button.evaluate("button => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status").first).to_be_visible()
    assert Case.objects.get(pk=draft.pk).state == "submitted"


@pytest.mark.trust(16)
@pytest.mark.parametrize(("width", "locale"), [(320, "sv-SE"), (1280, "en-GB")])
def test_no_page_of_a_case_has_a_barrier(people: Cast, open_page: Open, width: int, locale: str) -> None:
    case = case_in(IDEA.flow, "assessing", people)
    send_message(case=case, text="Kan du berätta mer?", audience=Audience.AUTHOR, person=people.lead)
    draft = draft_of(IDEA.flow, people, need="Patienten 19850709-9805 väntade", title="")
    of_case = (
        "",
        "meddelande/",
        "dokument/",
        "overvaganden/",
        "handlaggare/",
        "oppenhet/",
        "koppla/",
        "utdrag/",
        "send_back/",
    )
    visits: list[tuple[User, list[str]]] = [
        (
            people.lead,
            [
                "/arenden/",
                "/arenden/alla/?kind=idea",
                "/sok/?q=drönare",
                "/diarium/",
                f"/diarium/{case.key}/",
                "/api/v1/docs",
            ]
            + [case.get_absolute_url() + part for part in of_case],
        ),
        (
            people.author,
            [case.get_absolute_url(), *(draft.get_absolute_url() + part for part in ("", "kasta/", "medforfattare/"))],
        ),
        (
            people.registrar,
            [f"/diarium/{case.key}/", f"/diarium/{case.key}/papper/", f"/diarium/{case.key}/1/sekretess/"],
        ),
    ]
    found = {}
    for person, addresses in visits:
        page = open_page(person, locale=locale, viewport={"width": width, "height": 900})
        for address in addresses:
            answer = page.goto(address)
            assert answer is not None
            assert (address, answer.status) == (address, 200)
            if wrong := violations(page):
                found[address] = wrong
            assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert found == {}
