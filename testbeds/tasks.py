"""Celery's part: thin, and safe to run again."""

from celery import shared_task

from testbeds.actions.claiming import lapse_run_out
from testbeds.actions.waiting import tend_lines


@shared_task
def tend_times() -> None:
    """Let go of the holds that have run out, and offer what is free to whoever has waited longest."""
    lapse_run_out()
    tend_lines()
