"""The fund in the demo: calls from their announcement to the effects of their projects, one of them open now, and money from outside."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from fund.demo.lives import lives
from fund.demo.outside import outside_life
from portal.demo.clock import live
from portal.demo.people import Cast


def tell(cast: Cast, say: Callable[[str], None]) -> None:
    """Live through the calls up to today. About ten seconds."""
    today = timezone.now()
    now = (today - timedelta(hours=1)).replace(minute=20, second=0, microsecond=0)
    done = live([*lives(cast, now), outside_life(cast, now)], until=today)
    say(f"The Innovation Fund: {done} things happened.")
