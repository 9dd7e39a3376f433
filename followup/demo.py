"""The demo's annual report: 2025 is closed, 2026 under way."""

from datetime import UTC, datetime

from django.utils import timezone

from followup.actions import order_report
from followup.making import make_report
from followup.models import Report
from portal.cases.moving import perform
from portal.demo.clock import Life, live
from portal.demo.people import Cast
from portal.demo.registry import Say

CLOSED = 2025


def tell(cast: Cast, say: Say) -> None:
    """Order, make and publish the closed year's report, each at its own time. What a killed run left is taken up again."""
    if Report.objects.filter(year=CLOSED, published_at__isnull=False).exists():
        return
    say(f"The annual report of {CLOSED} is being made; it is there within a minute.")
    live([_report(cast)], until=timezone.now())
    say(f"The annual report of {CLOSED} is published.")


def _report(cast: Cast) -> Life:
    controller = cast["controller"]
    yield datetime(CLOSED + 1, 1, 20, 9, tzinfo=UTC)
    report = Report.objects.filter(year=CLOSED).first() or order_report(year=CLOSED, by=controller)
    make_report(report_id=report.pk)
    yield datetime(CLOSED + 1, 2, 12, 13, tzinfo=UTC)
    perform(Report.objects.get(pk=report.pk), "publish", person=controller)
