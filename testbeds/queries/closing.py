"""Why a testbed is closed at a time, in words."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from portal.cases.workdays import STOCKHOLM, free_days_between
from testbeds.models import OpeningException, Testbed, Weekday
from testbeds.queries.free import Slot


def why_closed(testbed: Testbed, slots: Sequence[Slot]) -> list[str]:
    """Of each, which is not open: what its host has said of the day, the public holiday, the day of the week, or that it is outside the
    hours. Two queries, none for none.
    """
    if not slots:
        return []
    days = [slot.begins.astimezone(STOCKHOLM).date() for slot in slots]
    said = {one.day: one for one in reversed(testbed.exceptions.filter(day__in=days))}
    named = {} if testbed.open_on_holidays else dict(free_days_between(min(days), max(days), get_language() or "sv"))
    weekdays = set(testbed.hours.values_list("weekday", flat=True))
    return [_why(day, said.get(day), named.get(day, ""), weekdays) for day in days]


def _why(day: date, said: OpeningException | None, holiday: str, weekdays: set[int]) -> str:
    if said is not None:
        outside = said.opens is not None
        words = _("outside the hours of that day") if outside else pgettext("opening hours", "closed")
        return f"{words}: {said.why}" if said.why else words
    if holiday:
        return _("closed: %(why)s") % {"why": holiday}
    if day.weekday() not in weekdays:
        return _("closed on this day of the week (%(day)s)") % {"day": Weekday(day.weekday()).label.lower()}
    return _("outside the opening hours")
