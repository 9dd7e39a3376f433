"""What is like a text that somebody writes, among ideas, published suggestions, good examples and open challenges."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import QuerySet

from ideas.models import Challenge, Example, Suggestion
from ideas.queries.suggestions import published
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.queries.search import marked, passage_of
from portal.cases.queries.similar import (
    SIMILAR,
    Published,
    Term,
    anyone,
    candidates,
    nearest,
    similar_cases,
    terms_of,
)


def similar_ideas(text: str, person: User) -> list[Case]:
    """Ideas that the person may see and that are like the text, the likest first."""
    return [one.case for one in similar_cases(text, person, only="idea")]


def stories_of(ideas: Collection[int]) -> dict[int, str]:
    """By the idea's id, where its good example is read (one query)."""
    return {example.idea_id: example.get_absolute_url() for example in Example.objects.public().filter(idea__in=ideas)}


def nearest_suggestions(terms: list[Term], text: str) -> dict[int, float]:
    """Published suggestions by the words that were published of them and no others: ids, and how like the text they are (one query)."""
    others = published().filter(public_words=candidates(terms))
    return dict(nearest(others, terms, text, vector="public_words", title="public_text"))


def published_suggestions(terms: list[Term], text: str, person: User) -> Iterator[Published]:
    """As above, for an employee who writes: those that they do not find among the cases. Two queries, or one."""
    likeness = nearest_suggestions(terms, text)
    if not likeness:
        return
    found = Suggestion.objects.filter(pk__in=likeness)
    unseen = found.exclude(pk__in=found.visible_among(person).values("pk"))
    for one in unseen.select_related("unit").annotate(passage=passage_of("public_text", anyone(terms))):
        became = f"{one.get_disposition_display()}, {one.unit}"
        yield Published(marked(one.passage), one.kind_info.name, became, one.answer, likeness[one.pk])


def similar_published(text: str, *, answering: int = 0) -> list[dict[str, Any]]:
    """What everyone may read that is like the text: published suggestions, by the words that were published of them and no others, good
    examples, and open challenges but the one of that id, which the text answers already. Each is a ``story``, a ``suggestion`` or a
    ``challenge``, with a ``passage`` in which the shared words are marked. Seven queries, or eight.
    """
    terms = terms_of(text)
    if not terms:
        return []
    sought, shared = candidates(terms), anyone(terms)
    examples = Example.objects.public().filter(words=sought)
    challenges = Challenge.objects.told_openly().open_now().exclude(pk=answering).filter(text=sought)
    told = dict(nearest(examples, terms, text, vector="words"))
    suggested = nearest_suggestions(terms, text)
    asked = dict(nearest(challenges, terms, text))
    rows: list[tuple[str, dict[int, float], QuerySet[Any], str]] = [
        ("story", told, Example.objects.filter(pk__in=told).select_related("idea"), "summary"),
        ("suggestion", suggested, Suggestion.objects.filter(pk__in=suggested).select_related("unit"), "public_text"),
        ("challenge", asked, Challenge.objects.filter(pk__in=asked), "question"),
    ]
    found = [
        ((likeness[one.pk], one.pk), {name: one, "passage": marked(one.passage)})
        for name, likeness, those, column in rows
        for one in those.annotate(passage=passage_of(column, shared))
    ]
    return [one for _likeness, one in sorted(found, key=lambda pair: pair[0], reverse=True)[:SIMILAR]]
