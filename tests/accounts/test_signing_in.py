"""The way in and out: password, next page, sign-up, a forgotten password."""

import re
from html import unescape
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from portal.accounts.actions import add_person, send_letters
from portal.accounts.models import Letter, User
from tests.accounts.conftest import LOGIN, Hashing, SignIn
from tests.cast import PASSWORD, Cast, signed_in
from tests.mail import Mailbox


def person_in(client: Client) -> int | None:
    found = client.session.get("_auth_user_id")
    return int(found) if found else None


def next_in(page: str) -> str:
    """Where the forms of the page's own part lead: all to the same."""
    (there,) = set(re.findall(r'name="next" value="([^"]*)"', page.split("<main")[1].split("</main>")[0]))
    return unescape(there)


def link_in(mailbox: Mailbox, address: str) -> str:
    """The path of the one link in the one letter to the address. A worker that is up may have begun to send it."""
    send_letters()
    mailbox.wait_for(1)
    (message,) = mailbox.to(address)
    found = re.search(r"https?://testserver(/\S+)", str(message.get_content()))
    assert found
    return found[1]


def test_the_form_is_plain_html_with_login_and_password(db: None, client: Client) -> None:
    page = client.get(LOGIN, {"next": "/om/"}).content.decode()
    assert re.search(r'<input[^>]*name="login"', page)
    assert re.search(r'<input[^>]*type="password"[^>]*name="password"', page)
    assert re.search(r'<input[^>]*name="next"[^>]*value="/om/"', page)


@pytest.mark.parametrize("login", ["author", "AUTHOR", "author@example.org", "Author@Example.Org"])
def test_user_name_and_address_both_let_a_person_in_and_lead_where_they_wanted(
    cast: Cast, client: Client, sign_in: SignIn, login: str
) -> None:
    answer = sign_in(login, to="/om/")
    assert (answer.status_code, answer["Location"]) == (302, "/om/")
    assert person_in(client) == cast.author.pk


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site_after_signing_in(cast: Cast, sign_in: SignIn, elsewhere: str) -> None:
    answer = sign_in("author", to=elsewhere)
    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")


@pytest.mark.parametrize("login", ["author", "nobody", "inactive"])
def test_a_wrong_password_and_a_wrong_name_get_the_same_answer(
    cast: Cast, client: Client, sign_in: SignIn, login: str
) -> None:
    page = sign_in(login, "wrong-password-here").content.decode()
    assert "Användarnamnet, e-postadressen eller lösenordet stämmer inte." in page
    assert person_in(client) is None


@pytest.mark.parametrize(
    "login",
    [
        "author",
        "nobody",
        "inactive",
        "region",
        "author@example.org",
        "nobody@example.org",
        "inactive@example.org",
        "upn@example.org",
    ],
)
def test_a_wrong_password_is_hashed_once_whoever_it_is_tried_on(
    cast: Cast, sign_in: SignIn, hashing: Hashing, login: str
) -> None:
    add_person(username="region", name="Region", email="region@example.org")
    User.objects.filter(pk=cast.colleague.pk).update(username="upn@example.org", email="upn@example.org")
    hashing.times = 0
    sign_in(login, "wrong-password-here")
    assert hashing.times == 1


def test_a_disabled_person_is_not_let_in(cast: Cast, client: Client, sign_in: SignIn) -> None:
    assert sign_in("inactive")["Location"] == "/konto/avstangt/"
    assert client.get("/konto/avstangt/").status_code == 200
    assert person_in(client) is None


def test_signing_out_takes_a_post(cast: Cast) -> None:
    client = signed_in(cast.author)
    assert client.get("/konto/logga-ut/").status_code == 200
    assert person_in(client) == cast.author.pk
    answer = client.post("/konto/logga-ut/")
    assert (answer.status_code, answer["Clear-Site-Data"]) == (302, '"storage"')
    assert person_in(client) is None


