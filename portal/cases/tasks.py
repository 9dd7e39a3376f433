"""What the clock does to cases."""

from celery import shared_task

from portal.cases.actions import deadlines, erasure, sealing


@shared_task
def watch_deadlines() -> None:
    """Reminders, escalations and a word about forgotten drafts. A backlog is worked off in turns that let other work in between."""
    if not deadlines.watch_deadlines().finished:
        watch_deadlines.delay()


@shared_task
def erase_contacts() -> None:
    """Erase contact data that has been kept long enough."""
    erasure.erase_contacts()


@shared_task
def seal_history() -> None:
    """Seal the day's events."""
    sealing.seal_history()
