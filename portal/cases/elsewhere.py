"""What the search page shows besides cases. An app that has pages to find registers a finder when Django starts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Page:
    """A page that was found: its title, its address and one sentence about it."""

    title: str
    url: str
    text: str = ""


Finder = Callable[[str], Iterable[Page]]
_finders: dict[str, Finder] = {}


def register(key: str, finder: Finder) -> None:
    """Let a finder be asked for every search: it gets the words and gives the best pages first, at most five."""
    _finders[key] = finder


def found_elsewhere(words: str) -> list[Page]:
    return [page for finder in _finders.values() for page in finder(words)]
