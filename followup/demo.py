"""The demo's annual report: 2025 is closed, 2026 under way."""

from datetime import UTC, datetime

from django.utils import timezone

from followup.actions import order_report
from followup.making import make_report
from followup.models import Making, Report
from followup.states import ReportState, Stage
from portal.cases.moving import perform
from portal.demo.clock import Life, live
from portal.demo.people import Cast
from portal.demo.registry import Say

CLOSED = 2025


def tell(cast: Cast, say: Say) -> None:
    """Order, make and publish the closed year's report, each at its own time. What a killed run left is taken up again.

    The portal is in use meanwhile: what somebody cancels stays cancelled.
    """
    if _is_published() or Making.objects.filter(report__year=CLOSED, stage=Stage.CANCELLED).exists():
        return
    say(f"The annual report of {CLOSED} is being made; it is there within a minute.")
    live([_report(cast)], until=timezone.now())
    if _is_published():
        say(f"The annual report of {CLOSED} is published.")


def _is_published() -> bool:
    return Report.objects.filter(year=CLOSED, published_at__isnull=False).exists()


def _report(cast: Cast) -> Life:
    controller = cast["controller"]
    yield datetime(CLOSED + 1, 1, 20, 9, tzinfo=UTC)
    report = Report.objects.filter(year=CLOSED).first() or order_report(year=CLOSED, by=controller)
    make_report(report_id=report.pk)
    if Making.objects.filter(report=report, stage=Stage.FAILED).exists():  # too many runs were killed on the way
        make_report(report_id=order_report(year=CLOSED, by=controller).pk)
    if not Report.objects.filter(pk=report.pk, state=ReportState.FROZEN).exists():
        return
    yield datetime(CLOSED + 1, 2, 12, 13, tzinfo=UTC)
    perform(Report.objects.get(pk=report.pk), "publish", person=controller)
