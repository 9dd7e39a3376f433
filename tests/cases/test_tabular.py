import contextlib
import csv
import io
import time
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from portal.cases import tabular
from portal.cases.archives import FileRefused
from portal.cases.tabular import BadRow, Row, csv_safe, open_table
from tests.cases import hostile

ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman", "cp850"]
SWEDISH = 'Namn;Förslag;Datum\nÅke;"Bättre skyltar;\ntill röntgen";2025-01-02\nÖrjan;Kö;2025-02-03\n'


def read(data: bytes) -> list[Row | BadRow]:
    with open_table(io.BytesIO(data)) as table:
        return list(table)


def workbook(rows: list[list[Any]]) -> bytes:
    file = io.BytesIO()
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("separator", ",;\t|")
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_table_reads_the_same_in_any_encoding_separator_and_line_ending(
    encoding: str, separator: str, line_end: str
) -> None:
    text = SWEDISH.replace(";", separator).replace("\n", line_end)
    with open_table(io.BytesIO(text.encode(encoding))) as table:
        assert table.header == ("Namn", "Förslag", "Datum")
        assert table.separator == separator
        assert list(table) == [
            Row(
                2, {"Namn": "Åke", "Förslag": f"Bättre skyltar{separator}{line_end}till röntgen", "Datum": "2025-01-02"}
            ),
            Row(4, {"Namn": "Örjan", "Förslag": "Kö", "Datum": "2025-02-03"}),
        ]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850", "utf-8"])
@pytest.mark.parametrize("word", ["Åsa", "HÖGRE RÄCKE", "Sjöö", "så;5", "Önskemål: fler bänkar på vårdcentralen"])
def test_one_swedish_word_is_enough_to_tell_the_encoding(word: str, encoding: str) -> None:
    with open_table(io.BytesIO(f"id|text\n1|{word}\n".encode(encoding))) as table:
        assert list(table) == [Row(2, {"id": "1", "text": word})]


def test_a_byte_far_down_settles_the_encoding() -> None:
    data = b"id;text\n" + b"1;plain\n" * 50_000 + "2;sjö\n".encode("cp1252")
    assert read(data)[-1] == Row(50_002, {"id": "2", "text": "sjö"})


def test_one_broken_byte_costs_one_row_and_not_every_letter() -> None:
    data = b"id;text\n" + "1;sjö\n".encode() * 20 + b"2;\xff\n" + "3;ås\n".encode()
    rows = read(data)
    assert rows[0] == Row(2, {"id": "1", "text": "sjö"})
    assert isinstance(rows[20], BadRow)
    assert rows[20].line == 22
    assert rows[21] == Row(23, {"id": "3", "text": "ås"})


def test_a_file_like_the_survey_export_is_read_whole() -> None:
    """The traits of a real one: many columns, commas and line breaks in quoted cells, emoji, nbsp, cells left empty."""
    columns = [
        "Comment ID",
        "Date",
        "Service type 1",
        "FFT question",
        "FFT answer",
        *(f"Theme {n}, a/b" for n in range(50)),
    ]
    answers = ["Did not answer", "", "Nothing. ", "Trips\nand, more\x0btrips", "It’s “fine” 👏🏻 £5", "donÃ¢â‚¬â„¢t"]
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    for number, answer in enumerate(answers):
        writer.writerow(
            [f"PTS {number} - Q1", "30/09/2021", "PTS\xa0 - Transport", "Why\nso?", answer, "1", *[""] * 49]
        )
    with open_table(io.BytesIO(file.getvalue().encode())) as table:
        assert table.header == tuple(columns)
        rows = list(table)
    assert [row.values["FFT answer"] for row in rows if isinstance(row, Row)] == [answer.strip() for answer in answers]
    assert len(rows) == len(answers)


def test_each_bad_row_is_reported_between_its_neighbours() -> None:
    rows = read(b'a,b\n1,2\n3\n4,5,6\n7,8,\n9,\0\n"un,1\n"x"y,2\n\n,\n10,11\n')
    assert [(type(row).__name__, row.line) for row in rows] == [
        ("Row", 2),
        ("BadRow", 3),
        ("BadRow", 4),
        ("Row", 5),
        ("BadRow", 6),
        ("BadRow", 7),
        ("BadRow", 8),
        ("Row", 11),
    ]
    assert all(row.reason.endswith(".") for row in rows if isinstance(row, BadRow))


def test_a_quotation_mark_that_never_closes_costs_one_row() -> None:
    good = [f"{number},text".encode() for number in range(2000)]
    data = b"\n".join([b"a,b", *good[:10], b'"oh,no', *good[10:]])
    rows = read(data)
    assert [row.line for row in rows if isinstance(row, BadRow)] == [12]
    assert [row.values["a"] for row in rows if isinstance(row, Row)] == [str(number) for number in range(2000)]


def test_columns_without_a_name_or_with_the_same_get_names_of_their_own() -> None:
    with open_table(io.BytesIO(b"a,, A ,a,a\xc2\xa0b,a (2)\n")) as table:
        assert table.header == ("a", "column 2", "A", "a (2)", "a b", "a (2) (2)")


def test_excels_own_note_on_the_separator_is_obeyed_and_skipped() -> None:
    assert read(b"sep=|\r\na|b\r\n1,5|2\r\n") == [Row(3, {"a": "1,5", "b": "2"})]


