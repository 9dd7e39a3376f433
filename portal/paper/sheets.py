"""Spreadsheets: one table to a sheet, typed cells, nothing that a spreadsheet program would run.

Rows are written as they come and never held in memory, so a table of a million rows costs no more than one of ten.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from django.utils import translation
from django.utils.translation import gettext
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from portal.paper.tables import Column, Kind, Table, Value, stockholm

LONGEST_TEXT = 32_767  # Excel's limit for one cell
MOST_ROWS = 1_048_576  # Excel's limit for one sheet, its header included
EARLIEST = date(1900, 3, 1)  # before this day Excel counts wrong

_FORMATS = {
    Kind.TEXT: "@",
    Kind.INTEGER: "#,##0",
    Kind.DECIMAL: "#,##0.0",
    Kind.PERCENT: "0.0%",
    Kind.MONEY: "#,##0",
    Kind.DATE: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
_HEAD = {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#0D3C61", "font_color": "#FFFFFF"}
_WIDTHS = {Kind.TEXT: 32, Kind.DATE: 12, Kind.MOMENT: 17, Kind.MONEY: 16}
_WIDEST = 60
_CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f]")
_UNFIT_IN_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
# A cell that begins so is a formula to a careless program that reads the file, or to the CSV made from it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class TooManyRows(Exception):
    """A table is longer than a sheet can be."""


def workbook(sheets: Sequence[tuple[str, Table]], *, title: str, language: str, created: datetime) -> bytes:
    """The same as `write_workbook`, in memory: for tables of a few thousand rows."""
    target = BytesIO()
    write_workbook(target, sheets, title=title, language=language, created=created)
    return target.getvalue()


def write_workbook(
    target: BinaryIO | Path, sheets: Sequence[tuple[str, Table]], *, title: str, language: str, created: datetime
) -> None:
    """Write one sheet for each (name, table), without totals, which would be sorted and counted as if they were data.

    The same input gives the same bytes. Raises TooManyRows.
    """
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": _FORMATS[Kind.MOMENT],
    }
    place = str(target) if isinstance(target, Path) else target
    with translation.override(language), Workbook(place, options) as book:
        book.set_properties(
            {"title": title, "author": "Region Stockholm", "created": stockholm(created).replace(tzinfo=None)}
        )
        book.set_custom_property("Language", language)
        taken: set[str] = set()
        for number, (name, table) in enumerate(sheets, start=1):
            _write_sheet(book, number, _sheet_name(name, taken), table)


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name that Excel accepts: at most 31 characters, none of []:*?/\\, no quote at either end, unique in any case."""
    base = _UNFIT_IN_NAME.sub(" ", name).strip(" '")[:31].strip(" '") or gettext("Sheet")
    candidate, number = base, 1
    while candidate.casefold() in taken or candidate.casefold() == "history":
        number += 1
        candidate = f"{base[: 31 - len(str(number)) - 1]} {number}"
    taken.add(candidate.casefold())
    return candidate


def _write_sheet(book: Workbook, number: int, name: str, table: Table) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format(_HEAD)
    styles = [_Style(book, column) for column in table.columns]
    _lay_out(sheet, table.columns)
    # JAWS reads out the headers of a cell when a name that begins with "Title" tells where they meet.
    quoted = name.replace("'", "''")
    book.define_name(f"Title{number}", f"='{quoted}'!$A$1")
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.label, head)
    last = 0
    for last, row in enumerate(table.rows, start=1):
        if last >= MOST_ROWS:
            raise TooManyRows(name)
        for place, (value, style) in enumerate(zip(row, styles, strict=True)):
            _write_cell(sheet, last, place, value, style)
    sheet.autofilter(0, 0, last, len(styles) - 1)


def _lay_out(sheet: Worksheet, columns: Sequence[Column]) -> None:
    """The header stays in sight, on screen and on each printed page; every column is wide enough for its kind."""
    sheet.freeze_panes(1, 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, min(_WIDEST, max(_WIDTHS.get(column.kind, 12), len(column.label) + 3)))


class _Style:
    """The formats of one column: for its values, for plain words, and for words that look like a formula."""

    def __init__(self, book: Workbook, column: Column) -> None:
        self.kind = column.kind
        self.value = book.add_format({"num_format": _FORMATS[column.kind], "valign": "top"})
        self.text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
        self.literal = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True, "quote_prefix": True})


def _write_cell(sheet: Worksheet, row: int, place: int, value: Value, style: _Style) -> None:
    if value is None or value == "":
        sheet.write_blank(row, place, None, style.value)
    elif isinstance(value, str):
        text = _shortened(_CONTROL.sub("", value))
        sheet.write_string(row, place, text, style.literal if text.startswith(_FORMULA) else style.text)
    elif isinstance(value, date):
        _write_date(sheet, row, place, value, style)
    else:
        sheet.write_number(row, place, value / 100 if style.kind is Kind.PERCENT else value, style.value)


def _write_date(sheet: Worksheet, row: int, place: int, value: date, style: _Style) -> None:
    """A real date, so that it sorts and filters; as words where Excel's calendar does not reach."""
    moment = stockholm(value).replace(tzinfo=None) if isinstance(value, datetime) else value
    if (moment.date() if isinstance(moment, datetime) else moment) < EARLIEST:
        sheet.write_string(row, place, moment.isoformat(), style.text)
    else:
        sheet.write_datetime(row, place, moment, style.value)


def _shortened(text: str) -> str:
    """Excel refuses longer texts, and would leave the cell empty without a word."""
    sign = " […]"
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(sign)] + sign
