"""People who take turns at a browser, and several browsers side by side."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

from django.db import connection
from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

from portal.accounts.models import User
from tests.conftest import launched, sign_in

FILL = """values => Object.entries(values).filter(([name, value]) => {
    const field = [...document.getElementsByName(name)].find(one => one.type !== "radio" || one.value === value)
    if (!field) return true
    if (["radio", "checkbox"].includes(field.type)) field.click()
    else {
        field.value = value
        for (const what of ["input", "change"]) field.dispatchEvent(new Event(what, {bubbles: true}))
    }
}).map(([name]) => name)"""
"""Fills in a form, and returns the names that the page has no field for."""
PATIENCE = 120_000
"""Milliseconds that a page may take: a decision on hundreds of applications is one page."""


class Desk:
    """A page of a browser where people take turns: who sits there changes with the session's cookie. Buttons and links are pressed by
    keyboard, and each leads to a page."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        page.set_default_timeout(PATIENCE)

    def sit(self, person: User, address: str) -> None:
        """The person takes the seat, and goes to a page."""
        self.page.context.clear_cookies()
        sign_in(self.page.context, person, self.url)
        self.go(address)

    def go(self, address: str) -> None:
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(f"main {selector}").first.press("Enter")

    def fill(self, values: dict[str, Any]) -> None:
        """By the name of each field, all at once. Of boxes to tick the first is ticked; a radio button is chosen by its value."""
        missing = self.page.evaluate(FILL, values)
        assert not missing, f"{self.page.url} has no {missing}"

    def move(self, person: User | None, case: Any, name: str, **values: Any) -> None:
        """The person makes one step of a case."""
        assert person is not None
        address = reverse("cases:move", args=[case.key, name])
        self.sit(person, address)
        self.fill(values)
        self.press("form button[type=submit]")
        assert not self.page.url.endswith(address), self.page.locator("main").inner_text()


class Hall:
    """A desk here, and more beside it, each with a browser and a thread of its own."""

    def __init__(self, desk: Desk, beside: int, home: str) -> None:
        self.desk, self.beside, self.home = desk, beside, home

    def share(self, jobs: Iterable[Any], work: Callable[[Desk, Any], None]) -> None:
        """Do them all, each at whichever desk is free. When something goes wrong nothing more is begun."""
        left = iter(list(jobs))
        with ThreadPoolExecutor(self.beside + 1) as pool:
            helpers = [pool.submit(self._help, left, work) for _number in range(self.beside)]
            _work_through(self.desk, left, work)
        for helper in helpers:
            helper.result()

    def _help(self, left: Iterator[Any], work: Callable[[Desk, Any], None]) -> None:
        wrong: list[Any] = []
        with sync_playwright() as playwright, closing(connection), closing(launched(playwright, self.home)) as browser:
            page = browser.new_context(base_url=self.desk.url, locale="sv-SE").new_page()
            page.on("pageerror", lambda error: wrong.append(str(error)))
            _work_through(Desk(page, self.desk.url), left, work)
        assert wrong == []


def _work_through(desk: Desk, left: Iterator[Any], work: Callable[[Desk, Any], None]) -> None:
    try:
        for job in left:
            work(desk, job)
    finally:
        deque(left, maxlen=0)
