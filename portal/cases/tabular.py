"""Tables in and out: CSV in whatever shape people have it, XLSX, and cells that cannot turn into formulas.

No row can stop the reading of a file: one that cannot be used comes out as a `BadRow` with its line and a
reason for people, between its neighbours. CSV is read at constant memory; of XLSX the table of texts is held in
memory, so its size is limited.
"""

import csv
import shutil
import tempfile
import warnings
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import IO, Any
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError
from django.utils.translation import gettext as _

from portal.cases import archives, dialects
from portal.cases.archives import FileRefused
from portal.cases.text import clean_line

MAX_COLUMNS = 1_000
MAX_LINE = 1024 * 1024
MAX_LINES_IN_ROW = 500
MAX_REREADS = 1_000
MAX_SHEET_ROWS = 1_048_576
MAX_WORKBOOK_PART = 30 * 1024 * 1024

OVERLONG = "\0line too long\0"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
XLSX_OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""For `xlsxwriter.Workbook`: what people wrote stays text."""

# What openpyxl lets through when a workbook's parts contradict each other; it names no errors of its own.
_WORKBOOK_DAMAGE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, OSError)
_WORKBOOK_ERRORS = (*_WORKBOOK_DAMAGE, BadZipFile, zlib.error, EOFError, ParseError, DefusedXmlException)


@dataclass(frozen=True, slots=True)
class Row:
    """A row by the names in the header; `line` is where it begins, counted as an editor does, from 1."""

    line: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read, and why, in the language in use."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """One pass over the rows of a file. Rows without any text are left out."""

    header: tuple[str, ...]
    rows: Iterator[Row | BadRow]
    encoding: str = ""
    separator: str = ""

    def __iter__(self) -> Iterator[Row | BadRow]:
        return self.rows


@contextmanager
def open_table(source: str | Path | IO[bytes]) -> Iterator[Table]:
    """The table in a CSV or XLSX file, whatever its name; valid within the `with` block.

    Of a workbook the first sheet is read, and of a formula the value that was saved with it. Raises
    `FileRefused` when there is no table to read: an empty file, a damaged or oversized workbook, old Excel.
    """
    with ExitStack() as stack:
        file = stack.enter_context(Path(source).open("rb")) if isinstance(source, str | Path) else source
        if not file.seekable():
            stream, file = file, stack.enter_context(tempfile.TemporaryFile())
            shutil.copyfileobj(stream, file)
        file.seek(0)
        start = file.read(4)
        if start == OLD_OFFICE:
            raise FileRefused(_("The file is in an old Excel format. Save it as .xlsx or .csv."), code="old_format")
        read = _read_workbook if start == archives.ARCHIVE else _read_csv
        yield stack.enter_context(read(file))


def csv_safe(value: object) -> object:
    """The value for a cell of CSV: text that a spreadsheet would run as a formula gets an apostrophe first."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


class _Lines:
    """The lines of a text, none of them endless, that can be taken back when a row proves to be broken."""

    def __init__(self, text: TextIOWrapper) -> None:
        self._text = text
        self._number = 0
        self._again: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        number, line = self._again.popleft() if self._again else self._read()
        self.taken.append((number, line))
        self._room -= len(line)
        if len(self.taken) > MAX_LINES_IN_ROW or self._room < 0:
            raise csv.Error("A row without an end.")
        return line

    def begin_row(self) -> None:
        self.taken.clear()
        self._room = 2 * MAX_LINE

    def take_back_all_but_first(self) -> None:
        self._again.extendleft(reversed(self.taken[1:]))

    def _read(self) -> tuple[int, str]:
        line = self._text.readline(MAX_LINE)
        if not line:
            raise StopIteration
        self._number += 1
        if len(line) < MAX_LINE or line.endswith(("\n", "\r")):
            return self._number, line
        while (rest := self._text.readline(MAX_LINE)) and not rest.endswith(("\n", "\r")):
            continue
        return self._number, OVERLONG


@contextmanager
def _read_csv(file: IO[bytes]) -> Iterator[Table]:
    encoding = dialects.find_encoding(file)
    errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    file.seek(0)
    text = TextIOWrapper(file, encoding, errors, newline="")
    try:
        sample = [text.readline(MAX_LINE) for _line in range(dialects.SAMPLE_LINES)]
        separator = dialects.find_separator(sample)
        text.seek(0)
        records = _csv_records(_Lines(text), separator)
        header = _header(records)
        yield Table(header, _rows(header, records), encoding, separator)
    finally:
        text.detach()


def _csv_records(lines: _Lines, separator: str) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Each row's first line and cells. What a quotation mark without an end has swallowed is read anew."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    rereads = MAX_REREADS
    while True:
        lines.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            first, last = lines.taken[0][0], lines.taken[-1][0]
            if rereads:
                rereads -= 1
                lines.take_back_all_but_first()
                last = first
            yield BadRow(first, _broken_quotes(first, last))
        else:
            yield lines.taken[0][0], cells


