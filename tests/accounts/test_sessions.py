"""How long a sign-in lasts (ASVS 7.2.4, 7.3, 7.4)."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.conf import LazySettings, settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext

from portal.accounts.actions import clear_sessions
from portal.accounts.models import User
from tests.accounts.conftest import LOGIN, SignIn
from tests.cast import PASSWORD, Cast, signed_in

pytestmark = pytest.mark.trust(8)
ME = "/konto/"
MINUTE = 60
HOUR = 60 * MINUTE


class Clock:
    """The time that the code sees; it goes on, and can be moved on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = 0.0
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + self.ahead)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def is_in(client: Client) -> bool:
    return client.get(ME).status_code == 200


def test_the_id_of_the_session_changes_at_sign_in(cast: Cast, client: Client, sign_in: SignIn) -> None:
    client.get("/konto/tvasteg/nycklar/logga-in/", headers={"Accept": "application/json"})
    before = client.session.session_key
    assert before, "the visitor has a session, which someone may have planted"
    sign_in("author")
    after = client.session.session_key
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()


def test_an_idle_hour_ends_the_session_and_says_so(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.author)
    assert is_in(client)
    clock.ahead += 59 * MINUTE
    assert is_in(client)
    clock.ahead += 59 * MINUTE
    assert is_in(client), "what was done in between counts"
    clock.ahead += 61 * MINUTE
    answer = client.get(ME)
    assert answer["Location"] == f"{LOGIN}?next={ME}"
    says = gettext("You have been signed out, because it was long since you did something here.")
    assert says in client.get(answer["Location"]).content.decode()


def test_twelve_hours_end_the_session_however_busy_it_is(cast: Cast, clock: Clock) -> None:
    client = signed_in(cast.author)
    for _half_hour in range(24):
        assert is_in(client)
        clock.ahead += 30 * MINUTE
    clock.ahead += MINUTE
    assert not is_in(client)


@pytest.mark.parametrize("forged", ["", "9999999999", "9999999999:abc", "another"])
def test_a_forged_or_missing_mark_of_being_seen_does_not_prolong(cast: Cast, clock: Clock, forged: str) -> None:
    client, other = signed_in(cast.author), signed_in(cast.author)
    clock.ahead += 50 * MINUTE
    assert is_in(client)
    assert is_in(other)
    clock.ahead += 30 * MINUTE
    mark = other.cookies[settings.SEEN_COOKIE_NAME].value if forged == "another" else forged
    client.cookies[settings.SEEN_COOKIE_NAME] = mark
    assert not is_in(client)


READ = (
    ME,
    "/konto/mina-uppgifter.zip",
    "/konto/e-post/",
    "/konto/losenord/",
    "/konto/inloggningar/",
    "/konto/tvasteg/",
    "/konto/tvasteg/nycklar/",
    "/konto/anslutningar/",
    "/organisation/",
)


@pytest.mark.trust(21)
@pytest.mark.parametrize("page", READ)
def test_reading_a_page_writes_nothing(cast: Cast, clock: Clock, page: str) -> None:
    client = signed_in(cast.author)
    for _ in range(2):
        clock.ahead += 10 * MINUTE
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        assert [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_a_disabled_person_is_out_at_the_next_request(cast: Cast) -> None:
    client = signed_in(cast.author)
    assert is_in(client)
    User.objects.filter(pk=cast.author.pk).update(is_active=False)
    assert not is_in(client)


def test_a_changed_password_ends_the_other_sessions_and_keeps_this_one(
    cast: Cast, client: Client, sign_in: SignIn
) -> None:
    other = Client()
    sign_in("author")
    sign_in("author", client=other)
    fresh = "ett-annat-langt-losenord"
    client.post("/konto/losenord/", {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh})
    assert is_in(client)
    assert not is_in(other)


def test_a_person_sees_where_they_are_signed_in_and_signs_out_there(
    cast: Cast, client: Client, sign_in: SignIn
) -> None:
    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) AppleWebKit/605 Version/18.0 Safari/604.1")
    sign_in("author")
    sign_in("author", client=other)
    sign_in("colleague", client=Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"))
    page = client.get("/konto/inloggningar/").content.decode()
    assert "Safari, iPhone" in page
    assert "Firefox" not in page, "other people's sign-ins are not shown"
    client.post("/konto/inloggningar/")
    assert is_in(client)
    assert not is_in(other)


def test_signing_out_everywhere_ends_this_session_too(cast: Cast, client: Client, sign_in: SignIn) -> None:
    other, colleague = Client(), Client()
    sign_in("author")
    sign_in("author", client=other)
    sign_in("colleague", client=colleague)
    client.post("/konto/inloggningar/avsluta/")
    assert not is_in(client)
    assert not is_in(other)
    assert is_in(colleague)


def test_what_has_run_out_is_cleared_away(cast: Cast, sign_in: SignIn) -> None:
    client = Client()
    sign_in("author", client=client)
    sign_in("colleague", client=Client())
    Session.objects.filter(session_key=client.session.session_key).update(expire_date="2020-01-01T00:00:00Z")
    clear_sessions()
    assert list(UserSession.objects.values_list("user", flat=True)) == [cast.colleague.pk]
    assert Session.objects.count() == 1


@pytest.mark.trust(21)
def test_the_cookies_are_locked_to_this_host_in_production(settings: LazySettings) -> None:
    """The names are set when the settings are read, so this asks a production process (see also test_production)."""
    from tests.accounts.test_production import ask, run

    names = ask(
        "SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME", "SEEN_COOKIE_NAME", "COLOURS_COOKIE_NAME"
    )
    done = run(["-W", "ignore", "-c", "from portal.messages import MessageCookie; print(MessageCookie.cookie_name)"])
    assert all(name.startswith("__Host-") for name in (*names, done.stdout))
    assert (
        ask("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_HTTPONLY", "SESSION_COOKIE_HTTPONLY")
        == [True] * 4
    )
    assert ask("SESSION_COOKIE_DOMAIN", "SESSION_COOKIE_PATH") == [None, "/"]
