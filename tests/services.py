"""Loaded by pytest before the settings are read: brings the services up and points the settings at them.

Under xdist the first process starts the services and each worker inherits where they are; each worker has a database, a
Redis number and a folder of its own.
"""

import contextlib
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from portal.local import services

ROOT = Path(__file__).resolve().parent.parent
REDIS_NUMBERS = 15  # 0 is the running portal's; a server has 16


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """Earlier than pytest-django, which reads the settings in its own version of this hook."""
    stack = contextlib.ExitStack()
    early_config.add_cleanup(stack.close)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ.update(stack.enter_context(services()))
        os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
        os.environ["DATABASE_APPLICATION_URL"] = os.environ["DATABASE_URL"]
        os.environ["DATABASE_URL"] = os.environ["DATABASE_OWNER_URL"]
    claim_a_corner()
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers() -> int:
    """With ``-n auto``: two more than processors, because many tests wait for a browser, a worker or a server."""
    return (os.cpu_count() or 1) + 2


def part(test: str) -> str:
    """Of the tests that share something costly, and so belong in one process: those of a file, or of half of the walks."""
    file, _, name = test.partition("::")
    walk = name.partition("[")[2]
    return f"{file} {len(walk) % 2}" if file == "tests/trust/test_every_address.py" else file


class Parts(LoadScopeScheduling):
    """Hands out a part at a time. Marks of groups (``--dist=loadgroup``) do nothing in pytest 9.2 (pytest-xdist issue 1386)."""

    def _split_scope(self, nodeid: str) -> str:
        return part(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Parts:
    config.option.loadscopereorder = False
    return Parts(config, log)


def claim_a_corner() -> None:
    """What two test processes at work side by side must not share."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % REDIS_NUMBERS + 1
    os.environ["REDIS_URL"] = f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{number}"
    folder = Path(os.environ.get("PORTAL_VAR") or ROOT / "var") / "test" / str(number)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["STORAGE_URL"] = f"file://{folder.resolve() / 'files'}"


def pytest_configure(config: pytest.Config) -> None:
    """Settings that would make tests slow or depend on an earlier build. No test depends on how fast the machine is."""
    from django.conf import settings

    hypothesis.settings.register_profile("portal", deadline=None)
    hypothesis.settings.load_profile("portal")

    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.DATABASES["default"].setdefault("OPTIONS", {})["options"] = "-c synchronous_commit=off"


# ── Which requirement has a test ─────────────────────────────────────────────────────────────────────────────────────


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--traced", action="store_true", help="list the strategy rows and trust checks that ran, with counts"
    )
    parser.addoption("--trust", type=int, metavar="NUMBER", help="run only the tests of this check of docs/trust.md")
    parser.addoption(
        "--whole", action="store_true", help="look at all there is, at full size, where one of each sort would do"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Parts with slow tests come first, so that no process is left with one at the end.

    Marks travel with the report, so that they reach the process that prints, under xdist too.
    """
    slow = {part(item.nodeid) for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: part(item.nodeid) not in slow)
    if check := config.getoption("--trust"):
        kept = [item for item in items if any(check in mark.args for mark in item.iter_markers("trust"))]
        config.hook.pytest_deselected(items=[item for item in items if item not in kept])
        items[:] = kept
    for item in items:
        for kind in ("strategy", "trust"):
            for mark in item.iter_markers(kind):
                item.user_properties.extend((kind, str(row)) for row in mark.args)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if not config.getoption("--traced"):
        return
    counts: dict[tuple[str, str], int] = {}
    for report in terminalreporter.getreports("passed"):
        for kind, row in report.user_properties:
            if kind in {"strategy", "trust"}:
                counts[kind, str(row)] = counts.get((kind, str(row)), 0) + 1
    terminalreporter.section("requirements with a test that passed")
    for (kind, row), count in sorted(counts.items()):
        terminalreporter.write_line(f"{kind:10} {row:12} {count}")
