"""Search over all kinds: Swedish stemming, and trigrams for what is misspelt or part of a compound word."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, TrigramWordSimilarity
from django.db.models import F, Q, TextField, Value
from django.db.models.functions import Concat, Lower
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.finding import reference_in
from portal.cases.queries.listing import for_list

if TYPE_CHECKING:
    from portal.cases.models import CaseQuerySet

CANDIDATES = 500
"""How many of the latest matches are ranked: ranking reads each one's whole vector, and a common word matches half of all cases."""
ALIKE = 50
"""How many titles that only look like the words are added."""
ENOUGH = 20
"""With so many matches of the words themselves, nothing that only looks like them is sought."""
START, STOP = "\x02", "\x03"
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
    """Ids of the cases that the person may see and that match, best first; at most 550. One or two queries."""
    visible = Case.objects.visible_to(person)
    if kind:
        visible = visible.filter(kind=kind)
    if reference := reference_in(text):
        return list(visible.filter(reference=reference).values_list("pk", flat=True))
    ranked = _by_words(visible, text)
    return ranked if len(ranked) >= ENOUGH else [*ranked, *_alike(visible.exclude(pk__in=ranked), text)]


def hits(ids: list[int], text: str) -> list[Hit]:
    """The cases with those ids, in that order, each with its passage. One query; the passage is cut for these rows alone."""
    passage = SearchHeadline(
        Concat("summary", Value(" "), "body", output_field=TextField()),
        words_of(text),
        config="swedish",
        start_sel=START,
        stop_sel=STOP,
        max_words=35,
        min_words=15,
        max_fragments=2,
        fragment_delimiter=" … ",
    )
    rows = {case.pk: case for case in for_list(Case.objects.filter(pk__in=ids)).annotate(passage=passage)}
    return [Hit(rows[pk], marked(rows[pk].passage)) for pk in ids if pk in rows]


def marked(passage: str) -> SafeString:
    """The passage escaped, with ``<mark>`` around the words that were found."""
    parts = _MARKED.split(passage)
    pieces = ((format_html("<mark>{}</mark>", part) if place % 2 else part,) for place, part in enumerate(parts))
    return format_html_join("", "{}", pieces)


def _by_words(visible: "CaseQuerySet[Case]", text: str) -> list[int]:
    query = words_of(text)
    latest = visible.filter(text=query).order_by("-opened_at", "-pk").values("pk")[:CANDIDATES]
    rank = SearchRank(F("text"), query)
    ranked = Case.objects.filter(pk__in=latest).annotate(rank=rank).order_by("-rank", "-opened_at", "-pk")
    return list(ranked.values_list("pk", flat=True))


def _alike(visible: "CaseQuerySet[Case]", text: str) -> list[int]:
    """Titles in which a word, or a part of one, looks like the text (pg_trgm; the index is on the title in small letters)."""
    word = text.lower()
    near = visible.annotate(small=Lower("title")).filter(small__trigram_word_similar=word)
    alike = near.annotate(likeness=TrigramWordSimilarity(word, "small")).order_by("-likeness", "-opened_at", "-pk")
    return list(alike.values_list("pk", flat=True)[:ALIKE])
