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
from itertools import accumulate
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchHeadline, SearchQuery
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, FloatField, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Ln
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.models import Case, NotSame
from portal.cases.queries.listing import for_list
from portal.cases.queries.search import NEAR, NEAREST, START, STOP, WORD, WRITTEN, marked, passage_of
from portal.cases.states import Confidentiality

SIMILAR = 5
"""How many are offered: more would not be read by somebody who is writing."""
READ, WEIGHED, MISSPELT = 120, 12, 6
"""Of a text, how many different words are read, how many of them, the rarest, are sought, and how many may be taken for misspelt."""
MANY = 100
"""A word is common only if it is in so many cases, or one could tell from what is offered what stands in the few that one may not see."""
RARE = 0.001
"""A word in fewer of the cases than this is sought by its beginning too: the beginnings of common words are many."""
READ_SHARE = 0.025
"""The words by which cases are found stand in at most this part of all cases together: what they cost is to read those cases."""
CANDIDATES = 3000
"""How many of those are compared, the latest changed, and how many of them by their titles as well, which costs ten times as much."""
FINALISTS = 20
TELLING, LEAST = 6, 0.2
"""What is offered shares at least this part of what so many words of the text say, the rarest ones."""
SHORTEST_STEM = 4
_FORMS = """
    SELECT asked.word, tsvector_to_array(to_tsvector('swedish', asked.word)), tsvector_to_array(to_tsvector('english', asked.word)),
        EXISTS (SELECT FROM cases_caseword known WHERE known.word = asked.word)
    FROM unnest(%s::text[]) asked(word)
"""
_NEAR_STEMS = f"""
    SELECT near.asked, tsvector_to_array(to_tsvector('swedish', near.word))
    FROM ({NEAR}) near(asked, word) WHERE near.word IS NOT NULL
"""  # noqa: S608  # two constants
_SHARES = """
    SELECT found.lexeme, found.share
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) found(lexeme, share)
    WHERE tablename = 'cases_case' AND attname = 'text' AND schemaname = ANY (current_schemas(false)) AND found.lexeme IS NOT NULL
        AND found.share * (SELECT reltuples FROM pg_class WHERE oid = 'cases_case'::regclass) >= %s
    ORDER BY found.lexeme COLLATE "C"
"""
_SET_ASIDE = """
    SELECT case_id FROM cases_notsame WHERE draft_id = %(draft)s
    UNION ALL SELECT target_id FROM cases_caselink WHERE source_id = %(draft)s AND undone_at IS NULL
"""
_NEAREST = """
    SELECT * FROM (
    WITH weighed (id, title, said, length) AS MATERIALIZED ({}),
    best AS (SELECT id, title, said / length AS likeness FROM weighed WHERE said >= %s ORDER BY likeness DESC, id DESC LIMIT %s)
    SELECT id, likeness + similarity(title, %s) FROM best ORDER BY 2 DESC, 1 DESC LIMIT %s
    ) found
"""
"""Materialized, or what the words say would be reckoned once for each place where it stands."""


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
    likeness: float


@dataclass(frozen=True)
class Published:
    """What everyone may read of a case that the writer may not see, and that is like the text: a passage of its public words, with those
    that are shared marked; its ``kind``; what it ``became`` and where; and what it was answered.
    """

    passage: SafeString
    kind: str | Promise
    became: str
    answer: str
    likeness: float


def similar_for(draft: Case, text: str, person: User) -> list[Similar | Published]:
    """What is offered to who writes the draft, the likest first. As ``similar_cases``, and two queries for each kind that has published
    something; one where nothing of it is like the text.
    """
    terms = terms_of(text)
    if not terms:
        return []
    published = (one for kind in kinds.all_kinds() if kind.compared for one in kind.published(terms, text, person))
    found: list[Similar | Published] = [*similar_cases(text, person, draft=draft, terms=terms), *published]
    return sorted(found, key=lambda one: one.likeness, reverse=True)[:SIMILAR]


def similar_cases(
    text: str,
    person: User | AnonymousUser,
    *,
    draft: Case | None = None,
    only: str = "",
    terms: list[Term] | None = None,
) -> list[Similar]:
    """Submitted cases that the person may see and that are like the text, the likest first: of the kind ``only``, or of all kinds that
    are ``compared``. Not the ``draft`` itself, nor what it is tied to or its writers have said is not the same.

    A closed case or one with a secrecy mark (OSL 2009:400) is never among them, whoever asks. Three queries; one more beside a draft, and
    one more where a word is unknown. ``terms`` are those of the text, where they have been asked for.
    """
    terms = terms_of(text) if terms is None else terms
    if not terms:
        return []
    visible = Case.objects.visible_to(person).filter(Q(kind=only) if only else _offered(), opened_at__isnull=False)
    visible = visible.filter(provision="").exclude(confidentiality=Confidentiality.RESTRICTED)
    if draft is not None:
        visible = visible.exclude(pk__in=set_aside(draft))
    found = nearest(visible.filter(text=candidates(terms)).order_by("-changed_at"), terms, text)
    likeness = dict(found)
    places = {pk: place for place, pk in enumerate(likeness)}
    shared = anyone(terms)
    rows: Any = for_list(Case.objects.filter(pk__in=places)).annotate(
        written_by=F("owner"), marked_title=whole_of("title", shared), passage=passage_of(WRITTEN, shared)
    )
    return [
        Similar(row, marked(row.marked_title), marked(row.passage), row.written_by, likeness[row.pk])
        for row in sorted(rows, key=lambda row: places[row.pk])
    ]


