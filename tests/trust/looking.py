"""A browser that looks at page after page for what makes it hard to use."""

from types import TracebackType
from typing import Self

from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, ViewportSize

from tests.look.axe import SCRIPT, violations

WIDE = ViewportSize(width=1280, height=900)
NARROW = ViewportSize(width=320, height=640)
SPILLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


class Looker:
    """One part of the cast in a browser. ``found`` are the faults, each with its address; ``looked`` how many pages were opened.

    The style sheet is the same on every page: it is asked about in the gallery of components, and here with ``whole``.
    """

    def __init__(self, browser: Browser, base: str, client: Client, *, whole: bool) -> None:
        self.base, self.looked, self.found, self.whole = base, 0, list[str](), whole
        self.context = browser.new_context(base_url=base)
        self.context.add_init_script(SCRIPT)
        self.put_cookies({name: cookie.value for name, cookie in client.cookies.items()})
        self.page = self.context.new_page()
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.found.append(f"{self.page.url}: {error}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.context.close()

    def put_cookies(self, cookies: dict[str, str]) -> None:
        self.context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])

    def note(self, message: ConsoleMessage) -> None:
        """A refusal is a page of its own, and no fault of it."""
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.found.append(f"{self.page.url}: {message.text}")

    def look(self, url: str, language: str, *, within: str = "html") -> None:
        """Wide and light, then as narrow as a telephone at 400 % and dark. What is ``within`` the element is asked about."""
        self.put_cookies({settings.LANGUAGE_COOKIE_NAME: language})
        self.looked += 1
        self.page.emulate_media(color_scheme="light")
        self.page.set_viewport_size(WIDE)
        self.page.goto(url)
        self.hold(f"{url} {language} 1280 light", within)
        self.page.emulate_media(color_scheme="dark")
        self.page.set_viewport_size(NARROW)
        self.hold(f"{url} {language} 320 dark", within)

    def hold(self, where: str, within: str) -> None:
        self.found += [f"{where}: {one}" for one in violations(self.page, sheets=self.whole, within=within)]
        if self.page.evaluate(SPILLS):
            self.found.append(f"{where}: spills over sideways")
