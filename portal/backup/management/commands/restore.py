from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.backup.errors import BackupError
from portal.backup.manifest import Manifest
from portal.backup.restoring import become_owner, compare, restore


class Command(BaseCommand):
    help = (
        "Restore BACKUP into an empty database and an empty folder, and compare; as the role that is to own the tables."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("backup", type=Path)
        parser.add_argument("--only-compare", action="store_true", help="restore nothing: compare what is there")

    def handle(self, *args: Any, backup: Path, only_compare: bool, **options: Any) -> None:
        become_owner()
        try:
            manifest = Manifest.read(backup) if only_compare else restore(backup)
        except BackupError as problem:
            raise CommandError(str(problem)) from None
        if differences := compare(manifest):
            raise CommandError(
                "Not as it was when the back-up was taken:\n" + "\n".join(f"- {one}" for one in differences)
            )
        tables, files = len(manifest.database.tables), len(manifest.files)
        self.stdout.write(
            f"As it was at {manifest.taken_at}: {tables} tables with the same rows, {len(manifest.database.objects)} triggers,"
            f" constraints, indexes, columns and rights, {files} documents with the same SHA-256, and a whole history."
        )
        for kept in manifest.damaged:
            self.stdout.write(f"Damaged before the back-up was taken: document {kept.pk} ({kept.name}).")
