"""What must hold before the organisation changes."""

from datetime import date, timedelta

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.verdicts import YES, Verdict, no
from portal.organisation.models import Unit
from portal.organisation.queries import authority_of
from portal.organisation.standing import standing_of
from portal.organisation.states import Role


def leads(person: User | AnonymousUser) -> frozenset[int]:
    """Ids of the units that the person answers for as innovation lead or manager. No query, once the standing is read."""
    standing = standing_of(person)
    return standing.units(Role.INNOVATION_LEAD) | standing.units(Role.MANAGER)


def can_appoint(person: User, *, unit: Unit) -> Verdict:
    """May the person be given an office at the unit at all? No query."""
    account = YES if person.is_active else no(_("The account is closed."), field="person")
    return account & (no(_("The unit is closed."), field="unit") if unit.is_past else YES)


def can_close(unit: Unit, *, successor: Unit, on: date) -> Verdict:
    """May ``on`` be the unit's last day, with the successor taking over? At most four queries."""
    return Verdict.all_of(
        (
            _is_open(unit, on),
            _is_there_after(unit, successor, on),
            _leaves_nothing_below(unit, on),
            _has_a_diary(successor),
        )
    )


def _is_open(unit: Unit, on: date) -> Verdict:
    if unit.is_past:
        return no(_("The unit is closed already."))
    return YES if unit.valid_from <= on else no(_("The unit begins after that day."), field="on")


def _is_there_after(unit: Unit, successor: Unit, on: date) -> Verdict:
    after = on + timedelta(days=1)
    if successor.valid_from > after or (successor.valid_to is not None and successor.valid_to < after):
        return no(_("The successor does not exist on the day after."), field="successor")
    line, heir = {successor.pk}, successor
    while heir.successor is not None and heir.successor_id not in line:
        heir = heir.successor
        line.add(heir.pk)
    return no(_("The unit would take over from itself."), field="successor") if unit.pk in line else YES


def _leaves_nothing_below(unit: Unit, on: date) -> Verdict:
    left = unit.children.filter(Q(valid_to=None) | Q(valid_to__gt=on)).order_by("path")
    names = ", ".join(str(child) for child in left)
    return no(_("Move or close first what lies under it: %(units)s.") % {"units": names}) if names else YES


def _has_a_diary(successor: Unit) -> Verdict:
    if keeps_diary(successor):
        return YES
    return no(_("The successor has no diary: choose a board, a company or something under one."), field="successor")


def keeps_diary(unit: Unit) -> bool:
    """A case there can be given a number: the unit, or one above it, is an authority (at most one query)."""
    try:
        authority_of(unit)
    except ImproperlyConfigured:
        return False
    return True


def has_diary(unit: Unit) -> Verdict:
    """As ``keeps_diary``, for who is about to open a case there."""
    if keeps_diary(unit):
        return YES
    return no(
        gettext(
            "%(unit)s keeps no diary, so no case can be opened there. It must be at a board, a company or something under one."
        )
        % {"unit": unit}
    )
