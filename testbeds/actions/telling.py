"""What happens to a request’s times: in its history, and told to those it concerns."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.actions import write_letter
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.models import Event
from portal.cases.who import AUTHOR, nearest_holders, office, partial_in
from portal.notices.actions import tell
from portal.notices.words import is_sealed
from portal.organisation.states import Role
from testbeds.actions.awaiting import write_next
from testbeds.calendars.stretches import clock
from testbeds.models import HOST, Claim, Testbed, TestRequest
from testbeds.queries.free import Slot

VERBS = {
    "time_held": gettext_lazy("Time held"),
    "series_held": gettext_lazy("Series of times held"),
    "time_booked": gettext_lazy("Time booked"),
    "time_moved": gettext_lazy("Time moved"),
    "time_kept": gettext_lazy("Time held for longer"),
    "time_released": gettext_lazy("Time given back"),
    "time_cancelled": gettext_lazy("Time cancelled by the host"),
    "hold_ran_out": gettext_lazy("The time was held too long and is free again"),
    "line_joined": gettext_lazy("Stands in line for a time"),
    "line_left": gettext_lazy("Left the line for a time"),
    "time_offered": gettext_lazy("A time that was waited for is offered"),
    "offer_taken": gettext_lazy("The offered time is taken"),
    "offer_ran_out": gettext_lazy("The offered time was not taken in time"),
    "wait_over": gettext_lazy("The time that was waited for did not come free"),
}
"""Events that no move makes, for the kind’s ``verbs``."""


def note(
    request: TestRequest, verb: str, person: User | None, times: Iterable[Claim | Slot], *, why: str = "",
    others: Sequence[Slot] = (), mandatory: bool = False, **data: Any,
) -> Event:  # fmt: skip
    """One event with the times in words, in Swedish as in the diary, and a notice to the author and the host. The case is
    locked, and says whom it waits for afterwards.
    """
    times = list(times)
    with translation.override("sv"):
        parts = ["; ".join(said(one) for one in times), why.rstrip(". ")]
        if others:
            parts.append(_("Free instead: %(times)s.") % {"times": "; ".join(with_places(others, request.testbed_id))})
    told = {
        "times": [[one.testbed_id, one.begins.isoformat(), one.ends.isoformat()] for one in times],
        "claims": [one.pk for one in times if isinstance(one, Claim)],
        **data,
    }
    if others:
        told["others"] = [[one.testbed_id, one.begins.isoformat(), one.ends.isoformat()] for one in others]
    event = write_event(case=request, person=person, move=verb, note=". ".join(filter(None, parts)), data=told)
    write_next(request)
    tell(case=request, event=event, whos=(AUTHOR, HOST), mandatory=mandatory, by=person)
    return event


def write_taken_back(request: TestRequest, person: User, why: str) -> None:
    """To a reviewer who is asked no more. They see the case no more either, and a notice belongs to a case, so this is a letter."""
    if not person.is_active or not person.email:
        return
    with translation.override(person.language):
        told = {"reference": request.reference, "why": "" if is_sealed(request) else why}
        subject = _("You are no longer asked to review %(reference)s") % told
        text = _(
            "You do not need to review the request %(reference)s: the host has taken the question back.\n\n%(why)s"
        )
        write_letter(to=person.email, subject=subject, text=(text % told).strip())


def write_host_needed(request: TestRequest) -> None:
    """To the innovation lead of the unit or, where there is none, to the coordinators: a request has no host who is impartial. They do
    not see the case, and a notice belongs to one, so these are letters, and say nothing of what is asked.
    """
    told = {"reference": request.reference, "testbed": request.testbed, "unit": request.unit}
    leads = nearest_holders(request, Role.INNOVATION_LEAD, without=partial_in(request))
    people = (
        User.objects.filter(pk__in=leads) if leads else User.objects.filter(office(Role.COORDINATOR).people(request))
    )
    for person in people.exclude(email=""):
        with translation.override(person.language):
            subject = _("Another host is needed at %(testbed)s") % told
            text = _(
                "The request %(reference)s has no host left: the one who was has a conflict of interest. "
                "Appoint another testbed host at %(unit)s, or the request waits for nobody."
            )
            write_letter(to=person.email, subject=subject, text=text % told)


def said(one: Claim | Slot) -> str:
    """The time in words: "Monday 4 March 2030 at 10.00–12.00"."""
    return in_words(one.begins, one.ends)


def with_places(times: Sequence[Slot], home: int) -> Iterator[str]:
    """The times in words, each that is not at the testbed ``home`` with the name of its own (a query where there is any)."""
    names = Testbed.objects.in_bulk({one.testbed_id for one in times} - {home})
    for one in times:
        yield f"{said(one)} ({names[one.testbed_id]})" if one.testbed_id in names else said(one)


def in_words(begins: datetime, ends: datetime) -> str:
    """In Stockholm; the day of its end is said where it is another, and which of the two a time is that comes twice."""
    opens, closes = (clock(moment).replace(":", ".") for moment in (begins, ends))
    begins, ends = timezone.localtime(begins), timezone.localtime(ends)
    day = formats.date_format(begins, _("l j F Y"))
    if ends.date() == begins.date():
        return _("%(day)s at %(begins)s–%(ends)s") % {"day": day, "begins": opens, "ends": closes}
    other = formats.date_format(ends, _("l j F Y"))
    return _("%(day)s at %(begins)s to %(other)s at %(ends)s") % {
        "day": day, "begins": opens, "other": other, "ends": closes,
    }  # fmt: skip
