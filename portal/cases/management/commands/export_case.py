from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from portal.cases.actions.access import log_access
from portal.cases.actions.history import note_export
from portal.cases.exporting import Contents
from portal.cases.models import Case
from portal.cases.queries.finding import reference_in


class Command(BaseCommand):
    help = "Write a whole case, internal notes included, to a zip file. The history of the case tells of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("reference", help="the diary number, for example “HSN 2026-0042” or HSN-2026-0042")
        parser.add_argument("--output", type=Path, help="the file to write; otherwise named after the case, here")

    def handle(self, *args: Any, reference: str, output: Path | None, **options: Any) -> None:
        found = Case.objects.filter(reference=reference_in(reference)).first()
        if found is None:
            raise CommandError(f"No case has the number {reference}.")
        case, target = found.as_kind(), output or Path(f"{found.key}.zip")
        note_export(case=case, person=None)
        log_access(case=case, person=None, what="export")
        with translation.override("sv"), target.open("wb") as file:
            file.writelines(Contents(case).stream())
        self.stdout.write(str(target))
