"""The main menu. An app registers its entry when Django starts; at most six are shown to anyone, so most apps have none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.functional import Promise

from portal.accounts.models import User

MOST = 6


def everyone(person: User | AnonymousUser) -> bool:
    return True


def signed_in(person: User | AnonymousUser) -> bool:
    return person.is_authenticated


def employees(person: User | AnonymousUser) -> bool:
    return isinstance(person, User) and person.is_employee


@dataclass(frozen=True)
class Entry:
    """One line of the menu; ``shown`` must not cost a query. ``order`` counts from the left: 10, 20 …"""

    key: str
    label: str | Promise
    url_name: str
    order: int
    shown: Callable[[User | AnonymousUser], bool] = everyone

    @cached_property
    def url(self) -> str:
        return reverse(self.url_name)


@dataclass(frozen=True)
class Line:
    """An entry as the template draws it; ``current`` is the value of ``aria-current`` or empty."""

    label: str | Promise
    url: str
    current: str = ""


_entries: dict[str, Entry] = {}
_read_more: dict[str, Entry] = {}


def register(entry: Entry) -> Entry:
    _entries[entry.key] = entry
    return entry


def register_reading(entry: Entry) -> Entry:
    """Something for everyone to read, under "Read more" at the foot of each page. ``shown`` is not asked."""
    _read_more[entry.key] = entry
    return entry


def read_more() -> Iterator[Line]:
    """What apps have for everyone to read."""
    for entry in sorted(_read_more.values(), key=lambda entry: entry.order):
        yield Line(entry.label, entry.url)


def lines_for(person: User | AnonymousUser, path: str) -> Iterator[Line]:
    """The menu of a person who is at ``path``: the first six entries; what comes after stands in the footer."""
    shown = (entry for entry in sorted(_entries.values(), key=lambda entry: entry.order) if entry.shown(person))
    for entry in islice(shown, MOST):
        yield Line(
            entry.label, entry.url, "page" if path == entry.url else "true" if path.startswith(entry.url) else ""
        )
