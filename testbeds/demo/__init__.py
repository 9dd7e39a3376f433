"""Testbeds in the demo: three places, and requests at each turn of the way: ``extern``, ``kollega`` and ``testbaddsvard`` have some."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from portal.demo.clock import live
from portal.demo.people import Cast
from testbeds.demo.lives import lives
from testbeds.demo.places import make_places


def tell(cast: Cast, say: Callable[[str], None]) -> None:
    """Live through the requests up to today. A few seconds."""
    today = timezone.now()
    places = make_places({unit.code: unit for unit in cast.units}, since=today - timedelta(days=720))
    done = live(lives(cast, places, today - timedelta(hours=1)), until=today)
    say(f"Testbeds: {done} things happened.")
