from typing import Any

from django.core.management.base import BaseCommand, CommandError

from portal.cases.queries import verify_history


class Command(BaseCommand):
    help = "Recompute every event, the end of every chain and every seal; name the first that is broken and end with status 1."

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify_history()
        if found.event is not None:
            event = found.event
            raise CommandError(
                f"The history is broken. First: case {event.case.reference or event.case_id}, event {event.number}"
                f" ({event.move}, {event.at:%Y-%m-%d %H:%M} UTC), id {event.pk}."
            )
        if found.end is not None:
            raise CommandError(
                f"The history is broken. Case {found.end.case}: event {found.end.number} is missing, or is not the one that was written."
            )
        if found.seal is not None:
            until = f"{found.seal.until:%Y-%m-%d %H:%M} UTC"
            raise CommandError(
                f"The history is broken. The seal until {until} does not fit: events are missing or added."
            )
        self.stdout.write(f"The history is whole: {found.events} events, {found.seals} seals.")
