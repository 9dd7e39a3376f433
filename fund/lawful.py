"""Money from outside: who writes the register, and when it may be taken (B61-7)."""

from typing import Any

from django.utils.translation import gettext as _

from fund.models import ExternalGrant
from portal.cases.verdicts import YES, Verdict, no
from portal.organisation.standing import standing_of
from portal.organisation.states import Role


def keeps_external(person: Any) -> bool:
    """Fund officers and coordinators write the register of external grants (B61-7). No query, once the standing is read."""
    standing = standing_of(person)
    return bool(standing.units(Role.FUND_OFFICER) or standing.units(Role.COORDINATOR))


def may_accept(grant: ExternalGrant) -> Verdict:
    """The financier has granted it, and somebody has found that it is lawful to take (B61-7: “within the law”). No query."""
    if grant.turned_down_on or grant.accepted_at:
        return no(_("It is already answered."))
    if not grant.granted_on:
        return no(_("The financier has not granted it yet."))
    return YES if grant.lawful else no(_("Nobody has found that it is lawful to take."))
