"""Mailing in the background."""

from celery import shared_task

from portal.notices.actions import gather_mail, post_mail


@shared_task
def send_due() -> None:
    """Gather what is due and send what waits. Any number of these may run at once; each does what the others have not."""
    gather_mail()
    post_mail()
