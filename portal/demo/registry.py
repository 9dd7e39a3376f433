"""What fills a demo. Each app registers a story and a way to make volume; the house knows no strategy app."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Protocol

from django.utils.module_loading import import_string

from portal.demo.people import Cast

Say = Callable[[str], None]


class Tell(Protocol):
    """Lives through the app's part of the demo years, making real moves."""

    def __call__(self, cast: Cast, say: Say) -> None: ...


class Volume(Protocol):
    """Writes cases of a kind by COPY, numbers and history included; returns how many."""

    def __call__(self, *, cases: int, random: Random, say: Say) -> int: ...


@dataclass(frozen=True)
class Demo:
    """An app's demo. ``story`` and ``volume`` are dotted paths, loaded only when asked for: a web worker never needs them.

    ``order`` says when in the telling the story comes. All stories are told in one transaction, so a demo is never half there, but
    those ``alone``, which commit as they go: they are told after it, every time, and do nothing when they are done. ``share`` is the
    app's part of the cases of a large database.
    """

    key: str
    order: int
    story: str
    alone: bool = False
    volume: str = ""
    share: float = 0.0

    def tell(self, cast: Cast, say: Say) -> None:
        story: Tell = import_string(self.story)
        story(cast, say)

    def fill(self, *, cases: int, random: Random, say: Say) -> int:
        volume: Volume = import_string(self.volume)
        return volume(cases=cases, random=random, say=say)


_demos: dict[str, Demo] = {}


def register(demo: Demo) -> None:
    _demos[demo.key] = demo


def all_demos() -> list[Demo]:
    """In the order of telling."""
    return sorted(_demos.values(), key=lambda demo: demo.order)