@pytest.mark.trust(21)
@pytest.mark.parametrize("address", [LOGIN, "/konto/logga-ut/", "/konto/", "/konto/inloggningar/avsluta/", "/sprak/"])
def test_a_form_without_its_token_is_refused(cast: Cast, address: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.author, backend="portal.accounts.backends.ActiveBackend")
    assert client.post(address, {"login": "author", "password": PASSWORD}).status_code == 403
    assert person_in(client) == cast.author.pk


def test_the_language_of_the_person_follows_them_to_a_new_browser(cast: Cast, client: Client, sign_in: SignIn) -> None:
    User.objects.filter(pk=cast.author.pk).update(language="en")
    assert 'lang="sv"' in client.get(LOGIN).content.decode()
    sign_in("author")
    assert '<html lang="en"' in client.get("/konto/").content.decode()


def test_choosing_a_language_is_kept_on_the_person(cast: Cast) -> None:
    client = signed_in(cast.author)
    client.post("/sprak/", {"language": "en", "next": "/konto/"})
    assert '<html lang="en"' in client.get("/konto/").content.decode()
    assert User.objects.get(pk=cast.author.pk).language == "en"
    client.post("/sprak/", {"language": "xx", "next": "/konto/"})
    assert User.objects.get(pk=cast.author.pk).language == "en"


# ── From outside ─────────────────────────────────────────────────────────────────────────────────────────────────────

NEWCOMER = {"name": "Ny Person", "email": "ny@example.org", "password1": "tolv-tecken-minst-1"}


def test_someone_from_outside_signs_up_and_comes_in_when_the_address_is_confirmed(
    transactional_db: None, client: Client, sign_in: SignIn, mailbox: Mailbox
) -> None:
    answer = client.post("/konto/skapa/", NEWCOMER)
    assert answer["Location"] == "/konto/e-post/skickat/"
    assert person_in(client) is None
    person = User.objects.get(email="ny@example.org")
    assert (person.name, person.is_employee, person.is_staff, person.language) == ("Ny Person", False, False, "sv")

    assert sign_in("ny@example.org", NEWCOMER["password1"])["Location"] == "/konto/e-post/skickat/"
    path = link_in(mailbox, "ny@example.org")
    assert not EmailAddress.objects.get(user=person).verified
    client.get(path)
    assert not EmailAddress.objects.get(user=person).verified, "a mail scanner that opens the link confirms nothing"
    client.post(path)
    assert EmailAddress.objects.get(user=person).verified
    assert sign_in("ny@example.org", NEWCOMER["password1"])["Location"] == "/om/"
    assert person_in(client) == person.pk


THERE = "/testbaddar/ny/?testbed=provrum-1&a=b"


@pytest.mark.parametrize("same_browser", [True, False])
def test_where_one_was_going_is_kept_all_the_way_to_the_new_account(
    transactional_db: None, client: Client, mailbox: Mailbox, same_browser: bool
) -> None:
    asked = client.get(THERE, follow=True)
    assert "Logga in eller skapa ett konto för att gå vidare." in asked.text
    (to_sign_up,) = re.findall(r'href="(/konto/skapa/[^"]*)"', asked.text.split("<main")[1])
    page = client.get(unescape(to_sign_up)).text
    assert "När kontot är ditt" in page
    assert next_in(page) == THERE
    client.post("/konto/skapa/", {**NEWCOMER, "next": THERE})

    browser = client if same_browser else Client()
    path = link_in(mailbox, "ny@example.org")
    answer = browser.post(path.partition("?")[0], {"next": next_in(browser.get(path).text)})
    if answer["Location"] != THERE:
        there = next_in(browser.get(answer["Location"]).text)
        login = {"login": "ny@example.org", "password": NEWCOMER["password1"], "next": there}
        answer = browser.post(LOGIN, login)
    assert answer["Location"] == THERE
    assert person_in(browser) is not None


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "///evil.example",
        "evil.example",
        "http://testserver/om/",
        "/" * 600,
    ],
)
def test_no_letter_leads_to_another_site(
    transactional_db: None, client: Client, mailbox: Mailbox, elsewhere: str
) -> None:
    client.post("/konto/skapa/", {**NEWCOMER, "next": elsewhere})
    path = link_in(mailbox, "ny@example.org")
    assert "next" not in path
    answer = Client().post(path, {"next": elsewhere})
    assert (answer.status_code, answer["Location"]) == (302, "/konto/logga-in/")


