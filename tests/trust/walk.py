"""A walk: what every address of the portal, and every link met on the way, answers to one part of the cast."""

import hashlib
import io
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urljoin, urlsplit

from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import resolve
from lxml import etree

from portal.backup.fingerprint import Fingerprint
from tests.trust.addresses import all_routes, rule_of, visits_of
from tests.trust.visits import Visit
from tests.trust.world import World

Tables = dict[str, tuple[int, str]]
PER_PATH = {True: 3, False: 2}
"""Questions followed to one page (filters, order, next page), with ``--whole`` and without: a list's links would never end."""
PER_ROUTE = {True: 4, False: 2}
"""Pages followed of one sort: a report has as many figures as units times indicators."""
SHAPES = {"class", "type", "role", "aria-live", "scope", "data-size", "data-color", "data-variant"}
"""Attributes whose values change how an element is built; of all others it counts that they are there."""
HOLDERS = {"div", "article", "section", "form", "fieldset", "ul", "dl", "li"}


@dataclass(frozen=True)
class Answer:
    """What one address gave. ``expected`` are the statuses that its rule allows this visitor; of a link, that it leads somewhere."""

    name: str
    visit: Visit
    expected: frozenset[int]
    status: int
    headers: dict[str, str]
    content: bytes

    def __str__(self) -> str:
        return f"{self.visit.url} ({self.name}): {self.status}"

    @property
    def is_page(self) -> bool:
        """A whole page of ours, not a file, a part of a page, or Django's own pages for administrators."""
        kind = self.headers.get("Content-Type", "")
        return kind.startswith("text/html") and b"<html" in self.content and not self.visit.url.startswith("/admin/")

    @cached_property
    def everything(self) -> str:
        """Headers and body; of a zip or a workbook also what is packed in it."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{headers}\n\n{unpacked(self.content)}"

    @cached_property
    def tree(self) -> etree._Element:
        return etree.fromstring(self.content, etree.HTMLParser(encoding="utf-8"))

    @cached_property
    def frame(self) -> str:
        """How what is around the matter of the page is built: the same where only words differ, or how many rows of a sort."""
        return named(skeleton(self.tree, without=self.tree.find(".//main")))

    @cached_property
    def parts(self) -> set[str]:
        """How each part of its matter is built. What they are to each other is asked of every page, without a browser: ``structure``."""
        main = self.tree.find(".//main")
        return set() if main is None else set(map(named, parts_of(main)))

    @cached_property
    def outline(self) -> str:
        """The same for pages that differ in words alone: every element in its place, row by row, and the names of its attributes."""
        return named(outline(self.tree))

    def leads_to(self) -> Iterator[str]:
        """Addresses in the portal, Django's own pages for administrators apart."""
        found = [self.headers["Location"]] if "Location" in self.headers else []
        if self.is_page:
            found += [link.get("href") for link in self.tree.iter("a") if link.get("href")]
        for target in found:
            parts = urlsplit(urljoin(self.visit.url, target))
            if not parts.netloc and not parts.scheme and not parts.path.startswith("/admin/"):
                yield parts._replace(fragment="").geturl()


@dataclass(frozen=True)
class Walk:
    """``before`` and ``after`` are the rows of every table, counted and hashed."""

    part: str
    answers: list[Answer]
    before: Tables
    after: Tables

    @property
    def pages(self) -> list[Answer]:
        return [answer for answer in self.answers if answer.is_page]


def walk_as(part: str, world: World, *, whole: bool) -> Walk:
    before, answers = Fingerprint.take().tables, []
    for route in all_routes():
        rule = rule_of(route)
        assert rule is not None, route
        for visit in visits_of(route, world):
            expected = rule.expects(part, visit, world)
            answers.append(open_address(world.clients[part], visit, route.name, expected))
    answers += follow(world.clients[part], answers, whole=whole)
    return Walk(part, answers, before, Fingerprint.take().tables)


def open_address(client: Client, visit: Visit, name: str, expected: frozenset[int]) -> Answer:
    answer = client.get(visit.url)
    headers = {header.title(): value for header, value in answer.items()}
    return Answer(name, visit, expected, answer.status_code, headers, body_of(answer))


def follow(client: Client, opened: list[Answer], *, whole: bool) -> Iterator[Answer]:
    """Every link on what was opened, breadth first, and every link there, each address once."""
    met, asked, routes = {answer.visit.url for answer in opened}, Counter[str](), Counter[str]()
    waiting = deque(answer for answer in opened if answer.status < 400)
    while waiting:
        origin = waiting.popleft()
        for url in origin.leads_to():
            path = urlsplit(url).path
            if url in met or asked[path] >= PER_PATH[whole] or routes[route_of(path)] >= PER_ROUTE[whole]:
                continue
            met.add(url)
            asked[path] += 1
            routes[route_of(path)] += 1
            reached = open_address(client, Visit(url), f"linked from {origin.visit.url}", frozenset({200, 302}))
            yield reached
            waiting.append(reached)


def route_of(path: str) -> str:
    return resolve(path).view_name


def named(build: str) -> str:
    """Short, and good as the name of a file."""
    return hashlib.sha256(build.encode()).hexdigest()[:20]


def skeleton(element: etree._Element, *, without: etree._Element | None = None) -> str:
    """Elements, their attributes, and whether there is text; children that are built alike once."""
    if not isinstance(element.tag, str):
        return ""
    attributes = sorted(f"{name}={value}" if name in SHAPES else str(name) for name, value in element.items())
    children = dict.fromkeys(skeleton(child, without=without) for child in element if child is not without)
    return f"<{element.tag} {' '.join(attributes)}>{mark_of_text(element)}{''.join(children)}</>"


def mark_of_text(element: etree._Element) -> str:
    """Whether there is text of its own in an element, beside that of its children."""
    return "…" if any((part or "").strip() for part in (element.text, *(child.tail for child in element))) else ""


def parts_of(element: etree._Element) -> Iterator[str]:
    """How everything in an element is built, one part after the other; of what holds other parts, the parts."""
    for child in element:
        if child.tag in HOLDERS and len(child):
            yield f"<{child.tag} {child.get('class')}>"
            yield from parts_of(child)
        else:
            yield skeleton(child)


def outline(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    return f"<{element.tag} {' '.join(element.keys())}>{mark_of_text(element)}{''.join(map(outline, element))}</>"


def body_of(answer: HttpResponseBase) -> bytes:
    return b"".join(answer) if isinstance(answer, StreamingHttpResponse) else answer.content  # type: ignore[attr-defined]


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(f"{name}\n{unpacked(archive.read(name))}" for name in archive.namelist())
