"""The rules for everyone: written in versions, told unit by unit, read by each (strategy §4.3, B43-4)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.errors import Refused
from rights.models import Briefing, OutsideBriefing, PolicyVersion, ReadReceipt
from rights.rules import may_follow


@transaction.atomic
def write_policy(*, based_on: int, values: Mapping[str, Any], by: User) -> PolicyVersion:
    """Make the next version. ``based_on`` is the number of the one that the writer began from; Refused when it is not the latest."""
    latest = PolicyVersion.objects.select_for_update().latest("number")
    if not (verdict := may_follow(latest, number=based_on)):
        raise Refused(verdict)
    return PolicyVersion.objects.create(number=latest.number + 1, written_by=by, **values)


@transaction.atomic
def record_briefing(*, values: Mapping[str, Any], by: User) -> Briefing:
    """Keep that the staff of a unit were told."""
    return Briefing.objects.create(recorded_by=by, **values)


@transaction.atomic
def withdraw_briefing(*, briefing: Briefing, by: User) -> None:
    """Take back what was recorded by mistake; the row stays. Nothing happens the second time."""
    Briefing.objects.standing().filter(pk=briefing.pk).update(withdrawn_by=by, withdrawn_at=timezone.now())


@transaction.atomic
def record_outside(*, values: Mapping[str, Any], by: User) -> OutsideBriefing:
    """Keep that somebody outside the Region was told."""
    return OutsideBriefing.objects.create(recorded_by=by, **values)


@transaction.atomic
def withdraw_outside(*, briefing: OutsideBriefing, by: User) -> None:
    """Take back what was recorded by mistake; the row stays. Nothing happens the second time."""
    standing = OutsideBriefing.objects.filter(pk=briefing.pk, withdrawn_at=None)
    standing.update(withdrawn_by=by, withdrawn_at=timezone.now())


@transaction.atomic
def confirm_reading(*, version: PolicyVersion, person: User) -> None:
    """Keep that the person has read the version; once, however often they say so."""
    ReadReceipt.objects.get_or_create(version=version, person=person)
