"""Cases from one portal to another with all their history, unchanged to the byte: the way in."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import AutoField, Model

from portal.accounts.models import User
from portal.backup.belonging import Belonging
from portal.backup.carrying import TOLD, Parcel, path_of, stored_columns
from portal.backup.errors import BackupError
from portal.backup.fingerprint import STEADY
from portal.backup.store import Store, digest
from portal.cases.models import Case, CaseGrant, DiarySeries, Seal
from portal.cases.queries import verify_history
from portal.organisation.models import Unit

Renumbered = dict[str, dict[int, int]]
"""For columns whose numbers are others here: from the number in the export to that here."""
MOST_BYTES = 1_000_000
"""What is sent to the database at a time, about: a frozen figure alone may be that large."""
_INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
_SAME = """
    SELECT given FROM jsonb_array_elements(%s::jsonb) given
    WHERE NOT EXISTS (SELECT FROM (SELECT {columns} FROM {table}) here WHERE to_jsonb(here) = given) LIMIT 1
"""
_NEXT = """
    SELECT setval(pg_get_serial_sequence(%s, %s), (SELECT max({key}) FROM {table}))
    WHERE pg_get_serial_sequence(%s, %s) IS NOT NULL AND EXISTS (SELECT FROM {table})
"""


def unpack_cases(folder: Path) -> Parcel:
    """Take exported cases into a portal without cases, as the role that owns the tables: all of them or none.

    The units must be there, with the same numbers and codes. People who are missing get a closed account with their number, for an
    administrator to open; where another person has the number, nothing is taken in. Raises BackupError.
    """
    parcel = Parcel.read(folder)
    store = Store(folder / "files")
    _require_unharmed(folder, parcel, store)
    if Case.objects.exists():
        raise BackupError("There are cases in this portal already. Unpack into one without cases.")
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(STEADY)
            _Unpacking(folder, parcel, cursor).all()
            for kept in parcel.files:
                if not kept.is_whole():
                    store.give_back(kept)
    except DatabaseError as problem:
        raise BackupError(f"The database refuses it: {problem}") from problem
    return parcel


class _Unpacking:
    """One run, in one transaction."""

    def __init__(self, folder: Path, parcel: Parcel, cursor: CursorWrapper) -> None:
        self.folder, self.parcel, self.cursor = folder, parcel, cursor
        belonging = Belonging(Case.objects.all())
        self.registers = [model for model in belonging.outside() if self._told(model)]
        self.own: list[type[Model]] = [*belonging.models, Seal, DiarySeries]
        known = {model._meta.db_table for model in [*self.registers, *self.own]}
        if strange := sorted(parcel.sheets.keys() - known):
            raise BackupError(f"This version of the portal has no tables for {', '.join(strange)}.")

    def all(self) -> None:
        """Units and people first, then registers, then the cases."""
        self._require_units()
        self._people()
        for model in self.registers:
            if model not in TOLD:
                self._register(model)
        self._cases()
        for model in (*self.own, *self.registers):
            self._go_on_counting(model)
        if not verify_history().whole:
            raise BackupError("The history in the export is broken: verify_history says where it was taken out.")

    def _cases(self) -> None:
        """As they are, past the triggers that would write their history anew."""
        tables = [model._meta.db_table for model in self.own]
        for table in tables:
            self.cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        self.cursor.execute("ALTER TABLE cases_case ENABLE TRIGGER case_words_first")
        renumbered: dict[type[Model], Renumbered] = {CaseGrant: {"permission_id": self._permissions()}}
        for model in self.own:
            if self._told(model):
                self._rows(model, renumbered.get(model, {}))
        self.cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in tables:
            self.cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')

    def _told(self, model: type[Model]) -> bool:
        return model._meta.db_table in self.parcel.sheets

    def _read(self, model: type[Model]) -> Iterator[dict[str, Any]]:
        with path_of(self.folder, model._meta.db_table).open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)

    def _require_units(self) -> None:
        here = dict(Unit.objects.values_list("pk", "code"))
        for unit in self._read(Unit):
            if here.get(unit["id"]) != unit["code"]:
                raise BackupError(
                    f"Unit {unit['id']} is not {unit['code']} here. Set the organisation up as it was first."
                )

    def _people(self) -> None:
        here = dict(User.objects.values_list("pk", "username"))
        for person in self._read(User):
            name = here.get(person["id"])
            if name is None:
                User.objects.create(**person, is_active=False, password=make_password(None))
            elif name != person["username"]:
                raise BackupError(
                    f"Person {person['id']} is {person['username']} in the history, and {name} here. The history is chained over the "
                    "numbers of people: unpack before others are let in."
                )

    def _permissions(self) -> dict[int, int]:
        """The number of each permission in the export, and here."""
        here = dict(Permission.objects.filter(content_type__app_label="cases").values_list("codename", "pk"))
        return {one["id"]: here[one["codename"]] for one in self._read(Permission)} if self._told(Permission) else {}

    def _register(self, model: type[Model]) -> None:
        """Rows of a register are put in where they are missing; one that is there must be the same."""
        table = model._meta.db_table
        columns = self._columns(model)
        for batch in self._batches(model, {}):
            self.cursor.execute(_INSERT.format(table=table, columns=columns) + " ON CONFLICT DO NOTHING", [batch])
            self.cursor.execute(_SAME.format(table=table, columns=columns), [batch])
            if other := self.cursor.fetchone():
                raise BackupError(f"A row of {table} is another here: {other[0]}")

    def _rows(self, model: type[Model], renumbered: Renumbered) -> None:
        insert = _INSERT.format(table=model._meta.db_table, columns=self._columns(model))
        for batch in self._batches(model, renumbered):
            self.cursor.execute(insert, [batch])

    def _columns(self, model: type[Model]) -> str:
        table = model._meta.db_table
        columns = self.parcel.sheets[table].columns
        if columns != stored_columns(table):
            raise BackupError(f"{table} has other columns here: the export is from another version of the portal.")
        return ", ".join(f'"{name}"' for name in columns)

    def _batches(self, model: type[Model], renumbered: Renumbered) -> Iterator[str]:
        """The lines of a table as JSON arrays of a fitting size."""
        kept: list[str] = []
        size = 0
        with path_of(self.folder, model._meta.db_table).open(encoding="utf-8") as lines:
            for line in lines:
                kept.append(_renumber(line, renumbered) if renumbered else line)
                size += len(line)
                if size > MOST_BYTES:
                    yield f"[{','.join(kept)}]"
                    kept, size = [], 0
        if kept:
            yield f"[{','.join(kept)}]"

    def _go_on_counting(self, model: type[Model]) -> None:
        """The next row gets a number after the last."""
        table, key = model._meta.db_table, model._meta.pk.column
        if isinstance(model._meta.pk, AutoField):
            self.cursor.execute(_NEXT.format(table=table, key=f'"{key}"'), [table, key] * 2)


def _renumber(line: str, renumbered: Renumbered) -> str:
    row = json.loads(line)
    return json.dumps(row | {name: numbers[row[name]] for name, numbers in renumbered.items()})


def _require_unharmed(folder: Path, parcel: Parcel, store: Store) -> None:
    os.umask(0o077)
    for table, sheet in parcel.sheets.items():
        with path_of(folder, table).open("rb") as file:
            if digest(file) != sheet.sha256:
                raise BackupError(f"{path_of(folder, table)} is damaged.")
    for kept in parcel.files:
        if not store.has(kept.sha256):
            raise BackupError(f"{store.path(kept.sha256)} is missing or damaged.")
