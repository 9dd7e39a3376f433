"""What the clock does to disclosures."""

from django.utils import timezone

from portal.cases.errors import Refused
from portal.cases.moving import perform
from rights.models import Disclosure
from rights.rules import CLOCK_RUNS, in_time


def note_lapses() -> int:
    """Note of each disclosure whose time has run out that no declaration was made (5 §); returns how many.

    May run any number of times: each is a move of its own, judged again under the lock.
    """
    late = Disclosure.objects.filter(state__in=CLOCK_RUNS, respond_by__lt=timezone.now()).order_by("pk")
    return sum(_lapse(disclosure) for disclosure in late if not in_time(disclosure))


def _lapse(disclosure: Disclosure) -> bool:
    try:
        perform(disclosure, "lapse", person=None)
    except Refused:  # someone declared meanwhile
        return False
    return True
