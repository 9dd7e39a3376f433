"""A password alone does not open an office with power (ASVS 6.3.3, 6.5)."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import LazySettings
from django.test import Client

from portal.accounts.models import Letter, User
from portal.organisation.states import Role
from tests.accounts.conftest import SignIn
from tests.cast import PASSWORD, Cast, appointment, signed_in

pytestmark = pytest.mark.trust(10)
SETUP = "/konto/tvasteg/"
APP = "/konto/tvasteg/app/"


@pytest.fixture(autouse=True)
def _required(settings: LazySettings) -> None:
    settings.MFA_REQUIRED = True


def code(secret: str, step: int = 0) -> str:
    """What an app shows now, or some steps of thirty seconds from now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step)))


def set_up(client: Client) -> tuple[str, str]:
    """Set an app up in the browser as a person does; the secret, and the code that was used for it."""
    client.post("/konto/bekrafta-dig/", {"password": PASSWORD, "next": APP})
    page = client.get(APP).content.decode()
    secret = re.search(r"<code>(\w+)</code>", page)
    assert secret
    used = code(secret[1])
    assert client.post(APP, {"code": used}).status_code == 302
    return secret[1], used


@pytest.mark.parametrize(
    ("part", "asked"),
    [
        ("jurist", True),
        ("coordinator", True),
        ("registrar", True),
        ("controller", True),
        ("admin", True),
        ("author", False),
        ("lead", False),
        ("external", False),
    ],
)
def test_power_is_sent_to_set_up_a_second_factor_before_anything_else(cast: Cast, part: str, asked: bool) -> None:
    client = signed_in(getattr(cast, part))
    answer = client.get("/konto/")
    assert (answer.status_code, answer.headers.get("Location")) == ((302, SETUP) if asked else (200, None))
    assert client.get(SETUP).status_code == 200
    post = client.post("/konto/", {"name": "Nytt namn", "language": "sv", "delivery": "daily"})
    assert User.objects.filter(name="Nytt namn").exists() is not asked
    assert post.status_code == 302


def test_a_fund_officer_is_asked_from_the_day_the_office_begins(cast: Cast) -> None:
    client = signed_in(cast.author)
    assert client.get("/konto/").status_code == 200
    assert cast.author.unit
    appointment(cast.author, Role.FUND_OFFICER, cast.author.unit).save()
    assert client.get("/konto/")["Location"] == SETUP


def test_public_pages_and_signing_out_stay_open(cast: Cast) -> None:
    client = signed_in(cast.jurist)
    for page in ("/konto/logga-ut/", "/tillganglighet/"):
        assert client.get(page).status_code == 200
    assert client.post("/sprak/", {"language": "en", "next": SETUP}).status_code == 302
    assert client.post("/konto/logga-ut/").status_code == 302
    assert client.get("/om/").status_code == 200


def test_the_api_answers_with_a_refusal_and_not_with_a_page(cast: Cast, settings: LazySettings) -> None:
    settings.ROOT_URLCONF = "tests.accounts.urls"
    assert signed_in(cast.jurist).get("/api/probe/").status_code == 403
    assert signed_in(cast.author).get("/api/probe/").status_code == 200


def test_with_an_app_set_up_the_password_alone_is_not_enough(cast: Cast, client: Client, sign_in: SignIn) -> None:
    sign_in("jurist")
    secret, _used = set_up(client)
    assert client.get("/konto/").status_code == 200, "set up, and on to work"
    again = Client()
    assert sign_in("jurist", client=again)["Location"] == "/konto/tvasteg/kod/"
    assert again.get("/konto/").status_code == 302
    assert again.post("/konto/tvasteg/kod/", {"code": "000000"}).status_code == 200
    assert again.get("/konto/").status_code == 302
    answer = again.post("/konto/tvasteg/kod/", {"code": code(secret, 1)})
    assert (answer.status_code, answer["Location"]) == (302, "/om/")
    assert again.get("/konto/").status_code == 200


