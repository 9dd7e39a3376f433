"""What is read of suggestions: what became of them, and what everyone may read."""

import hashlib
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from ideas.models import (
    Idea,
    Suggestion,
)
from ideas.models.whos import joined_to
from ideas.states import SuggestionState
from portal.cases.models import Case
from portal.cases.states import Confidentiality, Relation

BECAME = (Relation.LED_TO, Relation.JOINED)
"""Ties by which a suggestion has become part of an idea."""


def suggestions_of(idea: Idea) -> "QuerySet[Suggestion]":
    """The suggestions that became the idea or were joined to it, or to one that goes on together with it, whoever may see them: for
    counting and telling, not for showing."""
    family = Q(links_out__target=idea.pk) | Q(links_out__target__in=joined_to(idea.pk))
    ties = family & Q(links_out__relation__in=BECAME, links_out__undone_at=None)
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


# ── Together, and spread ─────────────────────────────────────────────────────────────────────────────────────────────
