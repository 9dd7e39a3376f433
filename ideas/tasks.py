"""What the clock does to ideas."""

from celery import shared_task

from ideas.actions import placing, spreading


@shared_task
def ask_if_lasting() -> None:
    """Ask the units that put an idea to use twelve months ago whether they still do."""
    spreading.ask_if_lasting()


@shared_task
def pass_over_late() -> None:
    """Ask the next unit to host an idea where one has not answered in time."""
    placing.pass_over_late()