def test_a_code_counts_once_even_the_one_the_app_was_set_up_with(
    cast: Cast, client: Client, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, began = time.time, time.time() // 30 * 30 + 5  # five seconds into a step, so that no step ends in between
    now = [began]
    monkeypatch.setattr(time, "time", lambda: now[0])
    sign_in("jurist")
    secret, used = set_up(client)

    def enter(what: str) -> bool:
        browser = Client()
        sign_in("jurist", client=browser)
        return browser.post("/konto/tvasteg/kod/", {"code": what}).status_code == 302

    assert not enter(used)
    fresh = code(secret, 1)
    assert enter(fresh)
    assert not enter(fresh), "a second time, at once"
    assert not enter(f"{fresh[:3]} {fresh[3:]}"), "the same code written with a space"
    now[0] += 50
    assert not enter(fresh), "a second time, within the tolerance for clocks that differ"
    assert enter(code(secret, 1))
    monkeypatch.setattr(time, "time", real)


@pytest.mark.trust(26)
@pytest.mark.usefixtures("without_valkey")
def test_a_code_counts_once_while_valkey_is_down(cast: Cast, client: Client, sign_in: SignIn) -> None:
    sign_in("jurist")
    secret, _used = set_up(client)
    fresh, answers = code(secret, 1), []
    for _ in range(2):
        browser = Client()
        sign_in("jurist", client=browser)
        answers.append(browser.post("/konto/tvasteg/kod/", {"code": fresh}).status_code)
    assert answers == [302, 200]


def test_guessing_codes_is_stopped(cast: Cast, client: Client, sign_in: SignIn) -> None:
    sign_in("jurist")
    secret, _used = set_up(client)
    browser = Client()
    sign_in("jurist", client=browser)
    for number in range(20):
        browser.post("/konto/tvasteg/kod/", {"code": f"{number:06}"})
    assert browser.post("/konto/tvasteg/kod/", {"code": code(secret, 1)}).status_code == 200
    assert browser.get("/konto/").status_code == 302


def test_a_spare_code_lets_in_once(cast: Cast, client: Client, sign_in: SignIn) -> None:
    sign_in("jurist")
    set_up(client)
    spare = Authenticator.objects.get(user=cast.jurist, type="recovery_codes").wrap().get_unused_codes()[0]
    answers = []
    for _ in range(2):
        browser = Client()
        sign_in("jurist", client=browser)
        answers.append(browser.post("/konto/tvasteg/kod/", {"code": spare}).status_code)
    assert answers == [302, 200]


def test_the_secret_of_the_app_is_not_readable_in_the_database(cast: Cast, client: Client, sign_in: SignIn) -> None:
    sign_in("jurist")
    secret, _used = set_up(client)
    for kept in Authenticator.objects.filter(user=cast.jurist):
        assert secret not in str(kept.data)


@pytest.mark.parametrize("page", [APP, "/konto/tvasteg/nycklar/ny/", "/konto/tvasteg/reservkoder/nya/"])
def test_changing_how_one_signs_in_asks_for_the_password_again(
    cast: Cast, client: Client, sign_in: SignIn, page: str
) -> None:
    sign_in("author")
    set_up(client)
    Authenticator.objects.filter(user=cast.author, type="totp").delete()
    session = client.session
    records = session["account_authentication_methods"]
    session["account_authentication_methods"] = [{**record, "at": record["at"] - 3600} for record in records]
    session.save()
    assert client.get(page)["Location"].startswith(("/konto/bekrafta-dig/", "/konto/tvasteg/kod-igen/"))


def test_the_owner_of_the_account_is_told_by_letter(cast: Cast, client: Client, sign_in: SignIn) -> None:
    sign_in("author")
    fresh = "ett-annat-losenord"
    client.post("/konto/losenord/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    letter = Letter.objects.get()
    assert letter.to == "author@example.org"
    assert "127.0.0.1" in letter.text


def test_an_administrator_removes_what_someone_has_lost_and_the_person_is_told(
    cast: Cast, client: Client, sign_in: SignIn
) -> None:
    sign_in("jurist")
    set_up(client)
    Letter.objects.all().delete()
    chosen = {"action": "remove_second_factor", "_selected_action": [cast.jurist.pk]}
    admin = signed_in(cast.admin)
    assert admin.post("/admin/accounts/user/", chosen)["Location"] == SETUP, "the administrator has none either"
    set_up(admin)
    admin.post("/admin/accounts/user/", chosen)
    assert not Authenticator.objects.filter(user=cast.jurist).exists()
    assert client.get("/konto/")["Location"].startswith("/konto/logga-in/")
    assert Letter.objects.filter(to="jurist@example.org").exists()
    again = Client()
    sign_in("jurist", client=again)
    assert again.get("/konto/")["Location"] == SETUP, "and must set a new one up"
