"""The catalogue: testbeds in order, found by their words, and gathered by place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from math import cos, radians
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchQuery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, FloatField, Func, Prefetch, Q, QuerySet, TextField, Value
from django.db.models.functions import Coalesce, NullIf
from django.db.models.lookups import GreaterThan
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import get_language

from portal.accounts.models import User
from portal.cases.elsewhere import MOST as MOST_FOUND
from portal.cases.elsewhere import Page
from portal.cases.queries.search import words_of
from portal.cases.sorting import swedish
from portal.wording import worded_once
from testbeds.models import Testbed, TestbedPicture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from testbeds.models.testbed import TestbedQuerySet

WORD = re.compile(r"[^\W_]{3,}")
MOST_WORDS = 8
ALIKE = 0.5
"""How alike a word and a stretch of the text must be, where no testbed has the words themselves."""
WIDTH, HEIGHT, EDGE = 640, 400, 40
"""Of the drawn map, in its own units."""
DEGREE = 111.2
"""Kilometres of a degree of latitude."""


def in_order(testbeds: "TestbedQuerySet") -> "TestbedQuerySet":
    """In Swedish alphabetical order of the name in the reader’s language, with what a list shows. Two queries, of which one is for
    pictures."""
    name = Coalesce(NullIf("name_en", Value("")), "name") if get_language() == "en" else F("name")
    pictures = Prefetch("pictures", TestbedPicture.objects.order_by("pk"), "shown_pictures")
    named = testbeds.annotate(shown_name=name).select_related("unit").prefetch_related(pictures)
    return named.order_by(swedish("shown_name"), "pk")


def matching(words: str) -> Q:
    """The words as people write them, in what is told in Swedish or in English."""
    return Q(sought__text=words_of(words)) | Q(
        sought__text_en=SearchQuery(words, config="english", search_type="websearch")
    )


def with_words(testbeds: "TestbedQuerySet", words: str) -> "TestbedQuerySet":
    """Those with the words; where none has them, those with words that look like them. One query to know which."""
    exact = testbeds.filter(matching(words))
    return exact if exact.exists() else with_words_alike(testbeds, words)


class LeastAlike(Func):
    """How like the text the least like of some words is to what is most like it there (``word_similarity``), from 0 to 1."""

    output_field = FloatField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *args: Any, **kwargs: Any
    ) -> tuple[str, tuple[Any, ...]]:
        (text, of_text), (words, of_words) = (compiler.compile(part) for part in self.source_expressions)
        asked = f"(SELECT min(word_similarity(word, {text})) FROM unnest({words}) AS asked (word))"  # noqa: S608  # written by Django
        return asked, (*of_text, *of_words)


def with_words_alike(testbeds: "TestbedQuerySet", words: str) -> "TestbedQuerySet":
    """Those where each of the words looks like one that they have; none where nothing is long enough to look like anything."""
    asked = long_words(words)
    return alike(testbeds, asked) if asked else testbeds.none()


def long_words(words: str) -> list[str]:
    return list(dict.fromkeys(WORD.findall(words.lower())))[:MOST_WORDS]


def alike(testbeds: "TestbedQuerySet", asked: list[str]) -> "TestbedQuerySet":
    least = LeastAlike(F("sought__said"), Value(asked, output_field=ArrayField(TextField())))
    return testbeds.filter(GreaterThan(least, ALIKE))


def find_testbeds(words: str, person: User | AnonymousUser) -> "Iterator[Page]":
    """For the search page: published testbeds with the words (three queries at most)."""
    found = _named(words, get_language() or "") or _named_alike(words)
    for testbed in found:
        yield Page(str(testbed), testbed.get_absolute_url(), testbed.in_language("summary"))


@worded_once("words", planned_anew=True)
def _named(words: str, _language: str) -> "QuerySet[Testbed]":
    """Those with the very words, in the order of the language in use."""
    return in_order(Testbed.objects.published().filter(matching(words))).prefetch_related(None)[:MOST_FOUND]


def _named_alike(words: str) -> list[Testbed]:
    found = _alike_ids(asked) if (asked := long_words(words)) else []
    return list(in_order(Testbed.objects.filter(pk__in=found)).prefetch_related(None)[:MOST_FOUND]) if found else []


@worded_once("asked", planned_anew=True)
def _alike_ids(asked: list[str]) -> QuerySet[Any]:
    return alike(Testbed.objects.published(), asked).values_list("pk", flat=True)


# ── Places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass
class Place:
    """Testbeds at one address; ``x`` and ``y`` on the drawn map where the coordinates are known. ``number`` counts the places drawn."""

    address: str
    latitude: float | None = None
    longitude: float | None = None
    testbeds: list[Testbed] = field(default_factory=list)
    number: int = 0
    x: int = 0
    y: int = 0

    @property
    def geo(self) -> str:
        """For any map program (RFC 5870), or empty."""
        if self.latitude is None or self.longitude is None:
            return ""
        at = f"{self.latitude:.5f},{self.longitude:.5f}"
        return f"geo:{at}?q={at}({quote(self.address)})" if self.address else f"geo:{at}"

    @property
    def coordinates(self) -> str:
        return "" if self.latitude is None else f"{self.latitude:.5f}, {self.longitude:.5f}"


@dataclass(frozen=True)
class Drawing:
    """The places on a map of ours; ``scale`` is how many units ``kilometres`` are."""

    places: list[Place]
    kilometres: int
    scale: int


def places_of(testbeds: Iterable[Testbed]) -> list[Place]:
    """By address, in the order in which the testbeds come; those that lie nowhere last. No query."""
    found: dict[tuple[str, str, str], Place] = {}
    for testbed in testbeds:
        key = (testbed.address, str(testbed.latitude), str(testbed.longitude))
        if key not in found:
            lies = testbed.latitude is not None and testbed.longitude is not None
            found[key] = Place(
                testbed.address,
                float(testbed.latitude) if lies and testbed.latitude is not None else None,
                float(testbed.longitude) if lies and testbed.longitude is not None else None,
            )
        found[key].testbeds.append(testbed)
    places = sorted(found.values(), key=lambda place: not (place.address or place.coordinates))
    for number, place in enumerate((place for place in places if place.coordinates), start=1):
        place.number = number
    return places


def drawn(places: list[Place]) -> Drawing | None:
    """Where each place that has coordinates stands on a map as wide as they need, north up; None where there is none."""
    known = [(place, place.latitude, place.longitude) for place in places]
    told = [(place, north, east) for place, north, east in known if north is not None and east is not None]
    if not told:
        return None
    middle = cos(radians(sum(north for _place, north, _east in told) / len(told)))
    points = [(place, east * DEGREE * middle, north * DEGREE) for place, north, east in told]
    left, top = min(x for _, x, _ in points), max(y for _, _, y in points)
    wide = max(max(x for _, x, _ in points) - left, 0.5)
    high = max(top - min(y for _, _, y in points), 0.5)
    scale = min((WIDTH - 2 * EDGE) / wide, (HEIGHT - 2 * EDGE) / high)
    beside, above = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2
    for place, x, y in points:
        place.x, place.y = round(beside + (x - left) * scale), round(above + (top - y) * scale)
    kilometres = next((size for size in (50, 20, 10, 5, 2, 1) if size * scale <= WIDTH / 3), 1)
    return Drawing([place for place, _, _ in points], kilometres, min(round(kilometres * scale), WIDTH - 2 * EDGE))
