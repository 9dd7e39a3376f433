"""Applying in a real browser: from an idea to the receipt, two who write at once, and words that both count alike."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fund.actions.closing import shut_calls
from fund.flow import ApplicationFlow
from fund.models import Application, Call
from fund.rules.counting import words_in
from fund.states import ApplicationState as S
from fund.tasks import print_left
from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.cases.actions.people import name_person
from portal.cases.models import CaseLink
from portal.cases.text import clean_text
from tests.cast import Cast, answer_considerations, case_in, draft_of, gather
from tests.fund.story import open_call, pass_time
from tests.look.axe import violations
from tests.resilience.parts import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.strategy("B43-5")]
Open = Callable[..., Page]
SAVED = "[data-autosave-status][data-state=saved]"
TEXTS = {
    "q_need": "Var femte besökare hittar inte rätt.",
    "q_approach": "Vi prövar skyltar som talar.",
    "q_benefit": "Från tjugo frågor om dagen till tio.",
    "q_competition": "Kartor på papper.",
    "q_timetable-0-what": "Prova",
    "q_timetable-0-ends": "2027-06-01",
    "q_participants-0-name": "Ada Demoström",
    "q_participants-0-role": "Projektledare",
    "q_budget-0-what": "Utveckling",
    "q_budget-0-amount": "150000",
}
FITS = "document.documentElement.scrollWidth <= window.innerWidth"
ODD = (
    "ett två\ttre\n\nfyra",
    " \N{NO-BREAK SPACE}ett\N{NO-BREAK SPACE}två\u2003tre ",
    "e\ufefft\u200bt två\u2028tre\x85fyra",
    "ett\x1ctvå\x0btre",
    "ett—två, tre/fyra fem-sex",
    "\u3000\u2060\u202e",
    "é\u0301 \U0001f469\u200d\U0001f469 ok",
    "",
)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return gather()


def fill(page: Page, name: str, value: str) -> None:
    page.locator(f"[name='{name}']").fill(value)


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.locator(selector).first.click()


def written(draft: Any) -> Any:
    return Application.objects.get(pk=draft.pk)


def sound(page: Page) -> None:
    assert page.evaluate(FITS)
    assert violations(page) == []


def write_it(page: Page) -> None:
    """Everything that the call asks for but the considerations, which have a page of their own; it saves itself."""
    expect(page.locator("[name=q_need]")).to_have_value("Folk går vilse.")
    fill(page, "summary", "Skyltar som svarar på frågor.")
    page.locator("[name=project]").select_option("new")
    for name in ("perspectives", "beneficiaries"):
        page.locator(f"[name={name}]").first.check()
    for name in ("q_half_time", "q_owned"):
        page.locator(f"[name={name}][value=True]").check()
    for name, value in TEXTS.items():
        fill(page, name, value)
    page.locator("[name=q_budget-0-kind]").select_option("consultant")
    expect(page.locator("[data-sums]")).to_contain_text("150\N{NO-BREAK SPACE}000")
    page.locator("[name=title]").focus()
    page.locator(SAVED).wait_for(timeout=15_000)
    expect(page.locator("[data-missing] li")).to_have_count(1)
    sound(page)


def sign_it(page: Page, application: Any) -> None:
    """The manager sees what it is that they sign."""
    page.goto(application.get_absolute_url())
    press(page, "main [href$='/sign/']")
    expect(page.locator("main blockquote")).to_contain_text(application.latest.sha256)
    assert violations(page) == []
    page.locator("[name=promise]").check()
    press(page, "main form button[type=submit]")


def read_receipt(page: Page, application: Any) -> None:
    """Among the documents of the case, and a page where its digest is reckoned again."""
    page.goto(application.get_absolute_url())
    expect(page.locator("#documents .files li")).to_have_count(2)
    sound(page)
    with page.expect_download() as receipt:
        page.locator("#documents .files a").last.click()
    assert receipt.value.suggested_filename.endswith(".pdf")
    press(page, f"main a[href='{reverse('fund:receipt', args=[application.pk])}']")
    for digest in (page.locator("main .digest").first, page.locator("main .digest").last):
        expect(digest).to_have_text(application.latest.sha256)
    sound(page)


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 320])
def test_from_an_idea_to_a_receipt(people: Cast, open_page: Open, width: int) -> None:
    call = open_call()
    idea = case_in(IdeaFlow, IdeaState.ACCEPTED, people, title="Skyltar som talar", need="Folk går vilse.")
    page = open_page(people.author, viewport={"width": width, "height": 900})
    page.goto(idea.get_absolute_url())
    press(page, f"main a[href*='{reverse('fund:begin')}?from=']")
    press(page, "main form button[type=submit]")
    application = Application.objects.get()
    assert CaseLink.objects.filter(source=idea.pk, target=application.pk, relation="led_to").exists()

    write_it(page)
    answer_considerations(application)
    press(page, "button[name=go_on]")
    press(page, "main [href$='/submit/']")
    press(page, "main form button[type=submit]")
    handed_in = written(application)
    assert (handed_in.state, handed_in.amount) == (S.SUBMITTED, 150_000)

    sign_it(open_page(people.manager, viewport={"width": width, "height": 900}), handed_in)
    assert written(application).state == S.APPROVED

    pass_time(Call.objects.get(pk=call.pk), timedelta(days=30, hours=1))
    shut_calls()
    print_left()
    read_receipt(page, handed_in)


def test_two_who_write_see_where_the_other_is_and_lose_nothing(people: Cast, open_page: Open) -> None:
    draft = draft_of(ApplicationFlow, people)
    name_person(case=draft, person=people.coauthor, grant="coauthor", by=people.author)
    address = reverse("fund:write", args=[draft.pk])
    mine, theirs = open_page(people.author), open_page(people.coauthor)
    mine.goto(address)
    theirs.goto(address)

    theirs.locator("[name=q_need]").focus()
    expect(mine.locator("[data-field-of=q_need] .presence")).to_contain_text(str(people.coauthor), timeout=15_000)
    fill(theirs, "q_need", "Deras behov")
    theirs.locator("[name=title]").focus()
    theirs.locator(SAVED).wait_for(timeout=15_000)
    fill(mine, "q_budget-1-amount", "60000")
    mine.locator("[name=title]").focus()
    mine.locator(SAVED).wait_for(timeout=15_000)
    expect(mine.locator("[data-field-of=q_need] .presence")).to_be_hidden(timeout=15_000)

    found = written(draft).answers
    assert (found["need"], found["budget"][1]["amount"]) == ("Deras behov", 60_000)
    fill(mine, "q_need", "Mitt behov")
    mine.locator("[name=title]").focus()
    expect(mine.get_by_role("alert")).to_contain_text("Deras behov")
    assert written(draft).answers["need"] == "Deras behov"


def test_the_script_counts_words_as_the_server_does(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(ApplicationFlow, people), open_page(people.author)
    page.goto(reverse("fund:write", args=[draft.pk]))
    line = page.locator("[data-words=q_need]")

    for text in ODD:
        page.locator("[name=q_need]").evaluate(
            "(field, text) => { field.value = text; field.dispatchEvent(new Event('input', {bubbles: true})) }", text
        )
        assert (line.text_content() or "").split()[0] == str(words_in(clean_text(text))), ascii(text)


def test_a_row_is_added_and_saved(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(ApplicationFlow, people), open_page(people.author)
    page.goto(reverse("fund:write", args=[draft.pk]))
    table = page.locator("[data-field-of=q_participants]")
    before = table.locator("tbody tr").count()

    table.locator("[data-add-row] button").click()
    fill(page, f"q_participants-{before}-name", "Bo Låtsas")
    page.locator("[name=title]").focus()

    wait_until(lambda: written(draft).answers["participants"][-1]["name"] == "Bo Låtsas", 15, "the row is not saved")
    assert table.locator("tbody tr").count() == before + 1