@contextmanager
def _read_workbook(file: IO[bytes]) -> Iterator[Table]:
    from openpyxl import load_workbook  # 10 MB, which a web process that reads no workbook need not bear

    _refuse_unfit_workbook(file)
    try:
        with warnings.catch_warnings(action="ignore", category=UserWarning):  # about styles, which are not read
            workbook = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except _WORKBOOK_ERRORS as error:
        raise FileRefused(archives.BROKEN, code="broken") from error
    try:
        records = _sheet_records(workbook.worksheets[0]) if workbook.worksheets else iter(())
        header = _header(records)
        yield Table(header, _rows(header, records, pad=True))
    finally:
        workbook.close()


def _refuse_unfit_workbook(file: IO[bytes]) -> None:
    if archives.identify(file) != ".xlsx":
        raise FileRefused(_("The file is not a table. Choose a CSV file or an Excel file (.xlsx)."), code="no_table")
    with ZipFile(file) as archive:
        parts = [part for part in archive.infolist() if not part.filename.startswith("xl/worksheets/")]
    if max(part.file_size for part in parts) > MAX_WORKBOOK_PART:
        raise FileRefused(_("The workbook is too large to read. Save the sheet as CSV."), code="too_large")


def _sheet_records(sheet: Any) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Rows by the numbers Excel shows. The size that the sheet claims for itself is not believed."""
    from openpyxl.utils.escape import unescape

    sheet.reset_dimensions()
    line = 0
    try:
        for line, cells in enumerate(islice(sheet.iter_rows(values_only=True), MAX_SHEET_ROWS), start=1):
            yield line, [unescape(cell) if isinstance(cell, str) else _text(cell) for cell in cells]
    except _WORKBOOK_ERRORS:
        yield BadRow(line + 1, _("The sheet is damaged from here on and cannot be read."))


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case date() | time():
            return cell.isoformat()
        case float() if cell.is_integer():
            return str(int(cell))
    return str(cell)


def _header(records: Iterable[tuple[int, list[str]] | BadRow]) -> tuple[str, ...]:
    """Names for the columns, from the first row that has any: none empty, none twice."""
    for record in records:
        if isinstance(record, BadRow):
            raise _no_header(record.reason)
        names = [clean_line(cell) for cell in record[1]]
        if names[:1] == ["sep="] or not any(names):  # Excel's own note on the separator, or a blank line
            continue
        if reason := _trouble(names):
            raise _no_header(reason)
        return _unique(names)
    raise FileRefused(_("The file holds no rows."), code="empty")


def _unique(names: list[str]) -> tuple[str, ...]:
    taken: dict[str, None] = {}
    for number, name in enumerate(names, start=1):
        wanted = name or f"column {number}"
        again = (f"{wanted} ({count})" for count in range(2, len(names) + 2))
        taken[next(free for free in (wanted, *again) if free not in taken)] = None
    return tuple(taken)


def _rows(
    header: tuple[str, ...], records: Iterator[tuple[int, list[str]] | BadRow], *, pad: bool = False
) -> Iterator[Row | BadRow]:
    for record in records:
        if isinstance(record, BadRow):
            yield record
            continue
        line, cells = record
        values = [cell.strip() for cell in cells]
        if not any(values):
            continue
        missing = len(header) - len(values)
        if pad:
            values += [""] * missing
        reason = _trouble(values) or _misfit(len(header), values)
        yield BadRow(line, reason) if reason else Row(line, dict(zip(header, values, strict=False)))


def _trouble(values: list[str]) -> str:
    if len(values) > MAX_COLUMNS:
        return _("The row has more than %(limit)s columns.") % {"limit": MAX_COLUMNS}
    if any(OVERLONG in value for value in values):
        return _("The row is longer than %(limit)s characters.") % {"limit": MAX_LINE}
    if any("\0" in value for value in values):
        return _("The row contains a character that cannot be stored (NUL).")
    if any(dialects.UNREADABLE.search(value) for value in values):
        return _("The row contains bytes that are not characters in the encoding of the file.")
    return ""


def _misfit(expected: int, values: list[str]) -> str:
    """Empty cells after the last column do not count: spreadsheets add them."""
    found = len(values) if len(values) < expected or any(values[expected:]) else expected
    if found == expected:
        return ""
    return _("The row has %(found)s columns, the header %(expected)s.") % {
        "found": found,
        "expected": expected,
    }


def _broken_quotes(first: int, last: int) -> str:
    reason = _("The quotation marks in the row do not match, or a cell in it is too long.")
    if last == first:
        return reason
    return f"{reason} {_('The lines up to %(line)s were passed over.') % {'line': last}}"


def _no_header(reason: str) -> FileRefused:
    message = _("The first row, with the names of the columns, cannot be read: %(reason)s")
    return FileRefused(message, code="no_header", params={"reason": reason})
