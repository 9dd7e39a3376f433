"""Several uses by one rule (RFC 5545 RRULE) in local wall time, held all together or not at all."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

from dateutil.rrule import rrulestr
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.verdicts import no
from portal.cases.workdays import STOCKHOLM
from testbeds.actions.holding import put
from testbeds.actions.locking import lock, whole
from testbeds.actions.telling import note
from testbeds.models import Series, Testbed, TestRequest
from testbeds.queries.closing import why_closed
from testbeds.queries.free import Slot, judged, near

MOST = 52
"""Uses in one series."""
REACH = timedelta(days=2 * 366)
"""How far a rule is followed: one that never comes true would be followed for ever."""
LONGEST_RULE = 200
KNOWS = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"}
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY"}


@dataclass(frozen=True)
class Occurrence:
    """One use of a series: free, or closed or taken or past, as ``said`` in words, and then what is free instead."""

    slot: Slot
    free: bool
    closed: bool
    said: str
    alternatives: list[Slot]


def occurrences(rule: str, first: datetime, minutes: int) -> list[tuple[datetime, datetime]]:
    """The uses in UTC: each begins at a wall time, from ``first`` (which has no zone), and lasts so many minutes as time elapses.

    A wall time that comes twice is the first; one that never comes is an hour later. Raises Refused for a rule that is not
    understood, gives nothing, or gives more than ``MOST``.
    """
    starts = [wall.replace(tzinfo=STOCKHOLM, fold=0).astimezone(UTC) for wall in _followed(rule, first)]
    return [(begins, begins + timedelta(minutes=minutes)) for begins in starts]


def preview(testbed: Testbed, rule: str, first: datetime, minutes: int) -> list[Occurrence]:
    """Each use, whether it can be had, and otherwise the first three near it at the testbed that can. Two queries, whatever the
    rule, and two more where it is closed at any.
    """
    slots = [Slot(testbed.pk, *times) for times in occurrences(rule, first, minutes)]
    can = judged(slots)
    now = timezone.now()
    free = [
        is_open and not is_taken and slot.begins > now for slot, (is_open, is_taken) in zip(slots, can, strict=True)
    ]
    had = [slot for slot, is_free in zip(slots, free, strict=True) if is_free]
    lost = [slot for slot, is_free in zip(slots, free, strict=True) if not is_free]
    others = iter(near(lost, elsewhere=False, but=had))
    closed = iter(
        why_closed(testbed, [slot for slot, (is_open, _taken) in zip(slots, can, strict=True) if not is_open])
    )
    return [
        Occurrence(
            slot,
            is_free,
            not is_open,
            next(closed) if not is_open else _said(is_free, is_taken),
            [] if is_free else next(others),
        )
        for slot, is_free, (is_open, is_taken) in zip(slots, free, can, strict=True)
    ]


def _said(is_free: bool, is_taken: bool) -> str:
    """Of a time when it is open."""
    if is_free:
        return _("free")
    return _("taken") if is_taken else _("has passed")


@whole
def hold_series(
    *,
    request: TestRequest,
    rule: str,
    first: datetime,
    minutes: int,
    person: User,
    skip: Collection[datetime] = (),
    instead: Sequence[datetime] = (),
    testbed: Testbed | None = None,
) -> Series:
    """Hold all the uses of the rule but those that begin at the moments to ``skip``, and for these those that begin at ``instead``, one
    each at most; or none, if one cannot be had.

    Raises Taken, with what is free instead of the first that cannot be had, or Refused.
    """
    place = request.testbed_id if testbed is None else testbed.pk
    slots = [Slot(place, *times) for times in occurrences(rule, first, minutes) if times[0] not in skip]
    slots += [Slot(place, begins, begins + timedelta(minutes=minutes)) for begins in instead[: len(skip)]]
    fresh = lock(request, place)
    made = Series.objects.create(
        testbed_id=place, request=fresh, rule=rule, first=f"{first:%Y-%m-%dT%H:%M}", minutes=minutes, made_by=person
    )
    claims = put(fresh, slots, person, series=made)
    note(fresh, "series_held", person, claims, series=made.pk)
    return made


def _followed(rule: str, first: datetime) -> list[datetime]:
    try:
        count, found = _parsed(rule, first)
    except (ValueError, KeyError, TypeError, OverflowError):
        raise Refused(no(_("The rule for the series is not understood."), field="rule")) from None
    times = list(islice(found, min(count, MOST + 1)))
    if len(times) > MOST:
        raise Refused(no(_("A series has at most %(most)d times.") % {"most": MOST}, field="rule"))
    if not times:
        raise Refused(no(_("The rule gives no time at all."), field="rule"))
    return times


def _parsed(rule: str, first: datetime) -> tuple[int, Iterator[datetime]]:
    """How many at most, and the wall times. ValueError or KeyError for what is not understood."""
    if len(rule) > LONGEST_RULE or first.tzinfo is not None:
        raise ValueError(rule)
    parts = dict(part.split("=", 1) for part in rule.strip().upper().removeprefix("RRULE:").split(";") if part)
    if not parts.keys() <= KNOWS or parts["FREQ"] not in FREQUENCIES or not 1 <= int(parts.get("INTERVAL", 1)) <= 99:
        raise ValueError(rule)
    count = int(parts.pop("COUNT", MOST + 1))
    until = min(_wall(parts.pop("UNTIL")), first + REACH) if "UNTIL" in parts else first + REACH
    if count < 1:
        raise ValueError(rule)
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    return count, iter(rrulestr(f"{text};UNTIL={until:%Y%m%dT%H%M%S}", dtstart=first))


def _wall(text: str) -> datetime:
    """The last moment of a rule: a date, all of it; a wall time; or, with a Z, UTC. It is read as RFC 5545 and as ISO 8601 write it."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        return moment.astimezone(STOCKHOLM).replace(tzinfo=None)
    return moment + timedelta(days=1, microseconds=-1) if "T" not in text else moment
