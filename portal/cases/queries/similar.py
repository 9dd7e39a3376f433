"""Cases like a text that somebody is writing: the words that they share, the rare ones first, also where one of them is misspelt.

Words are compared by their Swedish stem, as in the search, and by the beginning that an English stem is. How much a shared word says is
how rare it is among all cases (inverse document frequency), which PostgreSQL has counted for its planner already.
"""

import math
import time
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchHeadline, SearchQuery, TrigramSimilarity
from django.db import connection
from django.db.models import F, FloatField, Func, Q, QuerySet
from django.db.models.functions import Ln
from django.utils.safestring import SafeString

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.models import Case, CaseLink, NotSame
from portal.cases.queries.listing import for_list
from portal.cases.queries.search import NEAR, NEAREST, START, STOP, WORD, WRITTEN, marked, passage_of
from portal.cases.states import Confidentiality

SIMILAR = 5
"""How many are offered: more would not be read by somebody who is writing."""
READ, WEIGHED, MISSPELT = 120, 16, 6
"""Of a text, how many different words are read, how many of them, the rarest, are sought, and how many may be taken for misspelt."""
CANDIDATES = 800
"""How many that share words are compared: those that were changed last."""
RARE = 0.001
"""A word in fewer of the cases than this finds a case by itself; more common ones do in pairs."""
PAIRED, LEADING = 6, 3
"""Of those, how many are sought, and how many lead a pair: each costs the index a reading of all its cases."""
LEAST = 0.2
"""What is offered shares at least this part of what the words say."""
SHORTEST_STEM = 4
_FORMS = """
    SELECT asked.word, tsvector_to_array(to_tsvector('swedish', asked.word)), tsvector_to_array(to_tsvector('english', asked.word)),
        EXISTS (SELECT FROM cases_titleword known WHERE known.word = asked.word)
    FROM unnest(%s::text[]) asked(word)
"""
_NEAR_STEMS = f"SELECT near.asked, tsvector_to_array(to_tsvector('swedish', near.word)) FROM ({NEAR}) near(asked, word)"  # noqa: S608  # two constants
_SHARES = """
    SELECT found.lexeme, found.share
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) found(lexeme, share)
    WHERE tablename = 'cases_case' AND attname = 'text' AND schemaname = ANY (current_schemas(false)) AND found.lexeme IS NOT NULL
    ORDER BY found.lexeme COLLATE "C"
"""


@dataclass(frozen=True)
class Term:
    """A word that is sought: ``query`` finds it in all its forms, as PostgreSQL writes it; ``share`` is the part of all cases with it."""

    stem: str
    query: str
    share: float

    @property
    def weight(self) -> float:
        return math.log(1 + 1 / max(self.share, RARE / 4))


@dataclass(frozen=True)
class Similar:
    """A case like the text. In its title and the passage of its text the shared words are marked."""

    case: Case
    title: SafeString
    passage: SafeString
    written_by: int | None


def similar_cases(
    text: str, person: User | AnonymousUser, *, draft: Case | None = None, only: str = ""
) -> list[Similar]:
    """Submitted cases that the person may see and that are like the text, the likest first: of the kind ``only``, or of all kinds that
    are ``compared``. Not the ``draft`` itself, nor what it is tied to or its writers have said is not the same.

    A closed case is never among them, whoever asks. Four queries, three where every word is known.
    """
    terms = terms_of(text)
    if not terms:
        return []
    visible = Case.objects.visible_to(person).filter(Q(kind=only) if only else _offered(), opened_at__isnull=False)
    visible = visible.exclude(confidentiality=Confidentiality.RESTRICTED)
    if draft is not None:
        tied = CaseLink.objects.filter(source=draft.pk, undone_at=None).values("target")
        unlike = NotSame.objects.filter(draft=draft.pk).values("case")
        visible = visible.exclude(pk=draft.pk).exclude(pk__in=unlike).exclude(pk__in=tied)
    latest = visible.filter(text=candidates(terms)).order_by("-changed_at").values("pk")[:CANDIDATES]
    likeness = nearest(Case.objects.filter(pk__in=latest), terms, text).values_list("pk", "likeness")
    ranked = {pk: value for pk, value in likeness if value is not None}
    shared = anyone(terms)
    rows: Any = for_list(Case.objects.filter(pk__in=ranked)).annotate(
        written_by=F("owner"), marked_title=whole_of("title", shared), passage=passage_of(WRITTEN, shared)
    )
    return [
        Similar(row, marked(row.marked_title), marked(row.passage), row.written_by)
        for row in sorted(rows, key=lambda row: -ranked[row.pk])
    ]


def _offered() -> Q:
    """Cases of the kinds that are compared; of some only those that their kind offers now."""
    compared = [kind for kind in kinds.all_kinds() if kind.compared]
    condition = Q(kind__in=[kind.key for kind in compared if kind.offered is None])
    for kind in compared:
        if kind.offered is not None:
            condition |= Q(pk__in=kind.offered().values("pk"))
    return condition


