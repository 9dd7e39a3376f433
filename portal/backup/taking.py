"""Taking a back-up while the portal is in use."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from portal.backup.errors import BackupError
from portal.backup.fingerprint import NOT_KEPT, Fingerprint
from portal.backup.manifest import DUMP, NAME, Manifest
from portal.backup.programs import run
from portal.backup.store import Kept, Store, digest
from portal.cases.models import Document


def back_up(folder: Path, *, keep: int = 0) -> tuple[Path, Manifest]:
    """Take one back-up into the folder, and return where it is. ``keep`` deletes all but so many of the newest afterwards.

    It has its name when it is complete and not before; one that was cut short is cleared away by the next. Raises BackupError.
    """
    os.umask(0o077)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        for left in folder.glob("*.part"):
            shutil.rmtree(left)
        taken_at = timezone.now()
        part = folder / f"{taken_at:%Y-%m-%dT%H%M%SZ}.part"
        part.mkdir()
        manifest = _take(part, Store(folder / "files"), taken_at.isoformat(timespec="seconds"))
        manifest.write(part)
        os.sync()
        done = part.rename(part.with_suffix(""))
        if keep:
            _prune(folder, keep)
    return done, manifest


def _take(part: Path, store: Store, taken_at: str) -> Manifest:
    """The dump, the figures and the list of files are of one and the same moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot(), current_setting('server_version')")
        snapshot, server = cursor.fetchone()
        database, files = Fingerprint.take(), Kept.all()
        not_kept = [f"--exclude-table-data=public.{name}" for name in NOT_KEPT]
        run("pg_dump", "--format=custom", f"--snapshot={snapshot}", "--no-owner", f"--file={part / DUMP}", *not_kept)
    with (part / DUMP).open("rb") as dump:
        sha256 = digest(dump)
    taken, damaged = _copy(files, store)
    return Manifest(taken_at, server, sha256, database, taken, damaged)


def _copy(files: list[Kept], store: Store) -> tuple[list[Kept], list[Kept]]:
    """What could be copied, and what is damaged.

    A document of a draft that its author deleted since the dump is neither: it is gone by right, and restored it is a row without a file.
    """
    failed = [kept for kept in files if not store.take(kept)]
    still_there = set(Document.objects.filter(pk__in=[kept.pk for kept in failed]).values_list("pk", flat=True))
    return [kept for kept in files if kept not in failed], [kept for kept in failed if kept.pk in still_there]


def _prune(folder: Path, keep: int) -> None:
    """The oldest back-ups go, then the files that none of the others speaks of."""
    taken = sorted(path.parent for path in folder.glob(f"*/{NAME}"))
    for old in taken[:-keep]:
        shutil.rmtree(old)
    Store(folder / "files").keep_only(kept.sha256 for path in taken[-keep:] for kept in Manifest.read(path).files)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One at a time: another would take a half-made back-up for one that was left behind."""
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError(f"Another back-up is being taken into {folder}.") from None
        yield
