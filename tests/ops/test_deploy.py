"""What stands in ``deploy/`` fits the code that it starts."""

import re

import pytest
from django.conf import settings
from django.core.management import get_commands

from portal.cases.limits import FILES_IN_A_REQUEST
from tests.database import ROOT
from tests.ops.front import DEPLOY, command_of
from tests.test_settings_documented import documented

UNITS = sorted(path.stem.removeprefix("innovationsportalen-") for path in DEPLOY.glob("*.service"))


def options(command: list[str]) -> dict[str, str]:
    return dict(word.partition("=")[::2] for word in command if word.startswith("--"))


def test_the_environment_file_names_settings_and_nothing_else() -> None:
    named = re.findall(r"^([A-Z_]+)=", (DEPLOY / "environment").read_text(), re.MULTILINE)
    assert set(named) <= documented()
    assert {
        "SECRET_KEY",
        "RECEIPT_KEYS",
        "ALLOWED_HOSTS",
        "DATABASE_URL",
        "REDIS_URL",
        "EMAIL_URL",
        "TRUSTED_PROXY_COUNT",
    } <= set(named)


def test_every_queue_has_a_worker() -> None:
    served = {queue for unit in UNITS if (queue := options(command_of(unit)).get("--queues"))}
    sent_to = {settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())}
    assert served == sent_to


def test_production_starts_what_a_laptop_starts() -> None:
    """The units and ``bin/run`` agree on how many, how large and how guarded, so what the tests try is what runs."""
    at_home = (ROOT / "scripts" / "serve.py").read_text()
    tuned = {"--bind", "--loglevel", "--log-level", "--worker-tmp-dir", "--hostname", "--quiet"}
    for unit in ("web", "work", "reports", "beat"):
        for name, value in options(command_of(unit)).items():
            assert name in tuned or f'"{name}{"=" if value else ""}{value}' in at_home, (unit, name)


@pytest.mark.parametrize("unit", ["backup", "verify"])
def test_a_timed_unit_runs_a_command_that_exists(unit: str) -> None:
    _python, _manage, command, *_arguments = command_of(unit)
    assert command in get_commands()
    assert (DEPLOY / f"innovationsportalen-{unit}.timer").exists()


def test_every_unit_belongs_to_the_target_or_has_a_timer() -> None:
    """What belongs to it starts and stops with it."""
    texts = {unit: (DEPLOY / f"innovationsportalen-{unit}.service").read_text() for unit in UNITS}
    for line in ("PartOf=innovationsportalen.target", "WantedBy=innovationsportalen.target"):
        timed = {unit for unit, text in texts.items() if line not in text}
        assert timed == {path.stem.removeprefix("innovationsportalen-") for path in DEPLOY.glob("*.timer")}


@pytest.mark.trust(22)
def test_the_application_gets_the_same_rights_in_production_as_in_the_tests() -> None:
    rights = re.compile(r"^ALTER DEFAULT PRIVILEGES .*;$", re.MULTILINE)
    local = (ROOT / "portal" / "local" / "roles.sql").read_text()
    assert rights.findall((DEPLOY / "roles.sql").read_text()) == rights.findall(local) != []


def test_nginx_takes_what_the_portal_reads_to_answer() -> None:
    """Otherwise what is too large gets nginx's bare page instead of the portal's, which says what to do."""
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx.conf").read_text())
    assert int(megabytes) * 2**20 == 2 * FILES_IN_A_REQUEST * settings.UPLOAD_MAX_BYTES


def test_the_operators_guide_names_every_job_and_every_unit() -> None:
    guide = (ROOT / "docs" / "operators.md").read_text()
    named = set(re.findall(r"`([\w.-]+)`", guide))
    assert settings.CELERY_BEAT_SCHEDULE.keys() <= named
    for unit in UNITS:
        assert f"innovationsportalen-{unit}" in guide
