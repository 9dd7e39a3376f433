"""Search over all kinds: Swedish stemming, and trigrams for what is misspelt or part of a compound word."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, TrigramWordSimilarity
from django.db import connection
from django.db.models import F, Q, QuerySet, TextField, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Concat
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.finding import reference_in
from portal.cases.queries.listing import for_list
from portal.organisation.asking import worded_for_anyone
from portal.wording import worded_once

if TYPE_CHECKING:
    from portal.cases.models import CaseQuerySet

CANDIDATES = 500
"""How many of the latest matches are ranked: ranking reads each one's whole vector, and a common word matches half of all cases."""
ALIKE = 50
"""How many cases that only have words like those sought are added."""
ENOUGH = 20
"""With so many matches of the words themselves, nothing that only looks like them is sought."""
NEAREST = 5
"""How many words are tried for each that is sought."""
MOST_WORDS = 8
"""Of a longer text, no more words are sought by their likeness."""
START, STOP = "\x02", "\x03"
WORD = re.compile(r"[^\W_]{3,}")
WRITTEN = Concat("summary", Value(" "), "body", output_field=TextField())
"""Of a case, what is searched besides its title."""
NEAR = """
    SELECT asked.word, near.word
    FROM unnest(%s::text[]) asked(word) LEFT JOIN LATERAL (
        SELECT word FROM cases_caseword
        WHERE word %%> asked.word OR (word %% asked.word AND similarity(word, asked.word) > 0.45)
        ORDER BY word_similarity(asked.word, word) DESC, similarity(asked.word, word) DESC, word LIMIT %s
    ) near ON true
    WHERE to_tsvector('swedish', asked.word) <> ''
"""
"""For each word that says something (no stop word), those near it; a word that has none stands with nothing beside it."""
_MARKED = re.compile(f"{START}(.*?){STOP}", re.DOTALL)


@dataclass(frozen=True)
class Hit:
    """A case that was found, and a passage of its text in which the words are marked."""

    case: Case
    snippet: SafeString


def words_of(text: str) -> SearchQuery:
    """As people write in a search box: words, "a phrase", -not."""
    return SearchQuery(text, config="swedish", search_type="websearch")


def matching(text: str) -> Q:
    """A condition for lists: the diary number if the text is one, otherwise its words."""
    reference = reference_in(text)
    return Q(reference=reference) if reference else Q(text=words_of(text))


def found_ids(text: str, person: User | AnonymousUser, *, kind: str = "") -> list[int]:
    """Ids of the cases that the person may see and that match, best first; at most 550. One query, or three where the words find little."""
    if reference := reference_in(text):
        return list(_visible(person, kind).filter(reference=reference).values_list("pk", flat=True))
    ranked: list[int] = _first_by_words(text, person, kind)
    if len(ranked) >= ENOUGH or not (meant := _meant(text)):
        return ranked
    alike: list[int] = _first_alike(meant, text, ranked, person, kind)
    return [*ranked, *alike]


def _visible(person: User | AnonymousUser, kind: str) -> "CaseQuerySet[Case]":
    visible = Case.objects.visible_among(person)
    return visible.filter(kind=kind) if kind else visible


@worded_for_anyone("text", planned_anew=True)
def _first_by_words(text: str, person: User | AnonymousUser, kind: str) -> QuerySet[Any]:
    return _by_words(_visible(person, kind), words_of(text), CANDIDATES)


@worded_for_anyone("meant", "text", "found", planned_anew=True)
def _first_alike(meant: str, text: str, found: list[int], person: User | AnonymousUser, kind: str) -> QuerySet[Any]:
    """Those whose titles are likest first: what is sought may be one letter from the first, and five from the next."""
    query = SearchQuery(meant, config="swedish", search_type="raw")
    visible = _visible(person, kind).exclude(pk__among=found)
    return _by_words(visible, query, ALIKE, TrigramWordSimilarity(text, "title").desc())


def passage_of(text: Any, query: SearchQuery) -> SearchHeadline:
    """A column: what of the text stands around the words, which are set between marks for ``marked``."""
    return SearchHeadline(
        text,
        query,
        config="swedish",
        start_sel=START,
        stop_sel=STOP,
        max_words=35,
        min_words=15,
        max_fragments=2,
        fragment_delimiter=" … ",
    )


def hits(ids: list[int], text: str) -> list[Hit]:
    """The cases with those ids, in that order, each with its passage. One query; the passage is cut for these rows alone.

    Of a case whose openings are logged there is none: it is read on its own page.
    """
    rows: dict[int, Any] = {case.pk: case for case in _with_passage(ids, text)}
    return [Hit(row, marked("" if row.kind_info.logs_access else row.passage)) for pk in ids if (row := rows.get(pk))]


@worded_once("ids", "text")
def _with_passage(ids: list[int], text: str) -> QuerySet[Case]:
    return for_list(Case.objects.filter(pk__among=ids)).annotate(passage=passage_of(WRITTEN, words_of(text)))


def marked(passage: str) -> SafeString:
    """The passage escaped, with ``<mark>`` around the words that were found."""
    return mark_safe(_MARKED.sub(r"<mark>\1</mark>", escape(passage)))  # noqa: S308  # all but the marks is escaped


def _by_words(visible: "CaseQuerySet[Case]", query: SearchQuery, most: int, *before: OrderBy) -> QuerySet[Any]:
    """The ``most`` latest that match, the best first; what comes ``before`` that is asked of those alone."""
    latest = visible.filter(text=query).order_by("-opened_at", "-pk").values("pk")[:most]
    rank = SearchRank(F("text"), query)
    ranked = Case.objects.filter(pk__in=latest).annotate(rank=rank).order_by(*before, "-rank", "-opened_at", "-pk")
    return ranked.values_list("pk", flat=True)


def _meant(text: str) -> str:
    """A question, as PostgreSQL writes it, for words of cases that look like those of the text, or have them in them: for each at least
    one, otherwise none at all. One query.
    """
    asked = list(dict.fromkeys(WORD.findall(text.lower())))[:MOST_WORDS]
    near = near_words(asked)
    if not near or not all(near.values()):
        return ""
    return " & ".join(f"({any_of(others)})" for others in near.values())


def near_words(asked: list[str]) -> dict[str, list[str]]:
    """For each word but stop words, those of cases that look like it or have it in them, the nearest first. One query."""
    near: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(NEAR, [asked, NEAREST])
        for word, other in cursor.fetchall():
            near.setdefault(word, []).extend([other] if other else [])
    return near


def any_of(words: Iterable[str]) -> str:
    """The words as PostgreSQL writes a question for one of them."""
    return " | ".join(f"'{word}'" for word in words)
