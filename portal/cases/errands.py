"""What waits for a person beside their cases: something to do that is no step of a case they may see. Apps register where it is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from portal.accounts.models import User


@dataclass(frozen=True)
class Errand:
    """``label`` says what is to be done, ``url`` where; ``due_on`` is the day by which, where one is set."""

    label: str
    url: str
    due_on: date | None = None


Source = Callable[[User], Iterable[Errand]]
_sources: dict[str, Source] = {}


def register(key: str, source: Source) -> None:
    """Make known where errands are read; a source asks one query, whoever the person is."""
    _sources[key] = source


def errands_of(person: User) -> list[Errand]:
    """All that waits for the person beside their cases (one query for each source)."""
    return [errand for source in _sources.values() for errand in source(person)]
