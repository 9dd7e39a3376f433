"""What the search page shows besides cases. An app that has pages to find registers a finder when Django starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice

from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

from portal.accounts.models import User

MOST = 5


@dataclass(frozen=True)
class Page:
    """A page that was found: its title, its address and one sentence about it."""

    title: str
    url: str
    text: str = ""


Finder = Callable[[str, User | AnonymousUser], Iterable[Page]]
_finders: dict[str, tuple[str | Promise, Finder]] = {}


def register(key: str, label: str | Promise, finder: Finder) -> None:
    """Let a finder be asked for every search: it gets the words and who asks, and gives the best pages that they may read first.

    ``label`` is the heading over what it finds.
    """
    _finders[key] = (label, finder)


def found_elsewhere(words: str, person: User | AnonymousUser) -> list[tuple[str, list[Page]]]:
    """By heading, at most five pages each; nothing where nothing was found. What it costs, the finders say."""
    found = ((str(label), list(islice(finder(words, person), MOST))) for label, finder in _finders.values())
    return [(label, pages) for label, pages in found if pages]