def nearest(
    rows: "QuerySet[Any]", terms: list[Term], text: str, *, vector: str = "text", title: str = "title"
) -> "QuerySet[Any]":
    """The rows whose ``vector`` shares most with the text, the likest first; a long text shares words by chance, and counts for less."""
    length = Func(F(vector), function="length", output_field=FloatField())
    alike = TrigramSimilarity(title, text[:200])
    likeness = Shared(vector, terms) / Ln(length + 20.0) + alike
    ranked: QuerySet[Any] = rows.annotate(likeness=likeness)
    return ranked.order_by(F("likeness").desc(nulls_last=True), "-pk")[:SIMILAR]


class Shared(Func):
    """What the words say that a vector shares with the terms; nothing where that is not enough to be told of."""

    output_field = FloatField()

    def __init__(self, vector: Any, terms: Iterable[Term]) -> None:
        super().__init__(F(vector) if isinstance(vector, str) else vector)
        self.terms = list(terms)

    def as_sql(self, compiler: Any, connection: Any, *rest: Any, **context: Any) -> tuple[str, Any]:
        vector, params = compiler.compile(self.source_expressions[0])
        weights = [term.weight for term in self.terms]
        sought = "(SELECT sum(weight) FROM unnest(%s::tsquery[], %s::float[]) sought(query, weight) WHERE "
        sql = f"{sought}{vector} @@ query HAVING sum(weight) >= %s)"
        return sql, [[term.query for term in self.terms], weights, *params, LEAST * sum(weights[:PAIRED])]


def terms_of(text: str) -> list[Term]:
    """The words of the text that say most, the rarest first. Stop words of both languages say nothing. One query, or two."""
    words = list(dict.fromkeys(word[:100] for word in WORD.findall(text.lower())))[:READ]
    forms = {word: form for word, *form in _ask(_FORMS, words) if all(form[:2])}
    shares = {word: share_of(swedish + english) for word, (swedish, english, _known) in forms.items()}
    strange = [word for word, form in forms.items() if not form[2] and not shares[word]][:MISSPELT]
    near: dict[str, list[str]] = {}
    for word, stems in _ask(_NEAR_STEMS, strange, NEAREST):
        near.setdefault(word, []).extend(stems)
    terms = {
        swedish[0]: Term(swedish[0], _query(swedish + near.get(word, []), english), shares[word])
        for word, (swedish, english, _known) in forms.items()
    }
    return sorted(terms.values(), key=lambda term: term.share)[:WEIGHED]


def _ask(question: str, words: list[str], *more: int) -> list[Any]:
    """What the database answers; nothing is asked about no words."""
    if not words:
        return []
    with connection.cursor() as cursor:
        cursor.execute(question, [words, *more])
        found: list[Any] = cursor.fetchall()
    return found


def _query(swedish: list[str], english: list[str]) -> str:
    """Any of the Swedish stems, also of words that it may be a misspelling of, and words that begin as the English stem does."""
    beginnings = tuple(stem for stem in english if len(stem) >= SHORTEST_STEM)
    whole = [f"'{stem}'" for stem in dict.fromkeys(swedish) if not beginnings or not stem.startswith(beginnings)]
    return " | ".join([*whole, *(f"'{stem}':*" for stem in beginnings)])


def candidates(terms: list[Term]) -> SearchQuery:
    """Cases with a rare word in any form, or with two of the others by their stems: the beginnings of common words are many."""
    alone = [f"({term.query})" for term in terms if term.share < RARE]
    common = [f"'{term.stem}'" for term in terms if term.share >= RARE][:PAIRED]
    pairs = [f"{one} & ({' | '.join(common[place:])})" for place, one in enumerate(common[:-1][:LEADING], 1)]
    return asked(" | ".join(alone + pairs or common))


def anyone(terms: list[Term]) -> SearchQuery:
    return asked(" | ".join(term.query for term in terms))


def asked(query: str) -> SearchQuery:
    """The words are stems already."""
    return SearchQuery(query, config="simple", search_type="raw")


def whole_of(column: str, query: SearchQuery) -> SearchHeadline:
    """A column: all of the text, with the words between marks for ``marked``."""
    return SearchHeadline(column, query, config="swedish", start_sel=START, stop_sel=STOP, highlight_all=True)


def share_of(stems: Iterable[str]) -> float:
    """In which part of all cases there is a word with one of the stems, or that begins as one; 0 for what is rare.

    No query, but once an hour.
    """
    lexemes, shares = _common(int(time.time() // 3600))
    most = 0.0
    for stem in stems:
        place, total = bisect_left(lexemes, stem), 0.0
        while place < len(lexemes) and lexemes[place].startswith(stem):
            total += shares[place]
            place += 1
        most = max(most, total)
    return min(most, 1.0)


@lru_cache(maxsize=1)
def _common(hour: int) -> tuple[list[str], list[float]]:
    """The most common stems in order, and the part of all cases that has each. Nothing, in a new database."""
    with connection.cursor() as cursor:
        cursor.execute(_SHARES)
        rows = cursor.fetchall()
    return [lexeme for lexeme, _share in rows], [float(share) for _lexeme, share in rows]
