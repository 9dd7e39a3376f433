"""``bin/manage import_cases suggestion FILE``: take cases in from a CSV or XLSX file."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from portal.cases.archives import FileRefused
from portal.cases.importing import Import, Layout, all_importers, importer_of
from portal.cases.tabular import Table, open_table
from portal.organisation.models import Unit
from portal.organisation.rules import keeps_diary


class Command(BaseCommand):
    """What became of the rows is told in the language of the portal; how the command is used, in English."""

    help = "Take cases in from a CSV or XLSX file, in any common encoding and with any separator. A second run adds only what is new."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", help="for example: suggestion")
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="judge every row and write nothing")
        parser.add_argument("--mapping", help="the named layout of the columns; the default fits our own headers")
        parser.add_argument("--unit", help="code of the unit that gets every case; otherwise the row decides")
        parser.add_argument("--source", help="a name for where the rows come from; the default is that of the mapping")

    def handle(self, *args: Any, **options: Any) -> None:
        importer = importer_of(options["kind"])
        if importer is None:
            known = ", ".join(sorted(importer.kind for importer in all_importers()))
            raise CommandError(f"Nothing of the kind {options['kind']!r} can be imported. Choose: {known}")
        mapping = options["mapping"] or next(iter(importer.layouts))
        if mapping not in importer.layouts:
            raise CommandError(f"There is no mapping {mapping!r}. Choose: {', '.join(importer.layouts)}")
        run = Import(
            importer=importer,
            layout=importer.layouts[mapping],
            source=options["source"] or mapping,
            unit=self._unit(options["unit"]),
            dry_run=options["dry_run"],
            refused=self._refuse,
            progress=self._show_progress,
        )
        started = time.monotonic()
        self._take(run, options["file"])
        self.stdout.write(self._summary(run, time.monotonic() - started))

    def _refuse(self, line: int, reason: str) -> None:
        self.stdout.write(_("Line %(line)s: %(reason)s") % {"line": line, "reason": reason})

    def _unit(self, code: str | None) -> Unit | None:
        if code is None:
            return None
        unit = Unit.objects.current().filter(code__iexact=code).first()
        if unit is None:
            raise CommandError(f"There is no unit with the code {code!r} today.")
        if not keeps_diary(unit):
            raise CommandError(f"{unit} keeps no diary: choose a board, a company or something under one.")
        return unit

    def _take(self, run: Import, file: Path) -> None:
        try:
            with open_table(file) as table:
                self._check_header(run.layout, table)
                run.take(table)
        except OSError as problem:
            raise CommandError(f"{file} cannot be read: {problem.strerror or problem}") from problem
        except FileRefused as problem:
            raise CommandError(f"{file}: {' '.join(problem.messages)}") from problem

    def _check_header(self, layout: Layout, table: Table) -> None:
        if lacking := layout.lacking_in(table.header):
            raise CommandError(
                f"The table lacks what is needed: {', '.join(lacking)}. It has: {', '.join(table.header[:20])}. "
                "Name the columns so, or choose a --mapping."
            )

    def _show_progress(self, run: Import) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{run.rows} rows", ending="")

    def _summary(self, run: Import, seconds: float) -> str:
        sentence = (
            _(
                "%(rows)s rows read: %(new)s can be imported, %(known)s are there already, %(refused)s are refused. %(time)s s."
            )
            if run.dry_run
            else _(
                "%(rows)s rows read: %(new)s imported, %(known)s were there already, %(refused)s refused. %(time)s s."
            )
        )
        counts = {"rows": run.rows, "new": run.new, "known": run.known, "refused": run.refusals}
        return sentence % {**counts, "time": f"{seconds:.0f}"}