@pytest.mark.parametrize(
    ("to", "is_said"), [("/testbaddar/ny/", True), ("/om/", False), ("https://evil.example/", False), ("", False)]
)
def test_the_sign_in_page_says_why_one_is_there_only_to_who_was_on_the_way(
    db: None, client: Client, to: str, is_said: bool
) -> None:
    assert ("för att gå vidare" in client.get(LOGIN, {"next": to}).text) is is_said


def test_signing_up_with_a_known_address_tells_nothing_on_the_page_and_all_in_the_letter(
    cast: Cast, client: Client, mailbox: Mailbox
) -> None:
    fresh = client.post("/konto/skapa/", NEWCOMER)
    taken = Client().post("/konto/skapa/", {**NEWCOMER, "email": "author@example.org"})
    assert (fresh.status_code, fresh["Location"]) == (taken.status_code, taken["Location"])
    assert User.objects.filter(email__iexact="author@example.org").count() == 1
    letter = Letter.objects.get(to="author@example.org")
    assert "/konto/losenord/glomt/" in letter.text


def test_signing_up_costs_one_hash_and_one_letter_whether_the_address_is_known_or_not(
    cast: Cast, hashing: Hashing
) -> None:
    for times, address in enumerate(("ny@example.org", "author@example.org"), 1):
        Client().post("/konto/skapa/", {**NEWCOMER, "email": address})
        assert (hashing.times, Letter.objects.filter(to=address).count()) == (times, 1)


@pytest.mark.parametrize("short", ["kort-losen", "password1234", "nyperson@exa"])
def test_a_weak_password_is_refused_with_the_reason_at_the_field(db: None, client: Client, short: str) -> None:
    page = client.post("/konto/skapa/", {**NEWCOMER, "email": "nyperson@exa.org", "password1": short})
    assert page.status_code == 200
    assert b'id="id_password1_error"' in page.content
    assert not User.objects.filter(email="nyperson@exa.org").exists()


# ── A forgotten password ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_password_is_chosen_by_a_link_that_counts_once_and_ends_other_sessions(
    cast: Cast, client: Client, sign_in: SignIn, mailbox: Mailbox
) -> None:
    elsewhere = signed_in(cast.author)
    client.post("/konto/losenord/glomt/", {"email": "author@example.org"})
    path = link_in(mailbox, "author@example.org")
    form = client.get(path)["Location"]
    assert "author" not in form
    assert path.rsplit("-", 1)[1] not in form, "the key is gone from the address that a page could hand on"
    fresh = "ett-helt-nytt-losenord"
    chosen = client.post(form, {"password1": fresh, "password2": fresh}, follow=True)
    assert 'href="/konto/logga-in/">Logga in</a>' in chosen.content.decode().split("<main")[1]
    assert sign_in("author").status_code == 200, "the old password opens nothing"
    assert sign_in("author", fresh)["Location"] == "/om/"
    assert elsewhere.get("/konto/").status_code == 302
    again = Client().get(path)
    assert again.status_code == 200
    assert b"password1" not in again.content


def test_asking_for_a_new_password_tells_nobody_whether_the_account_exists(
    cast: Cast, client: Client, hashing: Hashing
) -> None:
    known: Any = client.post("/konto/losenord/glomt/", {"email": "author@example.org"})
    unknown: Any = Client().post("/konto/losenord/glomt/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert {*Letter.objects.values_list("to", flat=True)} == {"author@example.org", "nobody@example.org"}
    assert hashing.times == 0
