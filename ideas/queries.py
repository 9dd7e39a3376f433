"""Reusable reads of ideas and suggestions."""

import hashlib
import re
from datetime import timedelta

from django.contrib.postgres.search import SearchRank
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from ideas.models import Idea, Suggestion
from ideas.states import SuggestionState
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.search import words_of
from portal.cases.states import Confidentiality, Relation
from portal.organisation.models import Unit

DECISIONS = (
    "accept", "decline", "introduce", "close", "confirm_lasting", "end_use", "open_up", "keep_closed", "conclude"
)  # fmt: skip
BECAME = (Relation.LED_TO, Relation.JOINED)
"""Ties by which a suggestion has become part of an idea."""
LONG_WORD, MOST_WORDS = 5, 12
"""Ideas are alike by their long words: how long, and how many of a text are looked for."""
RANKED, SIMILAR = 200, 8


def goals_for(unit: Unit) -> tuple[str, ...]:
    """The goals of the unit's plan and of those above it, nearest first (one query)."""
    line = sorted(Unit.objects.filter(pk__in=unit.path.split(".")), key=lambda above: -len(above.path))
    goals = (goal.strip() for above in line for goal in above.goal.splitlines())
    return tuple(dict.fromkeys(goal for goal in goals if goal))


def similar_ideas(text: str, person: User) -> list[Idea]:
    """Ideas that the person may see and that share words with the text, the likest first (one query)."""
    words = sorted({word for word in re.findall(r"\w+", text.lower()) if len(word) >= LONG_WORD}, key=len, reverse=True)
    query = words_of(" or ".join(words[:MOST_WORDS]))
    alike = Idea.objects.visible_to(person).filter(opened_at__isnull=False, text=query).order_by("-opened_at", "-pk")
    ranked = Idea.objects.filter(pk__in=alike.values("pk")[:RANKED]).annotate(rank=SearchRank(F("text"), query))
    return list(ranked.only("reference", "title").order_by("-rank", "-pk")[:SIMILAR])


def suggestions_of(idea: Idea) -> "QuerySet[Suggestion]":
    """The suggestions that became the idea or were joined to it, whoever may see them: for counting and telling, not for showing."""
    ties = Q(links_out__target=idea.pk, links_out__relation__in=BECAME, links_out__undone_at=None)
    return Suggestion.objects.filter(pk__in=Suggestion.objects.filter(ties).values("pk"))


def ideas_of(suggestion: Case) -> "QuerySet[Idea]":
    """What the suggestion became, whoever may see it: its public state is told, its inside is not."""
    ties = Q(links_in__source=suggestion.pk, links_in__relation__in=BECAME, links_in__undone_at=None)
    return Idea.objects.filter(ties).distinct()


def published() -> "QuerySet[Suggestion]":
    """What everyone on the internet may read, the latest first: answered suggestions that a handler has published."""
    return (
        Suggestion.objects.filter(published_at__isnull=False, state=SuggestionState.ANSWERED)
        .exclude(confidentiality=Confidentiality.RESTRICTED)
        .select_related("area", "unit")
        .order_by("-published_at", "-pk")
    )


def fingerprint(text: str) -> str:
    """The same for texts that differ only in case and white space."""
    return hashlib.sha256(" ".join(text.casefold().split()).encode()).hexdigest()


def same_text_lately(text: str) -> "QuerySet[Suggestion]":
    """Suggestions with the same words, sent in during the last day."""
    since = timezone.now() - timedelta(days=1)
    return Suggestion.objects.filter(fingerprint=fingerprint(text), opened_at__gte=since, source_key=None)
