"""Money from outside the Region: written down, checked against the law, accepted, reported (B61-7)."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from fund.lawful import may_accept
from fund.models import ExternalGrant, ReportingDate
from portal.accounts.actions import write_letter
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.notices.actions import tell

REMINDED = (30, 7, 0)
"""Days before a reporting date at which somebody is reminded."""
TOLD = Q(grant__case=None) | Q(grant__case__opened_at__isnull=False)


@transaction.atomic
def save_external(*, row: ExternalGrant, values: Mapping[str, Any], person: User) -> ExternalGrant:
    """Write the row anew, or change it. The database makes a legality check void when what was checked is changed (trigger)."""
    for name, value in values.items():
        setattr(row, name, value)
    row.changed_by = person
    row.keeper = row.keeper or person
    row.save(update_fields=[*values, "keeper", "changed_by", "changed_at"] if row.pk else None)
    return row


@transaction.atomic
def check_external(*, grant: ExternalGrant, lawful: bool, finding: str, person: User) -> None:
    """Keep what the legality check found. A check that finds it unlawful takes an acceptance back."""
    row = ExternalGrant.objects.select_for_update().get(pk=grant.pk)
    row.lawful, row.finding, row.checked_at = lawful, finding, timezone.now()
    row.checked_by = row.changed_by = person
    if not lawful:
        row.accepted_at = row.accepted_by = None
    row.save()


@transaction.atomic
def accept_external(*, grant: ExternalGrant, person: User) -> None:
    """The Region takes the money on its terms. Raises Refused before the financier has granted it and it is found lawful."""
    row = ExternalGrant.objects.select_for_update().get(pk=grant.pk)
    if not (verdict := may_accept(row)):
        raise Refused(verdict)
    row.accepted_at = timezone.now()
    row.accepted_by = row.changed_by = person
    row.save()


@transaction.atomic
def plan_report(*, grant: ExternalGrant, due_on: date, what: str) -> ReportingDate:
    return ReportingDate.objects.create(grant=grant, due_on=due_on, what=what)


@transaction.atomic
def settle_report(*, row: ReportingDate, sent: bool, person: User) -> None:
    """It was sent, or the date was wrong. Nothing happens the second time."""
    ReportingDate.objects.filter(pk=row.pk, settled_at=None).update(
        sent=sent, settled_at=timezone.now(), settled_by=person
    )


def remind_of_reports() -> int:
    """Remind those who handle the tied case, or whoever answers for the grant if it is tied to none, 30 and 7 days before, and on the
    day. Safe to run again; returns how many dates were told of."""
    until = timezone.localdate() + timedelta(days=max(REMINDED))
    due = ReportingDate.objects.waiting().filter(TOLD, due_on__lte=until)
    return sum(_remind(pk) for pk in due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int) -> bool:
    """Once for each of the days; several that have passed are told of as one."""
    row = (
        ReportingDate.objects.select_for_update(of=("self",))
        .select_related("grant__keeper", "grant__changed_by")
        .get(pk=pk)
    )
    left = (row.due_on - timezone.localdate()).days
    stage = min(day for day in REMINDED if left <= day)
    if row.reminded is not None and row.reminded <= stage:
        return False
    ReportingDate.objects.filter(pk=pk).update(reminded=stage)
    if row.grant.case_id:
        _tell_of(row)
    else:
        _write_to_keeper(row)
    return True


def _write_to_keeper(row: ReportingDate) -> None:
    """A notice belongs to a case, so this is a letter."""
    grant = row.grant
    keeper = grant.keeper or grant.changed_by
    with override(keeper.language):
        told = {
            "what": row.what,
            "day": date_format(row.due_on, "j F Y"),
            "grant": grant,
            "url": settings.BASE_URL + grant.get_absolute_url(),
        }
        subject = _("To report to the financier at the latest %(day)s: %(what)s") % told
        text = _(
            "You answer for the external grant “%(grant)s”. At the latest %(day)s the financier is to have: %(what)s.\n\n%(url)s"
        )
        if keeper.is_active and keeper.email:
            write_letter(to=keeper.email, subject=subject, text=text % told)


def _tell_of(row: ReportingDate) -> None:
    case: Any = Case.objects.lock(row.grant.case_id or 0)
    event = write_event(
        case=case, person=None, move="external_report_due", note=str(row), data={"grant": row.grant_id}, internal=True
    )
    tell(case=case.as_kind(), whos=(kinds.by_key(case.kind).handlers,), event=event)
