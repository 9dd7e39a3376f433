"""Disclosures in the demo: one at each turn of the way, so that the accounts ``medarbetare``, ``kollega`` and ``jurist`` have some."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from portal.demo.clock import live
from portal.demo.people import Cast
from rights.demo.lives import lives


def tell(cast: Cast, say: Callable[[str], None]) -> None:
    """Live through the disclosures up to today. A few seconds."""
    today = timezone.now()
    done = live(lives(cast, today - timedelta(hours=1)), until=today)
    say(f"Rights: {done} things happened.")
