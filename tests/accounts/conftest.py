"""What the tests of accounts share."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.hashers import get_hasher
from django.test import Client, override_settings

from portal.caches import SteadyCache
from portal.local.servers import free_port
from tests.cast import PASSWORD

SignIn = Callable[..., Any]
LOGIN = "/konto/logga-in/"


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """Sends the sign-in form: `sign_in("author")`."""

    def send(login: str, password: str = PASSWORD, *, client: Client = client, to: str = "/om/", **headers: Any) -> Any:
        return client.post(LOGIN, {"login": login, "password": password, "next": to}, **headers)

    return send


class Hashing:
    """How many passwords have been hashed, to keep or to compare."""

    times = 0


@pytest.fixture
def hashing(monkeypatch: pytest.MonkeyPatch) -> Hashing:
    counted, hasher = Hashing(), type(get_hasher())
    encode = hasher.encode

    def count(*args: Any) -> str:
        counted.times += 1
        return encode(*args)

    monkeypatch.setattr(hasher, "encode", count)
    return counted


@pytest.fixture
def without_valkey() -> Iterator[None]:
    """The cache's address is one where nobody listens."""
    caches = deepcopy(django_settings.CACHES)
    caches["default"]["LOCATION"] = f"redis://127.0.0.1:{free_port(0)}/0"
    with override_settings(CACHES=caches):
        SteadyCache.away_until = 0.0
        yield
        SteadyCache.away_until = 0.0
