"""Where documents are kept in a back-up: each once, under its own SHA-256, whichever back-ups speak of it."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from django.core.files import File
from django.core.files.storage import default_storage

from portal.cases.models import Document

CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Kept:
    """A document's file as its row tells of it: ``name`` in the private storage."""

    pk: int
    name: str
    sha256: str

    @classmethod
    def all(cls) -> list[Self]:
        """Of Django's database, as the transaction sees it."""
        return [cls(*row) for row in Document.objects.order_by("pk").values_list("pk", "file", "sha256")]

    def is_whole(self) -> bool:
        """Is the file in the private storage what its row says? Reads all of it."""
        try:
            with default_storage.open(self.name) as file:
                return digest(file) == self.sha256
        except FileNotFoundError:
            return False


class Store:
    """The folder ``files`` of the back-ups."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256

    def has(self, sha256: str) -> bool:
        """Is it there, and unharmed? Reads all of it."""
        try:
            with self.path(sha256).open("rb") as file:
                return digest(file) == sha256
        except FileNotFoundError:
            return False

    def take(self, kept: Kept) -> bool:
        """Copy a file that is not here yet from the private storage; False when it is missing there, or is not what its row says."""
        target = self.path(kept.sha256)
        if target.exists():
            return default_storage.exists(kept.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        try:
            with default_storage.open(kept.name) as source, part.open("wb") as copy:
                found = digest(source, copy)
        except FileNotFoundError:
            return False
        if found != kept.sha256:
            part.unlink()
            return False
        part.replace(target)
        return True

    def give_back(self, kept: Kept) -> None:
        """Write the file to the private storage under the name that its row knows."""
        with self.path(kept.sha256).open("rb") as file:
            written = default_storage.save(kept.name, file)
        if written != kept.name:
            raise FileExistsError(kept.name)

    def keep_only(self, wanted: Iterable[str]) -> None:
        """Delete every file that no back-up speaks of any more."""
        names = set(wanted)
        for path in self.folder.glob("??/*"):
            if path.name not in names:
                path.unlink()


def digest(source: "BinaryIO | File[bytes]", copy: BinaryIO | None = None) -> str:
    """The SHA-256 of what is read; what is read is also written to ``copy``, and is on the disk when this returns."""
    total = hashlib.sha256()
    while chunk := source.read(CHUNK):
        total.update(chunk)
        if copy:
            copy.write(chunk)
    if copy:
        copy.flush()
        os.fsync(copy.fileno())
    return total.hexdigest()
