"""Celery's part: thin, and safe to run again."""

from celery import shared_task

from testbeds.actions import waiting


@shared_task
def lapse_holds() -> None:
    """Let holds lapse that have run out, and offer what came free to the first in line."""
    waiting.lapse_holds()
