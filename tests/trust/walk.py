"""A walk: every address of the portal, opened once by one part of the cast, with what each answered."""

import io
import zipfile
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpResponseBase, StreamingHttpResponse

from portal.backup.fingerprint import Fingerprint
from tests.trust.routes import Visit, all_routes, rule_of, visits_of
from tests.trust.world import World

Tables = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Answer:
    """What one address gave. ``expected`` are the statuses that its rule allows this visitor."""

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
        html = self.headers.get("Content-Type", "").startswith("text/html")
        return html and b"<html" in self.content and not self.visit.url.startswith("/admin/")

    @cached_property
    def everything(self) -> str:
        """Headers and body; of a zip or a workbook also what is packed in it."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.headers.items())
        return f"{headers}\n\n{unpacked(self.content)}"


@dataclass(frozen=True)
class Walk:
    """``before`` and ``after`` are the rows of every table, counted and hashed."""

    part: str
    answers: list[Answer]
    before: Tables
    after: Tables


def walk_as(part: str, world: World) -> Walk:
    before, answers = Fingerprint.take().tables, []
    for route in all_routes():
        rule = rule_of(route)
        assert rule is not None, route
        for visit in visits_of(route, world):
            answer = world.clients[part].get(visit.url)
            expected = rule.expects(part, visit, world)
            headers = {name.title(): value for name, value in answer.items()}
            answers.append(Answer(route.name, visit, expected, answer.status_code, headers, body_of(answer)))
    return Walk(part, answers, before, Fingerprint.take().tables)


def body_of(answer: HttpResponseBase) -> bytes:
    return b"".join(answer) if isinstance(answer, StreamingHttpResponse) else answer.content  # type: ignore[attr-defined]


def unpacked(content: bytes) -> str:
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return "\n".join(f"{name}\n{unpacked(archive.read(name))}" for name in archive.namelist())
