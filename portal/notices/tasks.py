"""Mailing in the background, and clearing away."""

from celery import shared_task

from portal.notices import actions, posting


@shared_task
def send_due() -> None:
    """Gather what is due and send what waits. Any number of these may run at once; each does what the others have not."""
    posting.gather_mail()
    posting.post_mail()


@shared_task
def clear_notices() -> None:
    actions.clear_notices()
