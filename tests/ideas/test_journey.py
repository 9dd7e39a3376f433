"""From the start page to "your suggestion became an idea that is in use": in a real browser, with a real worker and mail server."""

import csv
import time
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from ideas.models import Area, Assessment, Idea, Suggestion
from ideas.states import Disposition
from portal.cases.models import Case, CaseContact, DiaryEntry
from portal.notices.models import Notice
from portal.notices.tasks import send_due
from tests.cast import Cast, answer_considerations, gather
from tests.ideas.story import PLAN
from tests.mail import Mailbox
from tests.notices.post import part
from tests.work import Worker

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.strategy("B43-7")]

WORDS = "Fler bänkar vid hållplatsen, så att den som är gammal orkar åka."
ADDRESS = "resenar@example.org"
SEND = "main form.form button[type=submit]"


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    people = gather()
    Area.objects.filter(key="travel").update(unit=people.author.unit)
    return people


def fill(page: Page, **answers: object) -> None:
    """Each field as a person would: a text is written, an option chosen, a box ticked."""
    for name, value in answers.items():
        field = page.locator(f'main [name="{name}"]')
        match field.first.evaluate("field => field.type"):
            case "radio" | "checkbox":
                page.locator(f'main [name="{name}"][value="{value}"]').check()
            case "select-one":
                field.select_option(str(value))
            case _:
                field.fill(str(value))


def make(page: Page, case: Case, move: str, **answers: object) -> None:
    """Make a move on its page, and come back to the case."""
    page.goto(f"{case.get_absolute_url()}{move}/")
    fill(page, **answers)
    with page.expect_navigation():
        page.locator(SEND).last.click()
    assert page.url.endswith(case.get_absolute_url()), page.locator("main").inner_text()


def newest_mail(mailbox: Mailbox, worker: Worker, count: int) -> EmailMessage:
    """A while later, when what is said to be told at once is due, the worker sends it: the person's e-mail number ``count``."""
    end = time.monotonic() + 20
    while len(found := mailbox.to(ADDRESS)) < count and time.monotonic() < end:
        Notice.objects.filter(mail__isnull=True, mail_at__isnull=False).update(mail_at=timezone.now())
        send_due.delay()
        worker.wait_until_idle()
    assert len(found) == count
    return found[-1]


def leave_suggestion(page: Page) -> str:
    """From the start page to the receipt, in three choices; returns the code."""
    page.goto("/")
    page.locator('a[href="/in/invanare/"]').first.click()
    page.locator('main a[href="/forslag/lamna/"]').first.click()
    fill(page, proposal=WORDS, area=Area.objects.get(key="travel").pk, email=ADDRESS, sender="traveller")
    page.wait_for_timeout(3_500)  # nobody reads the form and writes in less
    page.locator(SEND).click()
    page.wait_for_url("**/forslag/tack/")
    return page.locator(".receipt__code").inner_text()


def follow(page: Page, suggestion: Suggestion, code: str) -> Locator:
    page.goto("/forslag/folj/")
    fill(page, reference=str(suggestion.reference).lower(), code=code.lower().replace("-", " "))
    page.locator(SEND).click()
    page.wait_for_url(f"**/forslag/folj/{suggestion.key}/")
    return page.locator("main")


def hand_in(page: Page, idea: Idea) -> None:
    """The colleague who has taken the idea on completes it, with the question that its perspective asks besides."""
    page.goto(f"/ideer/{idea.pk}/skriv/")
    fill(
        page, solution="Sätt ut bänkar med armstöd.", type="service", perspectives="everyday", short_effect="Fler åker."
    )
    fill(page, everyday_benefit="Den som är gammal orkar till bussen.")
    with page.expect_navigation():
        page.get_by_role("button", name="Spara och gå vidare").click()
    assert page.url.endswith(idea.get_absolute_url()), page.locator("main").inner_text()
    make(page, idea, "hand_in")


