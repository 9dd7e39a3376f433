"""The one way in: who you are, what you want, the right form. Each app registers the doors that lead to its forms."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from portal.pages.states import Audience


@dataclass(frozen=True)
class Door:
    """One choice for one audience. ``label`` says what the person wants ("I have an idea"), ``help`` what happens then.

    ``order`` counts from the top: 10, 20 … ``key`` is unique for the audience.
    """

    key: str
    audience: Audience
    label: str | Promise
    help: str | Promise
    url_name: str
    order: int = 50

    @property
    def url(self) -> str:
        return reverse(self.url_name)


_doors: dict[tuple[Audience, str], Door] = {}


def register(door: Door) -> Door:
    _doors[door.audience, door.key] = door
    return door


def doors_for(audience: Audience) -> Iterator[Door]:
    """The doors of an audience, in order."""
    yield from sorted((door for door in _doors.values() if door.audience == audience), key=lambda door: door.order)
