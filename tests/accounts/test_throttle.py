"""Guessing passwords is stopped (ASVS 6.3.1), wherever the guesses say that they come from, and while Valkey is down."""

from itertools import count

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.accounts.conftest import SignIn
from tests.cast import Cast

pytestmark = pytest.mark.trust(7)
PAUSED = "För många misslyckade inloggningsförsök"


def first_stopped(sign_in: SignIn, logins: list[str], **headers: str) -> int:
    """Sends 50 wrong passwords; the number of the first that was not even looked at."""
    addresses = count(1)
    numbers = [
        number
        for number in range(1, 51)
        if PAUSED
        in sign_in(
            logins[number % len(logins)],
            f"wrong-password-{number}",
            client=Client(),
            **{name: value.format(next(addresses)) for name, value in headers.items()},
        ).content.decode()
    ]
    assert numbers == list(range(numbers[0], 51)), "once stopped it stays stopped"
    return numbers[0]


def test_fifty_wrong_passwords_are_stopped_by_the_tenth(cast: Cast, sign_in: SignIn) -> None:
    assert first_stopped(sign_in, ["author"]) <= 10
    assert PAUSED in sign_in("author").content.decode(), "the right password is not looked at either"


def test_one_guess_at_each_of_many_people_is_stopped_too(cast: Cast, sign_in: SignIn) -> None:
    assert first_stopped(sign_in, [f"person{number}" for number in range(50)]) <= 10


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_CLIENT_IP"])
def test_a_made_up_forwarding_header_has_no_effect(cast: Cast, sign_in: SignIn, header: str) -> None:
    spread = [f"person{number}" for number in range(50)]
    assert first_stopped(sign_in, spread, **{header: "203.0.113.{}"}) <= 10


def test_behind_one_proxy_only_what_the_proxy_added_counts(cast: Cast, sign_in: SignIn, settings: LazySettings) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    spread = [f"person{number}" for number in range(50)]
    assert first_stopped(sign_in, spread, HTTP_X_FORWARDED_FOR="198.51.100.{}, 203.0.113.9") <= 10
    neighbour = sign_in("author", client=Client(), HTTP_X_FORWARDED_FOR="203.0.113.10")
    assert neighbour["Location"] == "/om/", "someone else behind the same proxy is let in"


def test_a_right_password_now_and_then_does_not_buy_more_guesses(cast: Cast, sign_in: SignIn) -> None:
    stopped_at = 0
    for number in range(1, 51):
        if number % 4 == 0:
            sign_in("colleague", client=Client())
        elif PAUSED in sign_in("author", f"wrong-{number}", client=Client()).content.decode():
            stopped_at = number
            break
    assert 0 < stopped_at <= 13


@pytest.mark.trust(26)
@pytest.mark.usefixtures("without_valkey")
def test_guessing_is_stopped_and_people_come_in_while_valkey_is_down(cast: Cast, sign_in: SignIn) -> None:
    assert sign_in("colleague", client=Client())["Location"] == "/om/"
    assert first_stopped(sign_in, ["author"]) <= 10
