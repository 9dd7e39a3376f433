from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup.errors import BackupError
from portal.backup.taking import back_up


class Command(BaseCommand):
    help = "Take a back-up of database and documents into FOLDER while the portal is in use. Status 1 if anything is damaged."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--keep", type=int, default=0, metavar="N", help="afterwards delete all but the N newest")

    def handle(self, *args: Any, folder: Path, keep: int, **options: Any) -> None:
        try:
            backup, manifest = back_up(folder, keep=keep)
        except BackupError as problem:
            raise CommandError(str(problem)) from None
        rows = sum(rows for rows, _digest in manifest.database.tables.values())
        self.stdout.write(
            f"{backup}: {len(manifest.database.tables)} tables, {rows} rows, {len(manifest.files)} documents"
        )
        if manifest.damaged:
            names = ", ".join(f"document {kept.pk} ({kept.name})" for kept in manifest.damaged)
            raise CommandError(
                f"The back-up is taken, but these files are missing or damaged in the portal itself: {names}."
            )
