"""Ordering the making of a report, and cancelling it."""

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from followup.models import Making, Report
from followup.states import UNDER_WAY, ReportState, Stage
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.errors import Refused
from portal.cases.verdicts import no
from portal.organisation.models import Unit

OFFICE = "RLK"
"""Regionledningskontoret follows up (B5-4)."""
FIRST_YEAR = 2000


@transaction.atomic
def order_report(*, year: int, by: User, reason: str = "") -> Report:
    """Order the next version of a year's report; a draft that was cancelled or failed is taken up again.

    Raises Refused for a year that has not begun, if one is being made already, or if a new version lacks its reason.
    """
    if not FIRST_YEAR <= year <= timezone.localdate().year:
        raise Refused(no(_("Choose a year that has begun."), field="year"))
    _one_order_at_a_time(year)
    latest = Report.objects.filter(year=year).exclude(state=ReportState.DRAFT).order_by("-edition").first()
    if latest is not None and not reason.strip():
        raise Refused(no(_("Say why a new version is made."), field="reason"))
    draft = Report.objects.filter(year=year, state=ReportState.DRAFT).first()
    if draft is None:
        return _begin(year, by, reason, latest)
    if Making.objects.filter(report=draft, stage__in=UNDER_WAY).exists():
        raise Refused(no(_("The report for %(year)s is already being made.") % {"year": year}))
    draft.owner, draft.reason = by, reason
    draft.save(update_fields=["owner", "reason"])
    Making.objects.update_or_create(report=draft, defaults=_from_the_start())
    return draft


def cancel_report(*, report: Report) -> None:
    """Stop the making; the worker notices before its next step. Raises Refused if the report is done."""
    stopped = Making.objects.filter(report=report, stage__in=UNDER_WAY)
    if not stopped.update(stage=Stage.CANCELLED, touched_at=timezone.now()):
        raise Refused(no(_("The report is no longer being made, so there is nothing to cancel.")))


def _one_order_at_a_time(year: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('followup.order'), %s)", [year])


def _begin(year: int, by: User, reason: str, latest: Report | None) -> Report:
    with override("sv"):  # the language of the diary
        title = title_of(year)
    report = begin_case(
        model=Report,
        owner=by,
        unit=Unit.objects.get(code=OFFICE),
        title=title,
        year=year,
        edition=latest.edition + 1 if latest else 1,
        before=latest,
        reason=reason,
    )
    Making.objects.create(report=report, **_from_the_start())
    return report


def title_of(year: int) -> str:
    """In the active language."""
    return _("Follow-up of the innovation work %(year)s") % {"year": year}


def _from_the_start() -> dict[str, object]:
    return {"stage": Stage.WAITING, "done": 0, "attempts": 0, "problem": "", "touched_at": timezone.now()}
