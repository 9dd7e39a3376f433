"""A call from its first word to a change in the open, in a browser as narrow as a telephone, by keyboard where buttons are pressed."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from fund.actions.applying import begin_application
from fund.models import Application, Call
from tests.cast import Cast, again, gather, signed_in
from tests.fund.story import call_of, open_call
from tests.ideas.test_spread_in_browser import NARROW, press, sound
from tests.trust.html import faults_in

Open = Callable[..., Page]
pytestmark = [pytest.mark.browser, pytest.mark.strategy("B43-5")]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return gather()


def test_a_call_is_written_looked_at_announced_and_changed(cast: Cast, open_page: Open) -> None:
    page = open_page(cast.officer, viewport=NARROW)
    call = begin(page)
    write_its_form(page, call)
    preview(page, call)
    announce(page, call)
    change(page, call)


def begin(page: Page) -> Call:
    page.goto("/fonden/")
    assert sound(page)
    press(page, "Skriv en utlysning", "link")
    assert sound(page)
    page.locator("[name=title]").fill("Vårens utlysning")
    press(page, "Börja")
    now = timezone.localtime()
    told = {
        "purpose": "Nya lösningar nära patienter.",
        "terms": "Du är anställd på minst halvtid.",
        "opens_at": f"{now:%Y-%m-%dT%H:%M:%S}",
        "closes_at": f"{now + timedelta(days=30):%Y-%m-%dT%H:%M:%S}",
        "year": str(now.year),
        "budget": "1000000",
        "largest_grant": "375000",
    }
    for name, value in told.items():
        page.locator(f"[name={name}]").fill(value)
    press(page, "Spara och gå vidare")
    expect(page.get_by_role("link", name="Skriv frågor och kriterier")).to_be_visible()
    assert sound(page)
    return Call.objects.get()


def write_its_form(page: Page, call: Call) -> None:
    press(page, "Skriv frågor och kriterier", "link")
    assert sound(page)
    press(page, "Lägg till en fråga")
    page.locator("[name=questions-9-label]").fill("Vem äger vägen dit?")
    page.locator("[name=questions-9-section]").fill("Om er")
    page.locator("[name=questions-9-kind]").select_option("line")
    assert sound(page)
    page.locator("[name=do][value='questions:up:9']").press("Enter")
    expect(page.get_by_text("Det här är inte sparat än.")).to_be_visible()
    assert call.questions.count() == 9
    page.locator("main").get_by_role("button", name="Spara", exact=True).press("Enter")
    expect(page.get_by_text("Sparat.")).to_be_visible()
    assert [row.key for row in call.questions.all()][-2:] == ["vem_ager_vagen_dit", "budget"]


def preview(page: Page, call: Call) -> None:
    press(page, "Se formuläret som de sökande gör", "link")
    expect(page.get_by_label("Vem äger vägen dit?")).to_be_visible()
    assert sound(page)
    assert not Application.objects.exists()
    press(page, "Till utlysningen", "link")


def announce(page: Page, call: Call) -> None:
    press(page, "Utlys", "link")
    press(page, "Utlys")
    expect(page.get_by_role("link", name="Ändra utlysningen")).to_be_visible()
    assert sound(page)


def change(page: Page, call: Call) -> None:
    press(page, "Ändra utlysningen", "link")
    assert sound(page)
    page.locator("[name=why]").fill("Fler ska hinna söka.")
    call.refresh_from_db()
    assert call.closes_at
    later = timezone.localtime(call.closes_at + timedelta(days=7))
    page.locator("[name=closes_at]").fill(f"{later:%Y-%m-%dT%H:%M:%S}")
    page.locator("main").get_by_role("button", name="Spara", exact=True).press("Enter")
    expect(page.get_by_text("Version 2,")).to_be_visible()
    assert sound(page)
    page.goto(reverse("fund:late_right", args=[call.pk]))
    assert sound(page)


@pytest.mark.trust(30)
def test_every_page_of_a_call_is_html_without_fault(cast: Cast, tmp_path: Path) -> None:
    draft, call = call_of(cast.officer), open_call()
    begin_application(owner=again(cast.officer), unit=call.unit, call=call, title="Skyltar")
    pages = [
        reverse("fund:list"),
        draft.get_absolute_url(),
        call.get_absolute_url(),
        f"{reverse('fund:begin_call')}?like={call.pk}",
        *(reverse(f"fund:{name}", args=[draft.pk]) for name in ("call_form", "preview_call")),
        *(reverse(f"fund:{name}", args=[call.pk]) for name in ("change_call", "late_right", "preview_call")),
    ]
    client = signed_in(again(cast.officer))
    assert faults_in([(url, client.get(url).content) for url in pages], tmp_path) == []
