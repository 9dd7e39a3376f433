"""Celery's part: thin, and safe to run again."""

from celery import shared_task

from fund.actions import closing, outside


@shared_task
def shut_calls() -> None:
    """Close the calls whose time has run out, and receive what was handed in."""
    closing.shut_calls()


@shared_task
def remind_of_reports() -> None:
    """Remind of the reports that financiers wait for."""
    outside.remind_of_reports()
