"""Celery's part of the annual report: ids in, safe to run again."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from followup.actions import make_report
from followup.models import Making
from followup.states import Stage

QUIET = timedelta(seconds=90)
"""A making that nobody has touched for this long is looked at again; the lock keeps two workers apart."""


@shared_task
def make(report_id: int) -> None:
    """Make one report, or go on with it."""
    make_report(report_id=report_id)


@shared_task
def resume_reports() -> None:
    """Set going again what a dead worker or a lost message left behind."""
    left = Making.objects.filter(
        stage__in=(Stage.WAITING, Stage.COUNTING, Stage.DRAWING), touched_at__lt=timezone.now() - QUIET
    )
    for report_id in left.values_list("report_id", flat=True):
        make.delay(report_id)
