"""Several times by one rule (RFC 5545), in the Region's wall time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.verdicts import no
from portal.cases.workdays import STOCKHOLM
from testbeds.actions.claiming import (
    Taken,
    hold_until,
    insist,
    instead_of,
    locked_request,
    note,
    place,
    possible,
    retried,
)
from testbeds.models import Claim, Series, Testbed, TestRequest
from testbeds.queries.free import Slot, free_slots

MOST = 52
WALL = "%Y-%m-%dT%H:%M"


@dataclass(frozen=True)
class Row:
    """One time of a series that is looked at: ``alternatives`` near it where it is not ``free``."""

    slot: Slot
    free: bool
    alternatives: list[Slot]


def occurrences(rule: str, first: datetime, minutes: int) -> list[tuple[datetime, datetime]]:
    """The times in UTC: each at the same wall time, each lasting as long. A wall time that the clock skips is left out.

    Raises Refused for what is no rule, or one of more than fifty-two times.
    """
    try:
        moments = list(rrulestr(rule, dtstart=first, ignoretz=True).xafter(first, count=MOST + 1, inc=True))
    except (ValueError, TypeError, OverflowError):
        raise Refused(no(_("The rule of the series cannot be read."))) from None
    if not moments or len(moments) > MOST:
        raise Refused(no(_("A series has from one to %(most)s times.") % {"most": MOST}))
    begun = [moment.replace(tzinfo=STOCKHOLM).astimezone(UTC) for moment in moments]
    real = [
        begins
        for begins, moment in zip(begun, moments, strict=True)
        if begins.astimezone(STOCKHOLM).replace(tzinfo=None) == moment
    ]
    return [(begins, begins + timedelta(minutes=minutes)) for begins in real]


def preview(testbed: Testbed, rule: str, first: datetime, minutes: int) -> list[Row]:
    """What a series would be, time by time (three queries each)."""
    return [_row(testbed, Slot(testbed.pk, begins, ends)) for begins, ends in occurrences(rule, first, minutes)]


def _row(testbed: Testbed, slot: Slot) -> Row:
    begins, ends = slot.begins, slot.ends
    free = bool(possible(testbed, begins, ends)) and slot in free_slots(
        [testbed.pk], minutes=slot.minutes, since=begins, until=ends, number=1, step=1
    )
    return Row(slot, free, [] if free else instead_of(testbed, begins, ends))


@retried
def hold_series(
    *, request: TestRequest, rule: str, first: datetime, minutes: int, person: User, skip: Collection[int] = ()
) -> Series:
    """Hold all times of the series but those to ``skip`` (their places, from 0): all of them, or none.

    Raises Taken for the first that somebody has, with alternatives; Refused for one that cannot be.
    """
    times = [time for place_, time in enumerate(occurrences(rule, first, minutes)) if place_ not in skip]
    if not times:
        raise Refused(no(_("None of the times is free.")))
    with transaction.atomic():
        locked = locked_request(request)
        bed = locked.testbed
        Testbed.objects.hold(bed.pk)
        series = Series.objects.create(
            testbed=bed, request=locked, rule=rule, first=first.strftime(WALL), minutes=minutes, made_by=person
        )
        for begins, ends in times:
            insist(possible(bed, begins, ends))
            if place(bed, locked, begins, ends, person, until=hold_until(), series=series) is None:
                raise Taken(instead_of(bed, begins, ends))
        note(locked, Claim.objects.filter(series=series).earliest("during"), "series_held", person)
    return series
