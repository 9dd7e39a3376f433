"""Fixtures for every test: the database, mail, a worker and a browser, all of them real."""

import os
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.http import FileResponse
from django.template import Context, RequestContext, Template
from django.test import Client, TransactionTestCase, override_settings
from django.test.signals import template_rendered
from django.test.utils import setup_databases, teardown_databases
from django.utils import translation
from django.utils.safestring import SafeString
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from tests.database import Pristine, at, hang_up, migrated_template
from tests.mail import Mailbox
from tests.work import Worker, Workers

pytest_plugins = ["tests.cast"]

# ── Database ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[Pristine]:
    """A copy of the migrated template, which tests that commit put back to how it was (see Pristine)."""
    with django_db_blocker.unblock():
        django_settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = migrated_template()
        made = setup_databases(verbosity=0, interactive=False, serialized_aliases=[])
        pristine = Pristine()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: pristine.restore())
        yield pristine
    with django_db_blocker.unblock():
        hang_up(connection.settings_dict["NAME"])
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """The test database as the application's own role, for subprocesses and for tests of what that role may not do."""
    return at(os.environ["DATABASE_APPLICATION_URL"], connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def whole(request: pytest.FixtureRequest) -> bool:
    """Look at all there is, at full size, where one of each sort would do."""
    return bool(request.config.getoption("--whole"))


@pytest.fixture(autouse=True)
def _closed_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server closes a file when it has sent it; the test client leaves a file that nobody read open."""
    sent: list[FileResponse] = []
    request = Client.request

    def remembering(self: Client, **environment: Any) -> Any:
        answer: Any = request(self, **environment)
        if isinstance(answer, FileResponse):
            sent.append(answer)
        return answer

    monkeypatch.setattr(Client, "request", remembering)
    yield
    for answer in sent:
        if answer.file_to_stream:
            answer.file_to_stream.close()


@pytest.fixture(scope="session", autouse=True)
def _pages_alone_are_told_of(django_test_environment: None) -> Iterator[None]:
    """The test client keeps what a page's own template was given, not each of its hundreds of parts (a twentieth of a page's work)."""

    def render(self: Template, context: Context) -> SafeString:
        if context.template is self and isinstance(context, RequestContext):
            template_rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(autouse=True)
def _swedish() -> None:
    """A request leaves its language behind; the next test begins in the portal's own."""
    translation.activate(django_settings.LANGUAGE_CODE)


@pytest.fixture(scope="session", autouse=True)
def _nothing_printed_before() -> None:
    """What an earlier run kept was printed by the code of then."""
    forget(lambda key: True)


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Throttles and other remembered things end with the test. Papers stay: they are found by what is printed on them."""
    yield
    forget(lambda key: b":printed:" not in key)


def forget(which: Callable[[bytes], bool]) -> None:
    """Not `cache.clear`, which would empty the queue too."""
    link = cache_server()
    if remembered := [key for key in link.keys("portal:*") if which(key)]:
        link.delete(*remembered)


@cache
def cache_server() -> Any:
    """One connection for all tests: there is something to forget after each."""
    return redis.Redis.from_url(os.environ["REDIS_URL"])


# ── Mail ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Mailbox]:
    server = Mailbox()
    yield server
    server.stop()


@pytest.fixture
def mailbox(mail_server: Mailbox) -> Iterator[Mailbox]:
    """Mail leaves this process, and the worker's, for a real SMTP server, and is read here."""
    mail_server.messages.clear()
    mail_server.unknown.clear()
    mail_server.delay = 0.0
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=mail_server.port,
        EMAIL_HOST_USER="",
        EMAIL_HOST_PASSWORD="",
        EMAIL_USE_TLS=False,
        EMAIL_USE_SSL=False,
    ):
        yield mail_server


# ── Work in the background ───────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def _workers(django_db_setup: None, mail_server: Mailbox, worker_id: str) -> Iterator[Workers]:
    workers = Workers(database=connection.settings_dict["NAME"], mail_port=mail_server.port, run=worker_id)
    yield workers
    workers.stop()


@pytest.fixture
def worker(transactional_db: None, _workers: Workers) -> Iterator[Worker]:
    """A worker that takes from both queues; it goes on from test to test. Use `start_worker` for one to kill."""
    yield _workers.shared()
    _workers.shared().wait_until_idle()


@pytest.fixture
def start_worker(transactional_db: None, _workers: Workers) -> Iterator[Callable[[], Worker]]:
    """Starts a worker of the test's own, as often as asked. The shared one stops first: it would take the work."""
    _workers.stop()
    yield _workers.start
    _workers.stop()


# ── Browser ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--js-flags=--no-maglev --no-opt",  # a page lives too briefly to earn back what optimising its script costs
)


def launched(playwright: Playwright, home: str, *more: str) -> Browser:
    """The system's Chromium, with more flags if need be. It keeps things in a home, profile or not."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    assert program, "Chromium is missing: bin/test installs it."
    flags = [*FLAGS, *more]
    return playwright.chromium.launch(executable_path=program, args=flags, env={**os.environ, "HOME": home})


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Runs a loop in this thread, so Django must be told that the thread is its own."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with launched(playwright, str(tmp_path_factory.mktemp("home"))) as chromium:
        yield chromium


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer) -> Iterator[Callable[..., Page]]:
    """Opens a page in a context of its own: `open_page(user, locale="en")`. A script error or a breach of the CSP fails."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def watch(message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            problems.append(message.text)

    def open_one(user: Any = None, *, locale: str = "sv-SE", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, locale=locale, **options)
        contexts.append(context)
        if user is not None:
            sign_in(context, user, live_server.url)
        page = context.new_page()
        page.on("console", watch)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert problems == []


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """In Swedish, not signed in."""
    return open_page()


def sign_in(context: BrowserContext, user: Any, url: str) -> None:
    """By the session's cookie: the sign-in form has tests of its own."""
    from django.test import Client

    client = Client()
    client.force_login(user)
    name = django_settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": url}])