def score(page: Page, idea: Idea) -> None:
    """Points and sentences, submitted with the last field still being saved by the script."""
    page.goto("/arenden/")
    page.get_by_role("link", name=idea.title).click()
    page.get_by_role("link", name="Fyll i din bedömning").click()
    for line in ("benefit_everyday", "feasibility", "spread", "considerations"):
        fill(page, **{f"{line}_points": 4, f"{line}_sentence": "Det har gått bra på annat håll."})
    with page.expect_navigation():
        page.get_by_role("button", name="Lämna bedömningen").click()
    assert page.url.endswith("#scorecards"), page.locator("main").inner_text()


@pytest.mark.strategy("B4-5", "B2-3", "B43-1", "B42-2", "B44-3", "A21")
def test_a_suggestion_becomes_an_idea_that_is_tried_and_introduced_and_its_author_is_told(
    cast: Cast, open_page: Open, mailbox: Mailbox, worker: Worker
) -> None:
    resident, lead = open_page(), open_page(cast.lead)
    code = leave_suggestion(resident)
    suggestion = Suggestion.objects.get()
    assert code in part(newest_mail(mailbox, worker, 1), "plain")

    title = "Bänkar med armstöd"
    make(
        lead, suggestion, "answer",
        disposition="new_idea", idea_title=title, carrier="author", reason="Tack! Vi gör en idé av det.",
    )  # fmt: skip
    idea = Idea.objects.get()
    assert "Tack! Vi gör en idé av det." in follow(resident, suggestion, code).inner_text()
    assert str(suggestion.reference) in part(newest_mail(mailbox, worker, 2), "plain")

    hand_in(open_page(cast.author), idea)
    make(lead, idea, "ask_assessors", assessors="assessor")
    score(open_page(cast.assessor), idea)
    assert Assessment.objects.get().submitted_at
    make(lead, idea, "accept", reason="Nyttan är tydlig.")
    answer_considerations(idea)
    plan = {
        "question": "Orkar fler åka?",
        "measure": "Påstigande",
        "target": "Tio fler",
        "baseline": "Trettio åker varje dag",
        "stop_rule": "Om någon faller",
    }
    make(lead, idea, "try_out", **plan, **PLAN)
    make(lead, idea, "evaluate", outcome="reached", measured="Fyrtiotvå åker", reason="Tolv fler åkte.")
    make(lead, idea, "introduce", where="Alla hållplatser", values="social", reason="Det fungerar.")

    said = follow(resident, suggestion, code)
    expect(said).to_contain_text("Den används nu.")
    expect(said).not_to_contain_text(title)  # the inside of an idea is not told
    told = part(newest_mail(mailbox, worker, 3), "plain")
    assert "har införts" in told
    assert title not in told


@pytest.mark.strategy("A21")
def test_an_imported_suggestion_is_found_read_and_answered(cast: Cast, open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "förslag.csv"
    with file.open("w", encoding="cp1252", newline="") as text:
        csv.writer(text, delimiter=";").writerows([("Id", "Förslag", "Avsändare"), ("7", WORDS, "resenär")])
    call_command("import_cases", "suggestion", file, unit="SOS")
    suggestion = Suggestion.objects.get()
    assert not CaseContact.objects.exists()

    page = open_page(cast.lead)
    page.goto("/forslag/")
    page.get_by_role("link", name="Förslag att handlägga").click()
    page.get_by_role("link", name="De som väntar på mig").click()
    page.get_by_role("link", name=suggestion.title).click()
    expect(page.locator("#audience-internal")).to_be_checked()
    expect(page.locator("#audience-author")).to_have_count(0)  # nobody to write to
    page.get_by_role("link", name="Börja titta på det").click()
    page.locator(SEND).click()
    make(page, suggestion, "answer", disposition="not_taken", reason="Hållplatserna byggs om i höst, med bänkar.")

    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.disposition) == ("answered", Disposition.NOT_TAKEN)
    assert list(DiaryEntry.objects.order_by("pk").values_list("direction", flat=True)) == ["in", "out"]
