"""Who chooses times, and how far ahead."""

from collections.abc import Mapping

from portal.cases.who import AUTHOR
from testbeds.models import HOST
from testbeds.queries.free import FAR

MOST_AHEAD = FAR.days
"""Days ahead that a time can be looked for."""


def chooses(held: Mapping[str, bool]) -> bool:
    """Who asked, and the host."""
    return held.get(AUTHOR.key, False) or held.get(HOST.key, False)
