"""PostgreSQL's COPY from a stream of rows: constant memory, all triggers and constraints in force."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Model

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def copy_rows(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows to the model's table. A list becomes an array, a dict JSON, None NULL. Columns are database columns."""
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", _Stream(_lines(rows)))


def reserve_ids(model: type[Model], number: int) -> list[int]:
    """Ids for that many new rows, ascending, drawn from the table's own sequence: all that the application's role may do with it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [model._meta.db_table, model._meta.pk.column])
        (sequence,) = cursor.fetchone()
        cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [sequence, number])
        return [pk for (pk,) in cursor.fetchall()]


def _lines(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    for row in rows:
        yield "\t".join(map(_cell, row)) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return "{" + ",".join(value) + "}"
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return text.translate(_ESCAPES)


class _Stream(io.TextIOBase):
    """What psycopg2 reads from: the lines, a handful at a time."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.lines = lines
        self.rest = ""

    def read(self, size: int | None = -1, /) -> str:
        wanted = 65_536 if size is None or size < 0 else size
        parts, length = [self.rest], len(self.rest)
        while length < wanted and (line := next(self.lines, None)) is not None:
            parts.append(line)
            length += len(line)
        text = "".join(parts)
        self.rest = text[wanted:]
        return text[:wanted]
