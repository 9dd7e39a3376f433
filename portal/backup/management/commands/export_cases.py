from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup.carrying import export_cases
from portal.backup.errors import BackupError
from portal.cases import kinds


class Command(BaseCommand):
    help = "Write cases of all kinds with all their history and documents into FOLDER, for restore_cases. Status 1 if anything is damaged."

    def add_arguments(self, parser: CommandParser) -> None:
        known = [kind.key for kind in kinds.all_kinds()]
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--kind", action="append", choices=known, default=[], help="only cases of the kind; may be repeated"
        )

    def handle(self, *args: Any, folder: Path, kind: list[str], **options: Any) -> None:
        try:
            parcel = export_cases(folder, kinds=kind)
        except BackupError as problem:
            raise CommandError(str(problem)) from None
        number = parcel.sheets["cases_case"].rows
        self.stdout.write(f"{folder}: {number} cases, {len(parcel.sheets)} tables, {len(parcel.files)} documents")
        if parcel.damaged:
            names = ", ".join(f"document {kept.pk} ({kept.name})" for kept in parcel.damaged)
            raise CommandError(
                f"The cases are written, but these files are missing or damaged in the portal itself: {names}."
            )
