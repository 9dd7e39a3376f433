"""Celery's part of the annual report: ids in, safe to run again."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from followup.models import Making
from followup.states import UNDER_WAY

QUIET = timedelta(seconds=90)
"""A making that nobody has touched for this long is looked at again; the lock keeps two workers apart."""


@shared_task(autoretry_for=(Exception,), max_retries=3, default_retry_delay=5)
def make(report_id: int) -> None:
    """Make one report, or go on with it: first as far as to the charts, then what is printed."""
    from followup.making import make_report  # WeasyPrint costs the web, that only sends the task, 40 MB

    make_report(report_id=report_id, hand_over=make.delay)


@shared_task
def resume_reports() -> None:
    """Set going again what a dead worker or a lost message left behind."""
    now = timezone.now()
    left = Making.objects.filter(stage__in=UNDER_WAY, touched_at__lt=now - QUIET)
    for making in left:
        if Making.objects.filter(pk=making.pk, touched_at=making.touched_at).update(touched_at=now):
            make.delay(making.report_id)
