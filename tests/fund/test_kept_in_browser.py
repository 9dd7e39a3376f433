"""What is written in an application is not lost: not beside a text in dispute, not without a network, not with the page closed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fund.actions.reviewing import save_review
from fund.flow import ApplicationFlow
from fund.models import Application, Review
from portal.cases.actions.drafts import save_draft
from tests.cast import Cast, draft_of, gather
from tests.fund.reviewing import given, in_review
from tests.fund.test_in_browser import SAVED, fill
from tests.resilience.parts import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.strategy("B43-5")]
Open = Callable[..., Page]
WARNS = "() => !dispatchEvent(new Event('beforeunload', {cancelable: true}))"
STATUS = "[data-autosave-status]"


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return gather()


def address_of(draft: Any) -> str:
    return reverse("fund:write", args=[draft.pk])


def answers(draft: Any) -> dict[str, Any]:
    found: dict[str, Any] = Application.objects.get(pk=draft.pk).answers
    return found


def leave_field(page: Page) -> None:
    page.locator("[name=title]").focus()


def saved_as(draft: Any, key: str, text: str) -> None:
    wait_until(lambda: answers(draft)[key] == text, 15, f"{key} is not saved")


def in_dispute(people: Cast, draft: Any, page: Page) -> None:
    """Somebody else has saved another text in the field that the page changes."""
    page.goto(address_of(draft))
    save_draft(case=draft, values={"q_competition": "Deras"}, version=draft.version, person=people.author)
    fill(page, "q_competition", "Min text")
    leave_field(page)
    expect(page.get_by_role("alert")).to_contain_text("Deras")


def test_beside_a_text_in_dispute_the_rest_goes_on_being_saved(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(ApplicationFlow, people), open_page(people.author)
    in_dispute(people, draft, page)

    for text in ("Nyttan", "Större nytta"):
        fill(page, "q_benefit", text)
        leave_field(page)
        saved_as(draft, "benefit", text)

    assert answers(draft)["competition"] == "Deras"
    assert page.get_by_role("alert").count() == 1
    assert page.evaluate(WARNS)


def test_a_text_in_dispute_is_still_there_when_the_page_is_opened_again(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(ApplicationFlow, people), open_page(people.author)
    in_dispute(people, draft, page)

    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Deras")
    expect(page.locator("[name=q_competition]")).to_have_value("Min text")
    with page.expect_navigation():
        page.get_by_role("alert").get_by_role("button").click()
    page.goto(address_of(draft))

    expect(page.locator("[name=q_competition]")).to_have_value("Min text")
    assert answers(draft)["competition"] == "Min text"
    assert page.evaluate("localStorage.length") == 0
    assert not page.evaluate(WARNS)


def test_who_takes_what_is_saved_gets_it(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(ApplicationFlow, people), open_page(people.author)
    in_dispute(people, draft, page)

    with page.expect_navigation():
        page.get_by_role("alert").get_by_role("link").click()

    expect(page.locator("[name=q_competition]")).to_have_value("Deras")
    assert page.evaluate("localStorage.length") == 0


def test_what_is_written_without_a_network_is_there_when_the_page_is_opened_again(
    people: Cast, open_page: Open
) -> None:
    draft, page = draft_of(ApplicationFlow, people), open_page(people.author)
    page.goto(address_of(draft))
    rows = page.locator("[data-field-of=q_participants] tbody tr").count()
    page.context.set_offline(True)
    fill(page, "q_benefit", "Skrivet på tåget.")
    page.locator("[data-field-of=q_participants] [data-add-row] button").click()
    fill(page, f"q_participants-{rows}-name", "Bo Låtsas")
    page.locator("[name=perspectives]").last.check()
    leave_field(page)
    expect(page.locator(STATUS)).to_contain_text("Inte sparat")
    assert page.evaluate(WARNS)
    page.close()

    later = page.context.new_page()
    later.context.set_offline(False)
    later.goto(address_of(draft))
    later.locator(SAVED).wait_for(timeout=15_000)

    assert answers(draft)["benefit"] == "Skrivet på tåget."
    assert answers(draft)["participants"][-1]["name"] == "Bo Låtsas"
    expect(later.locator("[name=perspectives]").last).to_be_checked()
    assert later.evaluate("localStorage.length") == 0
    assert not later.evaluate(WARNS)


def test_what_could_not_be_sent_is_no_one_elses_and_goes_with_who_signs_out(people: Cast, open_page: Open) -> None:
    draft, page = draft_of(ApplicationFlow, people), open_page(people.author)
    in_dispute(people, draft, page)
    kept = page.evaluate("Object.keys(localStorage)")
    assert kept == [f"draft:{people.author.pk}:{address_of(draft)}"]

    page.on("dialog", lambda dialog: dialog.accept())
    page.goto("/konto/logga-ut/")
    page.locator("main button[type=submit]").click()

    wait_until(lambda: page.evaluate("localStorage.length") == 0, 10, "the text is still in the browser")


def test_a_button_pressed_without_a_network_leaves_the_page_where_it_is(people: Cast, open_page: Open) -> None:
    _call, (application,) = in_review(people)
    review = given(application, people.colleague, people)
    page = open_page(people.colleague)
    page.goto(reverse("fund:review", args=[review.pk]))
    page.context.set_offline(True)
    page.locator("[name=comment]").fill("Skrivet på tåget.")

    page.locator("button[name=go_on][value=next]").click()

    expect(page.locator(STATUS)).to_contain_text("Inte sparat")
    expect(page.locator("[name=comment]")).to_have_value("Skrivet på tåget.")
    page.context.set_offline(False)
    wait_until(lambda: Review.objects.get(pk=review.pk).comment == "Skrivet på tåget.", 20, "the review is not saved")


def test_beside_a_comment_in_dispute_the_points_of_a_review_are_saved(people: Cast, open_page: Open) -> None:
    _call, (application,) = in_review(people)
    review = given(application, people.colleague, people)
    page = open_page(people.colleague)
    page.goto(reverse("fund:review", args=[review.pk]))
    save_review(review=review, values={"comment": "I ett annat fönster"}, version=review.version)
    page.locator("[name=comment]").fill("Här")
    page.locator("[name=c_need]").focus()
    expect(page.get_by_role("alert")).to_contain_text("I ett annat fönster")

    page.locator("[name=c_need]").fill("Därför")
    page.locator("[name=comment]").focus()

    wait_until(lambda: review.scores.filter(comment="Därför").exists(), 15, "the comment is not saved")
    assert Review.objects.get(pk=review.pk).comment == "I ett annat fönster"