def set_aside(draft: Case) -> list[int]:
    """Ids of what is not offered to those who write the draft (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, {"draft": draft.pk})
        return [draft.pk, *(pk for (pk,) in cursor.fetchall())]


def called_unlike(draft: Case, person: User) -> "QuerySet[Case]":
    """What the writers of the draft have said is not the same, the latest first, of what the person may see and might be offered again."""
    said = NotSame.objects.filter(draft=draft.pk)
    seen = Case.objects.visible_to(person).filter(pk__in=said.values("case"), opened_at__isnull=False, provision="")
    rows: QuerySet[Case] = for_list(seen.exclude(confidentiality=Confidentiality.RESTRICTED))
    return rows.annotate(said_at=Subquery(said.filter(case=OuterRef("pk")).values("at")[:1])).order_by("-said_at")


def _offered() -> Q:
    """Cases of the kinds that are compared; of some only those that their kind offers now."""
    compared = [kind for kind in kinds.all_kinds() if kind.compared]
    condition = Q(kind__in=[kind.key for kind in compared if kind.offered is None])
    for kind in compared:
        if kind.offered is not None:
            condition |= Q(pk__in=kind.offered().values("pk"))
    return condition


def nearest(
    found: "QuerySet[Any]", terms: list[Term], text: str, *, vector: str = "text", title: str = "title"
) -> list[tuple[int, float]]:
    """Ids and likeness of those whose ``vector`` shares most with the text, among the first that are found, the likest first. A long text
    shares words by chance, and counts for less. One query.
    """
    length = Cast(Func(F(vector), function="length"), FloatField())  # of a numeric, Ln takes ten times as long
    weighed = found.values_list("pk", F(title), Shared(vector, terms), Ln(length + 20.0))[:CANDIDATES]
    try:
        sql, params = weighed.query.sql_with_params()
    except EmptyResultSet:
        return []
    least = LEAST * sum(term.weight for term in terms[:TELLING])
    with connection.cursor() as cursor:
        cursor.execute(_NEAREST.format(sql), [*params, least, FINALISTS, text.partition("\n")[0][:200], SIMILAR])
        best: list[tuple[int, float]] = cursor.fetchall()
    return best


class Shared(Func):
    """What the words say that a vector shares with the terms."""

    output_field = FloatField()

    def __init__(self, vector: Any, terms: Iterable[Term]) -> None:
        super().__init__(F(vector) if isinstance(vector, str) else vector)
        self.terms = list(terms)

    def as_sql(self, compiler: Any, connection: Any, *rest: Any, **context: Any) -> tuple[str, Any]:
        vector, params = compiler.compile(self.source_expressions[0])
        one = f"CASE WHEN {vector} @@ %s::tsquery THEN %s::float ELSE 0 END"
        said = [value for term in self.terms for value in (*params, term.query, term.weight)]
        return f"({' + '.join([one] * len(self.terms))})", said


def terms_of(text: str) -> list[Term]:
    """The words of the text that say most, the rarest first. Stop words of both languages say nothing. One query, or two."""
    words = list(dict.fromkeys(word[:100] for word in WORD.findall(text.lower())))[:READ]
    forms = {word: form for word, *form in _ask(_FORMS, words) if all(form[:2])}
    shares = {word: share_of(swedish + english) for word, (swedish, english, _known) in forms.items()}
    strange = [word for word, form in forms.items() if not form[2] and not shares[word]][:MISSPELT]
    near: dict[str, list[str]] = {}
    for word, stems in _ask(_NEAR_STEMS, strange, NEAREST):
        near.setdefault(word, []).extend(stems)
    terms = [
        Term(swedish[0], _query(swedish + near.get(word, []), english), max(shares[word], share_of(near.get(word, []))))
        for word, (swedish, english, _known) in forms.items()
    ]
    return sorted({term.stem: term for term in terms}.values(), key=lambda term: term.share)[:WEIGHED]


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
    """Cases with one of the rarest words, of as many as may be read; with the two rarest of them where each is in more cases than that."""
    read = accumulate(max(term.share, RARE / 4) for term in terms)
    sought = terms[: sum(share <= READ_SHARE for share in read)]
    if not sought:
        return asked(" & ".join(f"'{term.stem}'" for term in terms[:2]))
    return asked(" | ".join(f"({term.query})" if term.share < RARE else f"'{term.stem}'" for term in sought))


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
        cursor.execute(_SHARES, [MANY])
        rows = cursor.fetchall()
    return [lexeme for lexeme, _share in rows], [float(share) for _lexeme, share in rows]