@pytest.mark.trust(11)
@pytest.mark.parametrize("case", hostile.BROKEN_TABLES)
def test_a_broken_table_is_refused_or_reported_in_good_time(case: str) -> None:
    begun = time.monotonic()
    rows: list[Row | BadRow] = []
    with contextlib.suppress(FileRefused):
        rows = read(hostile.BROKEN_TABLES[case])
    assert "\\x00" not in str([row for row in rows if isinstance(row, Row)])
    assert time.monotonic() - begun < 20


@given(st.binary(max_size=300) | st.text(st.sampled_from("a1,;\t|\"'\n\r\0å"), max_size=300).map(str.encode))
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    try:
        rows = read(data)
    except FileRefused:
        return
    lines = [row.line for row in rows]
    assert lines == sorted(lines)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=3, max_size=3),
        max_size=8,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_python_writes_is_read_back(cells: list[list[str]], encoding: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL)
    writer.writerows([["å", "b", "c"], *cells])
    rows = read(file.getvalue().encode(encoding))
    expected = [[cell.strip() for cell in row] for row in cells]
    assert [list(row.values.values()) for row in rows if isinstance(row, Row)] == [row for row in expected if any(row)]


def test_a_large_csv_is_read_at_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"id;text\n" + ("1;" + "Kortare väntetid på röntgen. " * 15 + "\n").encode() * 20_000)
    tracemalloc.start()
    with open_table(path) as table:
        assert sum(isinstance(row, Row) for row in table) == 20_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * 1024 * 1024


def test_a_path_an_upload_and_a_pipe_are_read_alike(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    path = tmp_path / "t.csv"
    path.write_bytes(b"a,b\n1,2\n")
    for source in (path, str(path), SimpleUploadedFile("x.bin", path.read_bytes()), Pipe(path.read_bytes())):
        with open_table(source) as table:
            assert list(table) == [Row(2, {"a": "1", "b": "2"})]


def test_a_workbook_gives_text_dates_as_iso_and_saved_values_of_formulas() -> None:
    midnight = datetime(2025, 1, 2)  # noqa: DTZ001  a spreadsheet knows no time zone
    rows: list[list[Any]] = [
        ["Id", "När", None, "Text"],
        [1.0, midnight, True, " _x0041_ "],
        [],
        [2.5, date(2025, 1, 3), None, "=1+1"],
    ]
    with open_table(io.BytesIO(workbook(rows))) as table:
        assert table.header == ("Id", "När", "column 3", "Text")
        assert list(table) == [
            Row(2, {"Id": "1", "När": "2025-01-02", "column 3": "True", "Text": "A"}),
            Row(4, {"Id": "2.5", "När": "2025-01-03", "column 3": "", "Text": ""}),  # a formula never calculated
        ]


def test_a_saved_formula_value_is_read_and_the_formula_is_not(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, "=1+1", None, 2)
        sheet.write(1, 1, "text")
    with open_table(path) as table:
        assert list(table) == [Row(2, {"a": "2", "b": "text"})]


def test_a_cell_beyond_the_header_is_reported_in_a_workbook_too() -> None:
    rows = read(workbook([["a", "b"], ["1"], ["1", "2", "3"]]))
    assert rows[0] == Row(2, {"a": "1", "b": ""})
    assert isinstance(rows[1], BadRow)


@pytest.mark.trust(11)
@pytest.mark.parametrize("make", [hostile.zip_bomb, hostile.lying_zip_bomb, hostile.entity_bomb, hostile.office])
def test_a_workbook_that_is_a_bomb_or_no_workbook_is_refused(make: Any) -> None:
    with pytest.raises(FileRefused):
        read(make())


@pytest.mark.trust(11)
def test_a_sheet_that_claims_to_be_endless_is_not_believed() -> None:
    data = io.BytesIO(workbook([["a"], ["1"]]))
    parts = zipfile.ZipFile(data)
    sheet = parts.read("xl/worksheets/sheet1.xml")
    far = sheet.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"').replace(b'r="2"', b'r="99999999999"')
    members = {name: parts.read(name) for name in parts.namelist()} | {"xl/worksheets/sheet1.xml": far}
    begun = time.monotonic()
    read(hostile.archive(members))
    assert time.monotonic() - begun < 10


@pytest.mark.trust(11)
def test_a_workbook_with_too_large_a_text_table_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet().write_column(0, 0, [f"text {number}" for number in range(5_000)])
    assert len(read(file.getvalue())) == 4_999
    monkeypatch.setattr(tabular, "MAX_WORKBOOK_PART", 100_000)
    with pytest.raises(FileRefused, match="CSV"):
        read(file.getvalue())


@pytest.mark.trust(11)
@pytest.mark.parametrize("formula", hostile.FORMULAS)
def test_a_formula_is_written_as_text_in_csv(formula: str) -> None:
    assert csv_safe(formula) == f"'{formula}"


@pytest.mark.parametrize("value", ["text", "", "a=1", -5, 2.5, None, date(2025, 1, 1)])
def test_other_values_are_written_as_they_are(value: object) -> None:
    assert csv_safe(value) is value


@pytest.mark.trust(11)
def test_a_formula_is_written_as_text_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    values = [*hostile.FORMULAS, "{=1+1}", "https://example.org/", "mailto:a@b.se", "123"]
    with xlsxwriter.Workbook(path, tabular.XLSX_OPTIONS) as book:
        book.add_worksheet().write_column(0, 0, values)
    cells = [cell for (cell,) in openpyxl.load_workbook(path).worksheets[0].iter_rows()]
    assert {cell.data_type for cell in cells} == {"s"}
    assert not [cell for cell in cells if cell.hyperlink]
