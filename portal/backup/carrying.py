"""Cases from one portal to another with all their history, unchanged to the byte: the way out.

    FOLDER/manifest.json            what there is, by table: rows, and the SHA-256 of the file
    FOLDER/rows/cases_event.jsonl   a row a line, as PostgreSQL writes it as JSON
    FOLDER/files/ab/ab12…           documents, named by their SHA-256

The history is chained over the numbers of cases and people, so these keep their numbers. The same cases give the same bytes.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import reduce
from operator import or_
from pathlib import Path
from typing import Any, Self

from django.contrib.auth.models import Permission
from django.db import connection, transaction
from django.db.models import Model, Q, QuerySet

from portal.accounts.models import User
from portal.backup.belonging import Belonging
from portal.backup.errors import BackupError
from portal.backup.fingerprint import STEADY
from portal.backup.store import Kept, Store
from portal.cases.models import Case, DiarySeries, Document, Seal
from portal.organisation.models import Unit

FORM = 2
NAME = "manifest.json"
TOLD: dict[type[Model], tuple[str, ...]] = {
    User: ("id", "username", "name", "email", "is_employee", "unit_id", "language"),
    Unit: ("id", "code"),
    Permission: ("id", "codename"),
}
"""What is told of those who are no case's own; of all other registers the whole row. Nothing opens anybody's account."""
_COLUMNS = """
    SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    ORDER BY attname COLLATE "C"
"""


@dataclass(frozen=True)
class Sheet:
    """One table in the folder: its columns, how many rows, and the SHA-256 of its file."""

    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True)
class Parcel:
    """The manifest. ``whole`` when every case is in it, and so the seals are; ``damaged`` are files that were broken already."""

    whole: bool
    sheets: dict[str, Sheet] = field(default_factory=dict)
    files: list[Kept] = field(default_factory=list)
    damaged: list[Kept] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        (folder / NAME).write_text(json.dumps({"form": FORM, **asdict(self)}, indent=1, ensure_ascii=False))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Raises BackupError when there is none, or none that this version can read."""
        try:
            told: dict[str, Any] = json.loads((folder / NAME).read_text())
        except (FileNotFoundError, NotADirectoryError):
            raise BackupError(f"{folder} holds no exported cases: it has no {NAME}.") from None
        if told.pop("form") != FORM:
            raise BackupError(f"{folder / NAME} was written by another version of the portal.")
        sheets = {name: Sheet(**sheet) for name, sheet in told["sheets"].items()}
        files, damaged = ([Kept(**one) for one in told[name]] for name in ("files", "damaged"))
        return cls(told["whole"], sheets, files, damaged)


def export_cases(folder: Path, *, kinds: Iterable[str] = ()) -> Parcel:
    """Write every case, or those of the kinds, into a new folder while the portal is in use. Raises BackupError.

    What is told is of one moment. Rows are streamed, so memory does not grow with the number of cases. A folder that was cut short
    has no manifest.
    """
    os.umask(0o077)
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty.")
    (folder / "rows").mkdir(parents=True)
    chosen = list(kinds)
    cases = Case.objects.filter(kind__in=chosen) if chosen else Case.objects.all()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(STEADY)
        belonging = Belonging(cases)
        belonging.require_whole()
        sheets = {
            rows.model._meta.db_table: _write(folder, rows, TOLD.get(rows.model))
            for rows in _all_rows(belonging, whole=not chosen)
        }
        kept = [Kept(*row) for row in _documents(belonging)]
    store = Store(folder / "files")
    damaged = [one for one in kept if not store.take(one)]
    parcel = Parcel(not chosen, sheets, [one for one in kept if one not in damaged], damaged)
    parcel.write(folder)
    return parcel


def _all_rows(belonging: Belonging, *, whole: bool) -> Iterator[QuerySet[Any]]:
    """What the cases point to, the cases with what is theirs, the last number given in each diary, and the seals over all of it."""
    for model, ids in belonging.outside().items():
        told = reduce(or_, (Q(pk__in=numbers) for numbers in ids))
        yield model._base_manager.filter(told)
    yield from belonging.models.values()
    yield DiarySeries.objects.all()
    if whole:
        yield Seal.objects.all()


def _documents(belonging: Belonging) -> Iterator[tuple[Any, ...]]:
    yield from belonging.models[Document].order_by("pk").values_list("pk", "file", "sha256")


def _write(folder: Path, rows: QuerySet[Any], told: tuple[str, ...] | None) -> Sheet:
    """The rows in the order of their keys, through a cursor of the server's."""
    table = rows.model._meta.db_table
    columns = list(told) if told else stored_columns(table)
    listed = ", ".join(f't."{name}"' for name in columns)
    sql, given = rows.order_by().values("pk").query.sql_with_params()
    key = rows.model._meta.pk.column
    query = f"""SELECT to_jsonb(picked)::text FROM (SELECT {listed} FROM "{table}" t WHERE t."{key}" IN ({sql})
        ORDER BY t."{key}") picked"""  # noqa: S608  # names of our own tables
    total, number = hashlib.sha256(), 0
    with connection.chunked_cursor() as cursor, path_of(folder, table).open("wb") as file:
        cursor.execute(query, given)
        for (row,) in cursor:
            line = f"{row}\n".encode()
            total.update(line)
            file.write(line)
            number += 1
    return Sheet(columns, number, total.hexdigest())


def path_of(folder: Path, table: str) -> Path:
    return folder / "rows" / f"{table}.jsonl"


def stored_columns(table: str) -> list[str]:
    """All but those that the database computes."""
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS, [table])
        return [name for (name,) in cursor.fetchall()]
