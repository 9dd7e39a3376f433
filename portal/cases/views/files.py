"""A table handed out as a file: a spreadsheet, CSV or JSON."""

import json
from collections.abc import Iterator, Sequence
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from django.http import FileResponse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import get_language

from portal.paper.delimited import write_csv
from portal.paper.tables import Table

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
}


def table_file(table: Table, form: str, *, names: Sequence[str]) -> FileResponse:
    """The table to be saved; its rows are written as they are read. ``names`` are the columns' keys in JSON."""
    if form == "xlsx":
        return book_file(table.caption, [(table.caption, table)])
    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115  # the response closes it
    if form == "json":
        file.writelines(part.encode() for part in _json(table, names))
    else:
        write_csv(file, table, language=get_language() or "sv")
    return _saved(file, table.caption, form)


def book_file(title: str, sheets: Sequence[tuple[str, Table]]) -> FileResponse:
    """Tables, each with the name of its sheet, as one workbook to be saved; their rows are written as they are read."""
    # Imported here, because its library is 4 MB, which only who asks for a workbook need bear.
    from portal.paper.sheets import write_workbook

    file = cast(BinaryIO, TemporaryFile())  # noqa: SIM115  # the response closes it
    write_workbook(file, sheets, title=title, language=get_language() or "sv", created=timezone.now())
    return _saved(file, title, "xlsx")


def _saved(file: BinaryIO, title: str, form: str) -> FileResponse:
    file.seek(0)
    name = f"{slugify(title)}-{timezone.localdate():%Y-%m-%d}.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=CONTENT_TYPES[form])


def _json(table: Table, names: Sequence[str]) -> Iterator[str]:
    yield "["
    for place, row in enumerate(table.rows):
        values = {name: None if value is None else str(value) for name, value in zip(names, row, strict=True)}
        yield (",\n" if place else "\n") + json.dumps(values, ensure_ascii=False)
    yield "\n]\n"
