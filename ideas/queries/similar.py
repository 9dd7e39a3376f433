"""What is like a text that somebody writes, among ideas, published suggestions and good examples."""

from collections.abc import Collection
from typing import Any

from ideas.models import (
    Example,
    Suggestion,
)
from ideas.queries.suggestions import published
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.search import marked, passage_of
from portal.cases.queries.similar import SIMILAR, anyone, candidates, nearest, similar_cases, terms_of


def similar_ideas(text: str, person: User) -> list[Case]:
    """Ideas that the person may see and that are like the text, the likest first."""
    return [one.case for one in similar_cases(text, person, only="idea")]


def stories_of(ideas: Collection[int]) -> dict[int, str]:
    """By the idea's id, where its good example is read (one query)."""
    return {example.idea_id: example.get_absolute_url() for example in Example.objects.public().filter(idea__in=ideas)}


def similar_published(text: str) -> list[dict[str, Any]]:
    """What everyone may read that is like the text: published suggestions, by the words that were published of them and no others, and good
    examples. Each is a ``story`` or a ``suggestion``, with a ``passage`` in which the shared words are marked. Five queries, or six.
    """
    terms = terms_of(text)
    if not terms:
        return []
    sought, shared = candidates(terms), anyone(terms)
    examples, others = Example.objects.public().filter(words=sought), published().filter(public_words=sought)
    told = dict(nearest(examples, terms, text, vector="words"))
    suggested = dict(nearest(others, terms, text, vector="public_words", title="public_text"))
    stories: Any = Example.objects.filter(pk__in=told).annotate(passage=passage_of("summary", shared))
    suggestions: Any = Suggestion.objects.filter(pk__in=suggested).select_related("unit")
    suggestions = suggestions.annotate(passage=passage_of("public_text", shared))
    found = [
        *((told[one.pk], {"story": one, "passage": marked(one.passage)}) for one in stories),
        *((suggested[one.pk], {"suggestion": one, "passage": marked(one.passage)}) for one in suggestions),
    ]
    return [one for _likeness, one in sorted(found, key=lambda pair: -pair[0])[:SIMILAR]]
