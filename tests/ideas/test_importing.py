"""Taking cases in from files: every row is imported once or refused with its line and a reason."""

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from ideas.models import Suggestion
from portal.cases.importing import BATCH
from portal.cases.models import Case, DiaryEntry, Event
from portal.cases.queries import verify_history
from portal.notices.models import Notice
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-7", "A21")]
HEADER = ("Id", "Förslag", "Datum", "Avsändare", "Område")
BUSES = ("1", "Fler bussar på landet.", "2026-01-05", "resenär", "travel")
CHAIRS = ("2", "Stolar i kön till apoteket.\nGärna med ryggstöd.", "5/1/2026", "Patient", "Vårdcentral")


def table(folder: Path, *rows: tuple[str, ...], encoding: str = "utf-8", separator: str = ";") -> Path:
    text = StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    file = folder / "förslag.csv"
    file.write_bytes(text.getvalue().encode(encoding))
    return file


def workbook(folder: Path, *rows: list[Any]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in rows:
        sheet.append(row)
    book.save(folder / "förslag.xlsx")
    return folder / "förslag.xlsx"


def run(file: Path, **options: object) -> list[str]:
    """The lines that the command prints; the last one sums up, here without the time it took."""
    printed = StringIO()
    call_command("import_cases", "suggestion", file, stdout=printed, **options)
    *lines, summary = printed.getvalue().splitlines()
    return [*lines, summary.removesuffix(" s.").rpartition(" ")[0]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_table_from_any_office_program_becomes_suggestions(tmp_path: Path, encoding: str, separator: str) -> None:
    file = table(tmp_path, HEADER, BUSES, CHAIRS, encoding=encoding, separator=separator)

    assert run(file) == ["2 rader lästa: 2 importerade, 0 fanns redan, 0 avvisade."]

    found = Suggestion.objects.order_by("pk").values_list("proposal", "sender", "area__key", "written_on", "unit__code")
    assert [(*row[:3], str(row[3]), row[4]) for row in found] == [
        ("Fler bussar på landet.", "traveller", "travel", "2026-01-05", "TN"),
        ("Stolar i kön till apoteket.\nGärna med ryggstöd.", "patient", "primary-care", "2026-01-05", "PVN"),
    ]


def test_a_workbook_becomes_suggestions(tmp_path: Path) -> None:
    file = workbook(tmp_path, [*HEADER], [1, "Fler bussar.", timezone.localdate().replace(day=1), None, None])

    assert run(file) == ["1 rader lästa: 1 importerade, 0 fanns redan, 0 avvisade."]
    assert Suggestion.objects.get().unit.code == "RLK"


def test_an_imported_suggestion_has_number_event_and_diary_line_of_today_and_waits_for_its_lead(tmp_path: Path) -> None:
    run(table(tmp_path, HEADER, BUSES))

    case = Suggestion.objects.get()
    assert (case.state, case.confidentiality, case.awaits) == ("received", "internal", "impartial:innovation_lead")
    assert case.reference == f"TN {timezone.localdate().year}-0001"
    assert timezone.localdate(case.opened_at) == timezone.localdate()
    assert [(one.case_id, one.move, one.person) for one in Event.objects.all()] == [(case.pk, "import_in", None)]
    assert list(DiaryEntry.objects.values_list("case", "direction")) == [(case.pk, "in")]
    assert verify_history().whole


def test_nobody_gets_a_notice_for_each_row(tmp_path: Path, cast: Cast) -> None:
    run(table(tmp_path, HEADER, BUSES, CHAIRS), unit="SOS")

    assert Case.objects.awaiting(cast.lead).count() == 2
    assert not Notice.objects.exists()


def test_each_refused_row_is_told_with_its_line_and_the_reason(tmp_path: Path) -> None:
    file = table(
        tmp_path,
        HEADER,
        ("1", "", "", "", ""),
        ("2", "Bra.", "igår", "", ""),
        ("3", "Bra.", "2999-01-01", "", ""),
        ("4", "Bra.", "", "marsian", ""),
        ("5", "Bra.", "", "", "månen"),
        ("6", "x" * 10_001, "", "", ""),
        ("7", "Bra."),
        (*BUSES[:1], "Två\nrader.", *BUSES[2:]),
        ("8", "Samma nummer.", "", "", ""),
        ("8", "Samma nummer igen.", "", "", ""),
    )

    assert run(file) == [
        "Rad 8: Raden har 2 kolumner, rubrikraden 5.",
        "Rad 9: En tidigare rad i filen är likadan eller har samma nummer.",
        "Rad 12: En tidigare rad i filen är likadan eller har samma nummer.",
        "Rad 2: Raden har ingen text.",
        "Rad 3: ”igår” är inget datum.",
        "Rad 4: Datumet ”2999-01-01” har inte kommit än.",
        "Rad 5: ”marsian” är ingen avsändare som portalen känner till.",
        "Rad 6: ”månen” är inget område som portalen känner till.",
        "Rad 7: Texten är längre än 10000 tecken.",
        "10 rader lästa: 1 importerade, 0 fanns redan, 9 avvisade.",
    ]
    assert Suggestion.objects.get().proposal == "Samma nummer."


def test_a_second_run_adds_only_what_is_new(tmp_path: Path) -> None:
    run(table(tmp_path, HEADER, BUSES))
    before = list(Event.objects.values())

    assert run(table(tmp_path, HEADER, BUSES, CHAIRS)) == ["2 rader lästa: 1 importerade, 1 fanns redan, 0 avvisade."]
    assert run(table(tmp_path, HEADER, BUSES, CHAIRS)) == ["2 rader lästa: 0 importerade, 2 fanns redan, 0 avvisade."]
    assert list(Event.objects.values())[: len(before)] == before
    assert Suggestion.objects.count() == 2


def test_the_same_number_from_another_source_is_another_suggestion(tmp_path: Path) -> None:
    file = table(tmp_path, HEADER, BUSES)

    assert run(file, source="enkät 2025")[-1] == "1 rader lästa: 1 importerade, 0 fanns redan, 0 avvisade."
    assert run(file, source="enkät 2026")[-1] == "1 rader lästa: 1 importerade, 0 fanns redan, 0 avvisade."


def test_rows_without_a_number_are_known_by_what_they_say(tmp_path: Path) -> None:
    file = table(tmp_path, ("Förslag", "Plats"), ("Fler bussar.", "Norrtälje"), ("Fler bussar.", "Nynäshamn"))

    assert run(file)[-1] == "2 rader lästa: 2 importerade, 0 fanns redan, 0 avvisade."
    assert run(file)[-1] == "2 rader lästa: 0 importerade, 2 fanns redan, 0 avvisade."


def test_a_dry_run_judges_every_row_and_writes_nothing(tmp_path: Path) -> None:
    file = table(tmp_path, HEADER, BUSES, ("2", "", "", "", ""))

    assert run(file, dry_run=True) == [
        "Rad 3: Raden har ingen text.",
        "2 rader lästa: 1 kan importeras, 0 finns redan, 1 avvisas.",
    ]
    assert not Case.objects.exists()


def test_a_large_file_is_taken_in_batches_with_consecutive_numbers(tmp_path: Path) -> None:
    count = BATCH + 5
    rows = ((str(number), f"Förslag {number}", "", "", "") for number in range(count))

    assert (
        run(table(tmp_path, HEADER, *rows))[-1]
        == f"{count} rader lästa: {count} importerade, 0 fanns redan, 0 avvisade."
    )

    numbers = Suggestion.objects.order_by("pk").values_list("reference", flat=True)
    year = timezone.localdate().year
    assert list(numbers) == [f"RS {year}-{number:04d}" for number in range(1, count + 1)]


def test_the_nhs_file_is_read_by_its_own_mapping(tmp_path: Path) -> None:
    question = "Please describe any things about the 111 service that\nyou were particularly satisfied and/or dissatisfied with"
    file = table(
        tmp_path,
        ("Comment ID", "Trust", "Date", "Service type 1", "FFT question", "FFT answer"),
        ("PTS 528 - Q1", "NEAS", "30/09/2021", "PTS  - Patient Transport", "FFT Why?", "Did not answer"),
        ("PTS 540 - Q1", "NEAS", "10/17/2021", "PTS  - Patient Transport", "How could we improve?", "Queue less."),
        ("111 7 - Q3", "NEAS", "01/11/2021", "111", question, "Waiting to get through"),
        separator=",",
    )

    assert run(file, mapping="nhs-fft") == [
        "Rad 2: Ingen har svarat: det är allt som står i texten.",
        "3 rader lästa: 2 importerade, 0 fanns redan, 1 avvisade.",
    ]

    found = Suggestion.objects.order_by("pk").values_list("proposal", "summary", "sender", "area__key", "written_on")
    assert [(*row[:4], str(row[4])) for row in found] == [
        ("Queue less.", "How could we improve?", "traveller", "ambulance", "2021-10-17"),
        ("Waiting to get through", " ".join(question.split()), "patient", "care", "2021-11-01"),
    ]


def test_a_long_key_is_shortened_and_stays_unique(tmp_path: Path) -> None:
    alike = "A" * 200
    file = table(tmp_path, HEADER, (alike + "1", "Ett.", "", "", ""), (alike + "2", "Två.", "", "", ""))

    assert run(file)[-1] == "2 rader lästa: 2 importerade, 0 fanns redan, 0 avvisade."
    assert run(file)[-1] == "2 rader lästa: 0 importerade, 2 fanns redan, 0 avvisade."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["idea"], "Nothing of the kind 'idea' can be imported. Choose: suggestion"),
        (["suggestion", "--mapping", "x"], "There is no mapping 'x'. Choose: default, nhs-fft"),
        (["suggestion", "--unit", "x"], "There is no unit with the code 'x' today."),
        (
            ["suggestion", "--unit", "region"],
            "Region Stockholm keeps no diary: choose a board, a company or something under one.",
        ),
        (["suggestion", "--mapping", "nhs-fft"], "The table lacks what is needed: Comment ID, FFT answer."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path, arguments: list[str], said: str) -> None:
    kind, *options = arguments
    with pytest.raises(CommandError) as problem:
        call_command("import_cases", kind, table(tmp_path, HEADER, BUSES), *options)
    assert str(problem.value).startswith(said)


def test_a_file_that_is_missing_or_no_table_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_cases", "suggestion", tmp_path / "saknas.csv")
    (tmp_path / "tom.csv").touch()
    with pytest.raises(CommandError, match=r"tom\.csv"):
        call_command("import_cases", "suggestion", tmp_path / "tom.csv")
    assert not Case.objects.exists()
