"""Mail about accounts leaves here; what has passed its time is cleared away."""

from celery import shared_task

from portal.accounts import actions


@shared_task(ignore_result=True)
def send_letters() -> None:
    actions.send_letters()


@shared_task(ignore_result=True)
def clear_sessions() -> None:
    actions.clear_sessions()
