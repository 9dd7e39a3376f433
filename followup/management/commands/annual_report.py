"""``annual_report YEAR --output FILE.pdf``: the annual report from a terminal, the same as from the page."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from followup.actions import order_report
from followup.making import make_report
from followup.models import Making, Report
from followup.states import ReportState
from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.organisation.models import Appointment
from portal.organisation.states import Role


class Command(BaseCommand):
    help = (
        "Makes a year's annual report and writes the PDF, with the workbook beside it. A year that has a report keeps it: "
        "the latest version is written again, unless --reason says why a new version is made."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument(
            "--output", type=Path, metavar="FILE.pdf", help="the workbook gets the same name with .xlsx"
        )
        parser.add_argument("--reason", default="", help="make a new version; printed in it")
        parser.add_argument("--by", metavar="USER NAME", help="who orders it; otherwise the first controller appointed")

    def handle(self, *args: Any, **options: Any) -> None:
        output: Path | None = options["output"]
        if output:
            _require_place(output)
        made = Report.objects.filter(year=options["year"], state__in=(ReportState.FROZEN, ReportState.PUBLISHED))
        frozen = made.order_by("-edition").first()
        if frozen is None or options["reason"]:
            frozen = self._make(options["year"], options["reason"], self._controller(options["by"]))
        self.stdout.write(f"{frozen.reference}: {frozen.title}, version {frozen.edition}")
        if output:
            self._write(frozen, output)

    def _make(self, year: int, reason: str, by: User) -> Report:
        try:
            report = order_report(year=year, by=by, reason=reason)
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        make_report(report_id=report.pk)
        report.refresh_from_db()
        if report.is_draft:
            making = Making.objects.get(report=report)
            raise CommandError(f"{making.get_stage_display()}. {making.get_problem_display()}")
        return report

    def _write(self, report: Report, output: Path) -> None:
        for document, path in ((report.pdf, output), (report.xlsx, output.with_suffix(".xlsx"))):
            if document is None:
                continue
            with document.file.open("rb") as content:
                path.write_bytes(content.read())
            self.stdout.write(f"{path} ({document.size} bytes, SHA-256 {document.sha256})")

    def _controller(self, username: str | None) -> User:
        if username:
            person = User.objects.filter(username=username).first()
        else:
            holders = Appointment.objects.today().filter(role=Role.CONTROLLER).select_related("person").order_by("pk")
            person = next((appointment.person for appointment in holders), None)
        if person is None:
            raise CommandError("There is no controller to order the report: appoint one, or name a person with --by.")
        return person


def _require_place(output: Path) -> None:
    """Raises CommandError for a place that cannot be written, before minutes are spent on a report for it."""
    folder = output.resolve().parent
    if output.is_dir():
        raise CommandError(f"{output} is a folder: name a file in it.")
    if output.suffix.lower() != ".pdf":
        raise CommandError("The name of the file must end in .pdf; the workbook is written beside it.")
    if not folder.is_dir():
        raise CommandError(f"There is no folder {folder}.")
    if not os.access(folder, os.W_OK):
        raise CommandError(f"The folder {folder} cannot be written.")
