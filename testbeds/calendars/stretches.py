"""Stretches of time and what is left of them, and days of the wall clock in Stockholm: of 23, 24 or 25 hours."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils.translation import gettext as _

from portal.cases.workdays import STOCKHOLM

DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Stretch:
    """``[begins, ends)``, kept in UTC, so that what lies between is reckoned as elapsed time."""

    begins: datetime
    ends: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "begins", self.begins.astimezone(UTC))
        object.__setattr__(self, "ends", self.ends.astimezone(UTC))

    @property
    def lasts(self) -> timedelta:
        return self.ends - self.begins

    def within(self, other: "Stretch") -> "Stretch | None":
        """What lies in the other too; None where nothing does."""
        begins, ends = max(self.begins, other.begins), min(self.ends, other.ends)
        return Stretch(begins, ends) if begins < ends else None


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in as few stretches as can be: what touches or overlaps is one."""
    joined: list[Stretch] = []
    for stretch in sorted(stretches):
        if joined and stretch.begins <= joined[-1].ends:
            joined[-1] = Stretch(joined[-1].begins, max(joined[-1].ends, stretch.ends))
        else:
            joined.append(stretch)
    return joined


def common(these: Iterable[Stretch], those: Iterable[Stretch]) -> list[Stretch]:
    """What lies in both."""
    others = list(those)
    return merged(piece for one in these for other in others if (piece := one.within(other)))


def without(these: Iterable[Stretch], those: Iterable[Stretch]) -> list[Stretch]:
    """What is left of these when those are taken away."""
    left: list[Stretch] = []
    others = merged(those)
    for one in merged(these):
        begins = one.begins
        for other in others:
            if other.ends <= begins or other.begins >= one.ends:
                continue
            if begins < other.begins:
                left.append(Stretch(begins, other.begins))
            begins = max(begins, other.ends)
        if begins < one.ends:
            left.append(Stretch(begins, one.ends))
    return left


def at_wall(day: date, hour: int) -> datetime:
    """The first moment, in UTC, when the clock on the wall has reached the hour; 24 is the next midnight.

    An hour that the clock leaps over is reached when it lands.
    """
    wall = datetime.combine(day + (DAY if hour > 23 else timedelta()), time(hour % 24), STOCKHOLM)
    return wall.astimezone(UTC)


def whole_day(day: date) -> Stretch:
    return Stretch(at_wall(day, 0), at_wall(day, 24))


def hour_of(day: date, hour: int) -> Stretch | None:
    """One hour of the wall clock: two hours long in the night when the clock is set back, and none where it leaps."""
    begins, ends = at_wall(day, hour), at_wall(day, hour + 1)
    leapt = begins.astimezone(STOCKHOLM).hour != hour
    return None if leapt else Stretch(begins, ends)


def days_from(first: date, number: int) -> Iterator[date]:
    return (first + DAY * count for count in range(number))


def clock(at: datetime, day: date | None = None) -> str:
    """The time on the wall, "09:30"; midnight at the end of ``day`` is 24:00, and a time that comes twice says which of the two it is."""
    local = at.astimezone(STOCKHOLM)
    if day is not None and local.date() > day:
        return "24:00"
    said = f"{local:%H:%M}"
    if local.replace(fold=1 - local.fold).utcoffset() == local.utcoffset():
        return said
    return _("%(time)s summer time") % {"time": said} if local.dst() else _("%(time)s winter time") % {"time": said}
