"""Who keeps which testbeds, and what must hold before one is published or closed."""

from collections.abc import Iterable
from datetime import date, time
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.cases.verdicts import YES, Verdict, no
from portal.cases.who import IMPARTIAL, nearest_holders, partial_in
from portal.organisation.models import Unit
from portal.organisation.rules import has_diary
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.states import ClaimState

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from testbeds.models.testbed import TestbedQuerySet


def is_host(person: User | AnonymousUser) -> bool:
    """Host of testbeds somewhere. No query, once the standing is read."""
    return bool(standing_of(person).units(Role.TESTBED_HOST))


def keeps(person: User | AnonymousUser, testbed: Testbed) -> bool:
    """Host at the testbed’s unit, or above it. No query, once the standing is read."""
    return testbed.unit_id in standing_of(person).units(Role.TESTBED_HOST)


def kept_by(person: User | AnonymousUser) -> "TestbedQuerySet":
    """The testbeds that the person keeps, also those that are not published or have closed."""
    return Testbed.objects.filter(unit__in=standing_of(person).units(Role.TESTBED_HOST))


def known_to(person: User | AnonymousUser) -> "TestbedQuerySet":
    """Those that the person may know of: what everyone sees, and what they keep. Asked by this alone, one that is hidden costs what one
    that does not exist does.
    """
    return Testbed.objects.published() | kept_by(person)


def units_hosted_by(person: User) -> "QuerySet[Unit]":
    """Units of today where the person may set up a testbed: requests for it are cases there, so there is a diary to number them in."""
    return Unit.objects.current().with_diary().filter(pk__in=standing_of(person).units(Role.TESTBED_HOST)).in_order()


def other_hosts(request: TestRequest, person: User | None) -> list[int]:
    """Ids of those who would host the request if the person stood aside, at its unit or above (two queries)."""
    partial = partial_in(request) | (Q(pk=person.pk) if person else Q())
    return nearest_holders(request, Role.TESTBED_HOST, without=partial)


def claims_ahead(testbed: Testbed) -> "QuerySet[Claim]":
    """Times that somebody has, or holds, and that are not over. What the host has blocked does not count."""
    live = testbed.claims.keeping_out().exclude(state=ClaimState.BLOCKED)
    return live.filter(during__endswith__gt=timezone.now())


def may_take_from(person: User, requests: Iterable[int | None]) -> Verdict:
    """A block takes the time of no request in which the host is partial (FL 2017:900 16–17 §§; one query)."""
    if TestRequest.objects.filter(pk__in=[pk for pk in requests if pk]).exclude(IMPARTIAL(person)).exists():
        return no(
            _("It takes the time of a request that you wrote or have a conflict of interest in. Ask another host.")
        )
    return YES


def may_publish(testbed: Testbed) -> Verdict:
    """It has opening hours, and its unit a diary for the requests (at most two queries)."""
    opened = testbed.hours.exists()
    hours = YES if opened else no(_("Say first when it is open: without opening hours nobody can have a time there."))
    return hours & has_diary(testbed.unit)


def may_close(testbed: Testbed) -> Verdict:
    """Nobody has time there ahead (one query). The trigger ``testbed_closes_empty`` says the same."""
    number = claims_ahead(testbed).count()
    if not number:
        return YES
    told = ngettext(
        "It cannot be closed: %(number)s booking or held time lies ahead. Move or cancel it first.",
        "It cannot be closed: %(number)s bookings or held times lie ahead. Move or cancel them first.",
        number,
    )
    return no(told % {"number": number})


def may_move(testbed: Testbed) -> Verdict:
    """No request for it is open: their cases are held by the unit that hosts it (one query). Drafts are not told of: they go along."""
    if testbed.requests.open().exists():
        return no(_("The host unit cannot be changed while there are open requests for the testbed."), field="unit")
    return YES


def may_add(testbed: Testbed, day: date, opens: time | None, closes: time | None) -> Verdict:
    """No other hours are told of that day that say the same stretch, or that it is closed: then nothing else can be said of it, nor it of a
    day with hours (one query).
    """
    others = list(testbed.exceptions.filter(day=day))
    if opens is None or closes is None:
        told = bool(others)
    else:
        told = any(
            one.opens is None or one.closes is None or (opens < one.closes and one.opens < closes) for one in others
        )
    return no(_("There are other hours on that day already. Take them away first."), field="day") if told else YES
