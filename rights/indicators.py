"""What rights add to the annual follow-up. Each figure about cases is counted from them and opens into them, for who may see them."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.cases.models import CaseQuerySet
from portal.indicators.registry import NO_CASE, Indicator, before, happened, register, share
from portal.indicators.states import Measure
from rights.models import Disclosure, PolicyVersion
from rights.queries import told_of, units_to_tell
from rights.states import DisclosureState

GROUP = _("Rights and assets")


def answered(year: int) -> CaseQuerySet[Disclosure]:
    """Disclosures in which the Region declared what it wants during the year, or its time to do so ran out.

    Whether it did so in time is judged once, when it declares (``rules.in_time``): what came too late has ``lapsed_at``.
    """
    return Disclosure.objects.filter(happened("decided_at", year) | Q(happened("lapsed_at", year), decided_at=None))


def assets(year: int) -> CaseQuerySet[Disclosure]:
    """Assets of the Region that were decided on or agreed before the year had ended."""
    return Disclosure.objects.assets().filter(before("opened_at", year + 1))


def told(year: int) -> "QuerySet[Any]":
    """The units of the year; ``told`` are those whose staff were told of the version that held at its end, or that holds today."""
    day = min(timezone.localdate(), date(year, 12, 31))
    version = PolicyVersion.objects.in_force(day).order_by("-number").values("pk")[:1]
    return units_to_tell(year).annotate(told=told_of(version))


def _in_time() -> str:
    number = settings.RIGHTS_RESPONSE_MONTHS
    return ngettext(
        "Of the disclosures answered during the year, or whose time ran out: within %(number)s month (LAU 5 §).",
        "Of the disclosures answered during the year, or whose time ran out: within %(number)s months (LAU 5 §).",
        number,
    ) % {"number": number}


register(
    Indicator(
        key="rights.in_time",
        name=_("Disclosures answered in time"),
        group=GROUP,
        measure=Measure.PERCENT,
        population=answered,
        value=share(Q(lapsed_at=None)),
        counts=Q(lapsed_at=None),
        rows=("B43-2",),
        closed=True,
        help=lazy(_in_time, str)(),
    )
)
register(
    Indicator(
        key="rights.assets_used",
        name=_("Assets in use"),
        group=GROUP,
        measure=Measure.PERCENT,
        population=assets,
        value=share(Q(state=DisclosureState.IN_USE)),
        counts=Q(state=DisclosureState.IN_USE),
        rows=("B43-3",),
        closed=True,
        help=_("Of the inventions and other results to which the Region has a right."),
    )
)
register(
    Indicator(
        key="rights.told",
        name=_("Units that have told their staff of the rules on rights"),
        group=GROUP,
        measure=Measure.PERCENT,
        population=told,
        value=share(Q(told=True)),
        counts=NO_CASE,
        rows=("B43-4b",),
        help=_("Of all units in the year: those whose staff were told of the version in force. It is about no cases."),
    )
)
