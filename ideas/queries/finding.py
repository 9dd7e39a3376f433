"""What the search page finds beside cases."""

from collections.abc import Iterator

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import Truncator

from ideas.models import (
    Challenge,
    Example,
    Need,
    ScanningNote,
    Suggestion,
)
from ideas.queries.challenging import EXCERPT
from ideas.queries.suggestions import published
from portal.accounts.models import User
from portal.cases.elsewhere import MOST as MOST_FOUND
from portal.cases.elsewhere import Page
from portal.cases.queries.search import words_of
from portal.wording import worded_once

TITLE_WORDS = 12
"""Of a published suggestion, which has no title of its own."""


def find_examples(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Published good examples with the words, for everyone, the latest first (one query)."""
    for example in _examples(words):
        yield Page(str(example), example.get_absolute_url(), example.shown["summary"])


def find_challenges(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Challenges with the words, for those who do not find them among the cases; those that are open first (one query)."""
    if isinstance(person, User) and person.is_employee:
        return
    for challenge in Challenge.objects.told_openly().filter(text=words_of(words)).open_first()[:MOST_FOUND]:
        yield Page(challenge.title, challenge.public_url, challenge.question[:EXCERPT])


def find_published(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Published suggestions with the words, by what was published of them, for those who do not find them among the cases; the latest
    answered first (one query)."""
    if isinstance(person, User) and person.is_employee:
        return
    place = reverse("suggestions:public", query={"q": words})
    for suggestion in _published(words):
        title = Truncator(suggestion.public_text).words(TITLE_WORDS)
        yield Page(title, f"{place}#{suggestion.anchor}", suggestion.get_disposition_display())


def find_in_bank(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Needs with the words, for employees, the latest first (one query)."""
    if isinstance(person, User) and person.is_employee:
        for need in _needs(words):
            yield Page(str(need), need.get_absolute_url(), need.evidence[:EXCERPT])


def find_notes(words: str, person: User | AnonymousUser) -> Iterator[Page]:
    """Scanning notes with the words, for employees, the latest first (one query)."""
    if isinstance(person, User) and person.is_employee:
        for note in _notes(words):
            yield Page(str(note), note.get_absolute_url(), note.meaning[:EXCERPT])


@worded_once("words", planned_anew=True)
def _examples(words: str) -> QuerySet[Example]:
    return Example.objects.public().filter(words=words_of(words)).order_by("-published_at")[:MOST_FOUND]


@worded_once("words", planned_anew=True)
def _published(words: str) -> QuerySet[Suggestion]:
    return published().filter(public_words=words_of(words))[:MOST_FOUND]


@worded_once("words", planned_anew=True)
def _needs(words: str) -> QuerySet[Need]:
    return Need.objects.filter(text=words_of(words))[:MOST_FOUND]


@worded_once("words", planned_anew=True)
def _notes(words: str) -> QuerySet[ScanningNote]:
    return ScanningNote.objects.filter(text=words_of(words))[:MOST_FOUND]
