from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup.errors import BackupError
from portal.backup.restoring import become_owner
from portal.backup.unpacking import unpack_cases


class Command(BaseCommand):
    help = "Take in what export_cases wrote into FOLDER, with its history unchanged; into a portal without cases, as the tables’ owner."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        become_owner()
        try:
            parcel = unpack_cases(folder)
        except BackupError as problem:
            raise CommandError(str(problem)) from None
        events = parcel.sheets["cases_event"].rows
        self.stdout.write(
            f"{parcel.sheets['cases_case'].rows} cases with {events} events and {len(parcel.files)} documents; the history is whole."
        )
