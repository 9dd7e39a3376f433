"""The world that these tests share, and the portal that serves it."""

from collections.abc import Callable, Iterator

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.conftest import launched
from tests.database import Pristine
from tests.trust.world import World, make_world


@pytest.fixture(scope="module")
def world(django_db_setup: Pristine, django_db_blocker: DjangoDbBlocker, whole: bool) -> Iterator[World]:
    """Committed for the module; its tests ask for no database of their own, and leave what they find (see ``undone``)."""
    with django_db_blocker.unblock():
        yield make_world(whole=whole)
        django_db_setup.restore()


@pytest.fixture
def undone(world: World) -> Iterator[None]:
    """What the test changes in the world is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def house(world: World, django_db_blocker: DjangoDbBlocker) -> Iterator[LiveServer]:
    """The portal over the shared world. pytest-django's own would put the database back after each test."""
    with django_db_blocker.unblock():
        server = LiveServer("127.0.0.1")
        yield server
        server.stop()


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Draws in the thread that lays out, which takes less of the processor for pages that are looked at. A click would wait for ever."""
    with launched(playwright, str(tmp_path_factory.mktemp("home")), "--disable-threaded-compositing") as chromium:
        yield chromium


@pytest.fixture(scope="session")
def claim(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], bool]:
    """True for the first in this run, of all its processes, who asks for a name."""
    own = tmp_path_factory.getbasetemp()
    folder = (own if worker_id == "master" else own.parent) / "claims"
    folder.mkdir(exist_ok=True)

    def first(name: str) -> bool:
        try:
            (folder / name).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True

    return first
