"""Tables as CSV, for the spreadsheet programs that people have."""

import csv
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from io import StringIO
from typing import BinaryIO

from django.utils import translation
from django.utils.translation import get_language

from portal.paper.tables import Table, Value, stockholm

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def write_csv(target: BinaryIO, table: Table, *, language: str) -> None:
    """UTF-8 with a byte order mark and, in Swedish, semicolons: what a Swedish Excel opens right at a double click.

    A text that a spreadsheet would take for a formula gets an apostrophe before it. Rows are written as they come.
    """
    with translation.override(language):
        target.writelines(part.encode("utf-8") for part in _lines(table, ";" if language == "sv" else ","))


def _lines(table: Table, delimiter: str) -> Iterator[str]:
    yield "\ufeff"
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow([column.label for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        text = value.replace("\0", "")
        return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
    if isinstance(value, datetime):
        return f"{stockholm(value):%Y-%m-%d %H:%M}"
    return str(value).replace(".", ",") if isinstance(value, Decimal) and get_language() == "sv" else str(value)
