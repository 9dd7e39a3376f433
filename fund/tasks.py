"""Celery's part: thin, and safe to run again."""

from celery import shared_task

from fund.actions import closing, outside, papers


@shared_task
def shut_calls() -> None:
    """Close the calls whose time has run out, and receive what was handed in."""
    closing.shut_calls()


@shared_task
def count_pages(application_id: int) -> None:
    """Count the pages of an application’s text."""
    papers.count_pages(application_id=application_id)


@shared_task
def print_left() -> None:
    """Keep receipts of what has been received, and count what was not counted when it was saved."""
    papers.keep_receipts()
    papers.count_left()


@shared_task
def remind_of_reports() -> None:
    """Remind of the reports that financiers wait for."""
    outside.remind_of_reports()
