"""Whether those who sent something in were answered in time."""

from datetime import timedelta
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from portal.cases.models import CaseQuerySet
from portal.cases.states import Confidentiality
from portal.indicators.registry import happened


def answers_due(cases: CaseQuerySet[Any], year: int, *, within: timedelta) -> CaseQuerySet[Any]:
    """Cases that were answered in time during the year, and those whose time ran out in it: each belongs to one year and no other.
    ``answer_by`` is when it runs out.

    Those that ended without an answer before that, such as withdrawn ones, and those with the rights reviewer are not waited for.
    """
    waited_for = Q(closed_at__isnull=True) | Q(closed_at__gt=F("answer_by"))
    late = (Q(answered_at__isnull=True) & waited_for & ~Q(confidentiality=Confidentiality.RESTRICTED)) | Q(
        answered_at__gt=F("answer_by")
    )
    ran_out = happened("answer_by", year) & Q(answer_by__lt=timezone.now()) & late
    in_time = happened("answered_at", year) & Q(answered_at__lte=F("answer_by"))
    return cases.annotate(answer_by=F("opened_at") + within).filter(in_time | ran_out)
