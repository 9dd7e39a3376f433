"""What the calendar does to the organisation."""

from celery import shared_task

from portal.organisation import actions


@shared_task(ignore_result=True)
def hand_over_closed_units() -> None:
    """Finds its work in the tables, so it may run at any time and any number of times."""
    actions.hand_over_closed_units()
