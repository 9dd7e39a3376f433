"""Production refuses to start in an unsafe way, and has nothing left to warn about."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.database import ROOT

pytestmark = pytest.mark.trust(28)
SAFE = {
    "SECRET_KEY": "q8Zr1vYxW3nTb6kLmC0pHsJd5gFf7aUeQ2iOoRwS9t4EyGhXNzK6jB",
    "RECEIPT_KEYS": "hT4xWm9Kc2VqZ7bNs5RyJ3dLf8GpQa6Eu1YoMi0XtBvCgHkPwDzF",
    "ALLOWED_HOSTS": "innovation.example.org",
    "EMAIL_URL": "smtp+tls://portal:secret@mail.example.org:587",
    "TRUSTED_PROXY_COUNT": "1",
    "DATABASE_URL": "postgres://portal@127.0.0.1:1/portal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}


def run(arguments: list[str], **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Python in the environment of a production server, and in no other."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PORTAL_VAR") if name in os.environ}
    wanted = {name: value for name, value in {**SAFE, **changes}.items() if value is not None}
    environment = {**kept, **wanted, "DJANGO_SETTINGS_MODULE": "portal.settings"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def ask(*names: str) -> list[Any]:
    """Values of settings in production."""
    code = f"import json; from django.conf import settings as s; print(json.dumps([getattr(s, n) for n in {names!r}]))"
    done = run(["-W", "ignore", "-c", code])
    assert done.returncode == 0, done.stderr
    answer: list[Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "django-insecure-q8Zr1vYxW3nTb6kLmC0pHsJd5gFf7aUeQ2iOoRwS"}, "SECRET_KEY"),
        ({"RECEIPT_KEYS": None}, "RECEIPT_KEYS"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"EMAIL_URL": None}, "EMAIL_URL"),
        ({"DATABASE_URL": None}, "DATABASE_URL"),
        ({"REDIS_URL": None}, "REDIS_URL"),
        ({"PORTAL_MODE": "debug"}, "PORTAL_MODE"),
        ({"OIDC_ISSUER": "https://login.example.org"}, "OIDC_CLIENT_ID"),
        ({"OIDC_ISSUER": "http://login.example.org", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}, "https"),
        ({"STORAGE_URL": "s3://bucket"}, "STORAGE_URL"),
    ],
)
def test_production_does_not_start_without(changes: dict[str, str | None], says: str) -> None:
    done = run(["-W", "ignore", "-c", "import django; django.setup()"], **changes)
    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]


@pytest.mark.slow
def test_production_has_nothing_to_warn_about() -> None:
    done = run(["-W", "ignore", "manage.py", "check", "--deploy", "--fail-level", "WARNING"])
    assert done.returncode == 0, done.stderr


def test_production_asks_power_for_a_second_factor_and_the_demo_does_not() -> None:
    assert ask("MFA_REQUIRED", "LOCAL", "DEBUG") == [True, False, False]
    done = run(
        ["-W", "ignore", "-c", "from django.conf import settings; print(settings.MFA_REQUIRED)"], PORTAL_MODE="local"
    )
    assert done.stdout.strip() == "False"
