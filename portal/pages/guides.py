"""Guides for users: Markdown files in ``guides/<language>/<order>-<slug>.md``, below 100 by role and from 100 by topic."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from portal.accounts.models import User
from portal.cases.elsewhere import Page
from portal.pages.markdown import to_html

FOLDER = Path(__file__).parent / "guide_texts"
FIRST_TOPIC = 100


@dataclass(frozen=True)
class Guide:
    """``title`` is the first heading, ``summary`` the first paragraph, ``text`` all after the heading, as Markdown."""

    slug: str
    language: str
    order: int
    title: str
    summary: str
    text: str

    @property
    def is_topic(self) -> bool:
        return self.order >= FIRST_TOPIC

    @property
    def html(self) -> SafeString:
        return to_html(self.text)


def _read(file: Path) -> Guide:
    order, slug = file.stem.split("-", 1)
    heading, text = file.read_text(encoding="utf-8").split("\n", 1)
    summary = " ".join(text.strip().split("\n\n", 1)[0].split())
    return Guide(slug, file.parent.name, int(order), heading.removeprefix("# ").strip(), summary, text)


@cache
def _all(language: str) -> dict[str, Guide]:
    return {guide.slug: guide for guide in map(_read, sorted((FOLDER / language).glob("*.md")))}


def guides_in(language: str) -> list[Guide]:
    """The guides in order: those in the language, and for the rest the Swedish ones."""
    found = {**_all("sv"), **_all(language)}
    return sorted(found.values(), key=lambda guide: guide.order)


def guide(slug: str, language: str) -> Guide | None:
    return _all(language).get(slug) or _all("sv").get(slug)


def find(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """The guides in which every word stands, those with a word in the title first. For the search page; no query."""
    wanted = words.casefold().split()
    hits = [one for one in guides_in((get_language() or "sv")[:2]) if _holds(f"{one.title} {one.text}", wanted)]
    hits.sort(key=lambda one: not any(word in one.title.casefold() for word in wanted))
    yield from (Page(one.title, reverse("pages:guide", args=[one.slug]), one.summary) for one in hits)


def _holds(text: str, words: list[str]) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words)
