"""Celery's part: thin, and safe to run again."""

from celery import shared_task

from rights.actions import lapsing


@shared_task
def note_lapses() -> None:
    """Note the declarations that were not made in time."""
    lapsing.note_lapses()
