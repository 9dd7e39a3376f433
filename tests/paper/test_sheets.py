"""A workbook opens as data, runs nothing, and can be read by ear."""

import re
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from portal.paper import sheets
from portal.paper.sheets import TooManyRows, workbook, write_workbook
from portal.paper.tables import Column, Kind, Table, Value

MOMENT = datetime(2026, 2, 3, 9, 30, tzinfo=UTC)
COLUMNS = (
    Column("Ärende"),
    Column("Antal", Kind.INTEGER),
    Column("Andel", Kind.PERCENT),
    Column("Belopp", Kind.MONEY),
    Column("Dag", Kind.DATE),
    Column("När", Kind.MOMENT),
)


def book(*named: tuple[str, Table]) -> openpyxl.Workbook:
    content = workbook(named, title="Ärenden 2025", language="sv", created=MOMENT)
    return openpyxl.load_workbook(BytesIO(content))


def one_sheet(*rows: tuple[Value, ...]) -> Worksheet:
    sheet = book(("Ärenden", Table("Ärenden", COLUMNS, rows))).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def words(*values: str) -> list[object]:
    sheet = book(("x", Table("x", (Column("Text"),), [(value,) for value in values]))).worksheets[0]
    return [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_every_value_keeps_its_type_and_time_is_stockholm_time() -> None:
    sheet = one_sheet(
        ("TN 2025-0031", 7, Decimal("12.5"), 1_250_000, date(2025, 3, 1), datetime(2025, 7, 1, 22, 30, tzinfo=UTC))
    )
    cells = sheet[2]
    assert [cell.value for cell in cells] == [
        "TN 2025-0031",
        7,
        0.125,
        1_250_000,
        datetime(2025, 3, 1),  # noqa: DTZ001  a spreadsheet's dates have no zone
        datetime(2025, 7, 2, 0, 30),  # noqa: DTZ001
    ]
    assert [cell.number_format for cell in cells] == ["@", "#,##0", "0.0%", "#,##0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm"]


def test_unknown_is_an_empty_cell_and_zero_is_zero() -> None:
    assert [cell.value for cell in one_sheet(("", None, 0, None, None, None))[2]] == [None, None, 0, None, None, None]


@pytest.mark.parametrize("text", ["=1+1", "=cmd|' /C calc'!A0", "+46 8 123", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    content = workbook([("x", Table("x", (Column(text),), [(text,)]))], title="x", language="sv", created=MOMENT)
    cell = openpyxl.load_workbook(BytesIO(content)).worksheets[0]["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert "<f>" not in parts.read("xl/worksheets/sheet1.xml").decode()


def test_a_link_and_a_number_in_words_stay_words() -> None:
    assert words("https://evil.example/", "0123", "1e5", "mailto:x@example.org") == [
        "https://evil.example/",
        "0123",
        "1e5",
        "mailto:x@example.org",
    ]


def test_control_characters_go_and_too_long_a_text_says_that_it_was_cut() -> None:
    short, long = words("a\0b\x1bc\ufffe", "x" * 40_000)
    assert str(short).startswith("abc")
    assert len(str(long)) == 32_767
    assert str(long).endswith("x […]")


def test_a_day_before_the_calendar_of_excel_is_written_out() -> None:
    assert one_sheet(("x", 1, 1, 1, date(1850, 6, 1), None))["E2"].value == "1850-06-01"


def test_the_header_is_named_stays_in_sight_and_returns_on_each_printed_page() -> None:
    workbook_ = book(("Idéer", Table("x", COLUMNS, [])), ("Förslag", Table("y", COLUMNS[:2], [("a", 1), ("b", 2)])))
    first, second = workbook_.worksheets
    assert [cell.value for cell in first[1]] == [column.label for column in COLUMNS]
    assert (second.freeze_panes, second.print_title_rows, second.auto_filter.ref) == ("B2", "$1:$1", "A1:B3")
    assert {name: item.value for name, item in workbook_.defined_names.items()} == {
        "Title1": "'Idéer'!$A$1",
        "Title2": "'Förslag'!$A$1",
    }
    assert not first.merged_cells.ranges


def test_the_workbook_tells_its_title_and_language() -> None:
    made = book(("x", Table("x", COLUMNS, [])))
    assert (made.properties.title, made.properties.creator) == ("Ärenden 2025", "Region Stockholm")
    content = workbook([("x", Table("x", COLUMNS, []))], title="x", language="sv", created=MOMENT)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert re.search('name="Language"><vt:lpwstr>sv</vt:lpwstr>', parts.read("docProps/custom.xml").decode())


def test_sheet_names_are_made_fit_and_unique() -> None:
    table = Table("x", COLUMNS, [])
    names = ["Hälso/sjukvård", "hälso sjukvård", "x" * 40, "x" * 40, "'quoted'", "", "[]:*?", "History"]
    made = book(*((name, table) for name in names)).sheetnames
    assert made == [
        "Hälso sjukvård",
        "hälso sjukvård 2",
        "x" * 31,
        f"{'x' * 29} 2",
        "quoted",
        "Blad",
        "Blad 2",
        "History 2",
    ]


def test_the_same_input_gives_the_same_bytes() -> None:
    tables = [("x", Table("x", COLUMNS, [("a", 1, None, None, None, None)]))]
    assert len({workbook(tables, title="x", language="sv", created=MOMENT) for _ in range(2)}) == 1


def test_rows_are_written_as_they_come_to_a_file(tmp_path: Path) -> None:
    rows: Iterator[tuple[Value, ...]] = ((f"Ärende {n}", n) for n in range(20_000))
    target = tmp_path / "all.xlsx"
    write_workbook(target, [("Alla", Table("x", COLUMNS[:2], rows))], title="x", language="sv", created=MOMENT)
    with closing(openpyxl.load_workbook(target, read_only=True)) as made:
        assert sum(1 for _row in made.worksheets[0].iter_rows()) == 20_001


def test_a_table_longer_than_a_sheet_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(TooManyRows):
        book(("x", Table("x", COLUMNS[:2], [("a", 1)] * 3)))


def test_a_workbook_speaks_no_formula_anywhere() -> None:
    content = workbook([("x", Table("x", COLUMNS[:1], [("=1",)]))], title="=1", language="sv", created=MOMENT)
    with zipfile.ZipFile(BytesIO(content)) as parts:
        assert not [name for name in parts.namelist() if re.search("vba|external|connection", name)]
