"""Signing in with a real browser: by keyboard, with a passkey, in the dark, under the strict policy for content."""

import re
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from tests.accounts.conftest import LOGIN
from tests.cast import PASSWORD, gather

pytestmark = pytest.mark.browser


def give_passkey(page: Page) -> None:
    """A telephone or key that answers by itself, as the browser's own tools make it."""
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def sign_in(page: Page, login: str) -> None:
    page.goto(f"{LOGIN}?next=/konto/")
    page.fill("[name=login]", login)
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def confirm_password(page: Page) -> None:
    """Asked before anything about signing in is changed."""
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main button[type=submit]")


@pytest.mark.trust(17)
def test_signing_in_and_out_takes_no_mouse(transactional_db: None, page: Page) -> None:
    gather()
    page.goto(f"{LOGIN}?next=/konto/")
    page.focus("[name=login]")
    page.keyboard.type("author")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/konto/$"))
    page.focus("details.account-menu summary")
    page.keyboard.press("Enter")
    page.focus("details.account-menu button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("details.account-menu")).to_have_count(0)


@pytest.mark.trust(19)
def test_a_mistake_is_told_first_and_leads_to_the_field(transactional_db: None, page: Page) -> None:
    page.goto("/konto/skapa/")
    page.click("main form.form button[type=submit]")
    summary = page.locator("ds-error-summary")
    expect(summary).to_be_focused()
    summary.locator("a").first.click()
    expect(page.locator("[name=name]")).to_be_focused()


@pytest.mark.trust(10)
def test_a_passkey_is_added_and_opens_the_account_without_a_password(transactional_db: None, page: Page) -> None:
    cast = gather()
    give_passkey(page)
    sign_in(page, "author")
    page.goto("/konto/tvasteg/nycklar/ny/")
    confirm_password(page)
    page.check("[name=passwordless]")
    page.click("#mfa_webauthn_add")
    expect(page).to_have_url(re.compile("/konto/tvasteg/reservkoder/"))
    assert Authenticator.objects.filter(user=cast.author, type="webauthn").count() == 1

    page.context.clear_cookies()
    page.goto(f"{LOGIN}?next=/konto/")
    page.click("#passkey_login")
    expect(page).to_have_url(re.compile("/konto/$"))
    expect(page.locator("main")).to_contain_text(cast.author.email)


def test_a_passkey_is_the_second_step_after_the_password(transactional_db: None, page: Page) -> None:
    gather()
    give_passkey(page)
    sign_in(page, "author")
    page.goto("/konto/tvasteg/nycklar/ny/")
    confirm_password(page)
    page.click("#mfa_webauthn_add")
    expect(page).to_have_url(re.compile("/konto/tvasteg/reservkoder/"))
    page.context.clear_cookies()
    sign_in(page, "author")
    expect(page).to_have_url(re.compile("/konto/tvasteg/kod/"))
    page.click("#use_passkey")
    expect(page).to_have_url(re.compile("/konto/$"))


def test_without_script_the_password_opens_and_the_passkey_button_only_comes_back(
    transactional_db: None, open_page: Callable[..., Page]
) -> None:
    gather()
    page = open_page(java_script_enabled=False)
    page.goto(f"{LOGIN}?next=/konto/")
    page.click("#passkey_login")
    expect(page).to_have_url(re.compile(LOGIN))
    sign_in(page, "author")
    expect(page).to_have_url(re.compile("/konto/$"))


def test_the_picture_for_the_telephone_is_readable_on_a_dark_page(
    transactional_db: None, open_page: Callable[..., Page]
) -> None:
    gather()
    page = open_page(color_scheme="dark")
    sign_in(page, "author")
    page.goto("/konto/tvasteg/app/")
    confirm_password(page)
    source = page.locator("main img").get_attribute("src") or ""
    drawn = page.evaluate(
        """async (source) => {
            const image = new Image(); image.src = source; await image.decode();
            const canvas = document.createElement('canvas'); canvas.width = canvas.height = 10;
            const pen = canvas.getContext('2d'); pen.drawImage(image, 0, 0);
            return Array.from(pen.getImageData(0, 0, 1, 1).data);
        }""",
        source,
    )
    assert drawn == [255, 255, 255, 255]
