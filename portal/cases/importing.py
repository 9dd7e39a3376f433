"""Taking cases in from a table. An app registers one importer per kind when Django starts; ``import_cases`` is the command."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.cases.models import Case
from portal.cases.tabular import BadRow, Row, Table
from portal.organisation.models import Unit

BATCH = 200
"""Rows in one transaction: what is committed stays, whatever comes after."""
KEY_LENGTH = 120
Reader = Callable[[dict[str, str]], Any]


class RowRefused(Exception):
    """The row cannot become a case; the sentence says why."""


@dataclass(frozen=True)
class Layout:
    """Where a source keeps what. ``columns`` maps our names to the headers that may hold them, in any case of letters.

    ``needed`` are the names without which there is nothing to import. ``key`` are the names that together tell a row from all others
    of its source; where the table has none of them, the whole row does.
    """

    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    key: tuple[str, ...]

    def found_in(self, header: Iterable[str]) -> dict[str, str]:
        """Our names and the headers that hold them, for those that the table has."""
        present = {name.casefold(): name for name in header}
        hits = {name: [h for h in choices if h.casefold() in present] for name, choices in self.columns.items()}
        return {name: present[found[0].casefold()] for name, found in hits.items() if found}

    def lacking_in(self, header: Iterable[str]) -> list[str]:
        """For each needed name that no header holds: the header it should have had."""
        found = self.found_in(header)
        return [self.columns[name][0] for name in self.needed if name not in found]


@dataclass(frozen=True)
class Importer:
    """How rows become cases of a kind.

    ``reader(unit)`` begins a run and gives a function that judges one row, given by our names: it returns what
    ``take_in(what, source_key)`` makes a case of, or raises RowRefused. It writes nothing, so a dry run can use it. ``unit`` gets every
    case, or None leaves that to the row. The first layout is the default.
    """

    kind: str
    layouts: Mapping[str, Layout]
    reader: Callable[[Unit | None], Reader]
    take_in: Callable[[Any, str], Case]


@dataclass
class Import:
    """One run over a table. ``refused`` is called with line and reason for each row that cannot be taken in.

    ``source`` begins every source key, so that number 1 of one file is not number 1 of another. Memory grows by some sixty bytes a row,
    to know a key that comes twice. After an interruption, run it again: what is in stays in, once. A dry run judges everything and
    writes nothing.
    """

    importer: Importer
    layout: Layout
    source: str
    refused: Callable[[int, str], None]
    unit: Unit | None = None
    dry_run: bool = False
    progress: Callable[["Import"], None] = lambda run: None
    rows: int = field(default=0, init=False)
    new: int = field(default=0, init=False)
    known: int = field(default=0, init=False)
    seen: set[int] = field(default_factory=set, init=False, repr=False)

    @property
    def refusals(self) -> int:
        return self.rows - self.new - self.known

    def take(self, table: Table) -> None:
        """Take in each row that has not been taken in before."""
        columns, rows = self.layout.found_in(table.header), iter(table)
        read = self.importer.reader(self.unit)
        while batch := list(islice(rows, BATCH)):
            self._take_batch(batch, columns, read)
            self.progress(self)

    @transaction.atomic
    def _take_batch(self, batch: list[Row | BadRow], columns: Mapping[str, str], read: Reader) -> None:
        keyed = {key: row for row in batch if (key := self._new_key(row, columns)) and isinstance(row, Row)}
        known = set(self._cases_with(keyed).values_list("source_key", flat=True))
        judged = ((key, self._judged(row, columns, read)) for key, row in keyed.items() if key not in known)
        fresh = [(key, what) for key, what in judged if what is not None]
        for key, what in fresh if not self.dry_run else ():
            self.importer.take_in(what, key)
        self.rows += len(batch)
        self.new += len(fresh)
        self.known += len(known)

    def _new_key(self, row: Row | BadRow, columns: Mapping[str, str]) -> str:
        """The row's source key, or nothing for a row that cannot be read or repeats the key of an earlier one."""
        if isinstance(row, BadRow):
            self.refused(row.line, row.reason)
            return ""
        key = self._key(row, columns)
        if hash(key) in self.seen:
            self.refused(row.line, _("An earlier row of the file is the same, or has the same number."))
            return ""
        self.seen.add(hash(key))
        return key

    def _cases_with(self, keys: Iterable[str]) -> QuerySet[Case]:
        return Case.objects.filter(kind=self.importer.kind, source_key__in=list(keys))

    def _judged(self, row: Row, columns: Mapping[str, str], read: Reader) -> Any:
        values = {name: row.values[header] for name, header in columns.items()}
        try:
            return read(values)
        except RowRefused as reason:
            self.refused(row.line, str(reason))
            return None

    def _key(self, row: Row, columns: Mapping[str, str]) -> str:
        parts = [row.values[columns[name]] for name in self.layout.key if name in columns]
        key = f"{self.source}:{'·'.join(parts)}" if any(parts) else f"{self.source}:{_digest(row.values.values())}"
        return key if len(key) <= KEY_LENGTH else f"{key[:60]}…{_digest([key])[:40]}"


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    """Make an importer known. Raises ValueError if the kind has one."""
    if importer.kind in _importers:
        raise ValueError(f"The kind {importer.kind!r} has an importer.")
    _importers[importer.kind] = importer
    return importer


def all_importers() -> Iterator[Importer]:
    yield from _importers.values()


def importer_of(kind: str) -> Importer | None:
    return _importers.get(kind)
