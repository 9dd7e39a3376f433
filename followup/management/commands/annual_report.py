"""``annual_report YEAR --output FILE.pdf``: the annual report from a terminal, the same as from the page."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from followup.actions import make_report, order_report
from followup.models import Report
from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.organisation.models import Appointment
from portal.organisation.states import Role


class Command(BaseCommand):
    help = "Makes the next version of a year's annual report and writes the PDF (and the workbook beside it)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument(
            "--output", type=Path, help="where the PDF goes; the workbook gets the same name with .xlsx"
        )
        parser.add_argument("--by", help="user name of the controller who orders it; otherwise the first one appointed")
        parser.add_argument(
            "--reason", default="", help="why a new version is made, when the year already has a report"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = order_report(year=options["year"], by=self._controller(options["by"]), reason=options["reason"])
        except Refused as refused:
            raise CommandError(str(refused)) from refused
        make_report(report_id=report.pk)
        report = Report.objects.get(pk=report.pk)
        if report.pdf is None or report.xlsx is None:
            raise CommandError(
                f"The report was not finished: {report.making.get_stage_display()} {report.making.problem}"
            )
        self.stdout.write(f"{report.reference}: {report.title}, version {report.edition}")
        if output := options["output"]:
            for document, path in ((report.pdf, output), (report.xlsx, output.with_suffix(".xlsx"))):
                path.write_bytes(document.file.read())
                self.stdout.write(f"{path} ({document.size} bytes, sha256 {document.sha256})")

    def _controller(self, username: str | None) -> User:
        if username:
            person = User.objects.filter(username=username).first()
        else:
            holders = Appointment.objects.today().filter(role=Role.CONTROLLER).select_related("person").order_by("pk")
            person = next((appointment.person for appointment in holders), None)
        if person is None:
            raise CommandError("There is no controller to order the report: appoint one, or name a person with --by.")
        return person
