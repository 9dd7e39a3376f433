"""The annual report from a terminal."""

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from followup import making as making_of
from followup.models import Report
from followup.states import Problem, ReportState
from portal.organisation.models import Appointment
from portal.organisation.states import Role
from tests.cast import Cast
from tests.days import this_year
from tests.followup.samples import RECEIVED, YEAR, figure, idea, introduced

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators")]


def annual_report(*arguments: object) -> str:
    output = io.StringIO()
    call_command("annual_report", *map(str, arguments), stdout=output)
    return output.getvalue()


@pytest.mark.strategy("B5-11b")
def test_a_report_is_made_and_written_once_and_again_only_for_a_reason(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making_of, "report_on_paper", lambda report: b"%PDF-1.7 " + str(report.edition).encode())
    introduced("SOS")
    pdf = tmp_path / "rapport.pdf"
    said = annual_report(YEAR, "--output", pdf)
    report = Report.objects.get()
    assert (report.state, report.owner) == (ReportState.FROZEN, cast.controller)
    assert f"{report.reference}: {report.title}, version 1" in said
    first = pdf.read_bytes()
    assert first.startswith(b"%PDF-1.7")
    cells = [row for sheet in openpyxl.load_workbook(pdf.with_suffix(".xlsx")) for row in sheet.values]
    assert any(RECEIVED.key in row and 1 in row for row in cells)

    idea("SOS")
    annual_report(YEAR, "--output", pdf)
    assert (Report.objects.count(), pdf.read_bytes()) == (1, first)
    annual_report(YEAR, "--output", pdf, "--reason", "Ett ärende kom till.", "--by", cast.coordinator.username)
    second = Report.objects.get(edition=2)
    assert (second.owner, second.reason) == (cast.coordinator, "Ett ärende kom till.")
    assert figure(second, RECEIVED.key).value == 2
    assert pdf.read_bytes() != first


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((1999,), "Välj ett år som har börjat."),
        ((this_year() + 1,), "Välj ett år som har börjat."),
        (("tjugotre",), "invalid int value"),
        ((YEAR, "--output", "/nowhere/at/all/r.pdf"), "There is no folder /nowhere/at/all."),
        ((YEAR, "--output", "."), "is a folder"),
        ((YEAR, "--output", "rapport.xlsx"), "must end in .pdf"),
        ((YEAR, "--by", "nobody"), "There is no controller"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_and_nothing_is_made(
    cast: Cast, arguments: tuple[object, ...], sentence: str
) -> None:
    with pytest.raises(CommandError, match=sentence):
        annual_report(*arguments)
    assert Report.objects.count() == 0


def test_without_a_controller_the_command_says_what_to_do(cast: Cast) -> None:
    Appointment.objects.filter(role=Role.CONTROLLER).delete()
    with pytest.raises(CommandError, match="appoint one"):
        annual_report(YEAR)


def test_a_making_that_fails_is_told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def need_too_much(report: Report) -> bytes:
        raise MemoryError

    monkeypatch.setattr(making_of, "report_sheets", need_too_much)
    with pytest.raises(CommandError, match=str(Problem.TOO_LARGE.label)):
        annual_report(YEAR)
