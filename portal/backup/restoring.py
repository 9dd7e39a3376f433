"""Bringing a back-up back into an empty database and an empty folder, and making sure that all of it came."""

import os
from pathlib import Path

import environ
from django.conf import settings
from django.db import connection, transaction

from portal.backup.errors import BackupError
from portal.backup.fingerprint import Fingerprint
from portal.backup.manifest import DUMP, Manifest
from portal.backup.programs import run
from portal.backup.store import Store, digest
from portal.cases.queries import verify_history


def restore(backup: Path) -> Manifest:
    """Restore into Django's database and private storage, as the role that is to own the tables.

    Raises BackupError before anything is written if the back-up is harmed or the place is taken; the database comes whole or not at all.
    """
    os.umask(0o077)
    manifest, store = Manifest.read(backup), Store(backup.parent / "files")
    _require_whole(backup, manifest, store)
    _require_empty()
    run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(backup / DUMP))
    for kept in manifest.files:
        store.give_back(kept)
    return manifest


def compare(manifest: Manifest) -> list[str]:
    """What Django's database and private storage have otherwise than the back-up, a sentence each. Reads every row and every file."""
    with transaction.atomic():
        found = manifest.database.differences(Fingerprint.take())
    found += [f"document {kept.pk}: its file is missing or damaged" for kept in manifest.files if not kept.is_whole()]
    if not verify_history().whole:
        found.append("the history is broken: verify_history says where")
    return found


def become_owner() -> None:
    """From here on this process signs in to the database as DATABASE_OWNER_URL says, where that is given."""
    if url := os.environ.get("DATABASE_OWNER_URL"):
        owner = environ.Env.db_url_config(url)
        connection.close()
        connection.settings_dict |= {"USER": owner["USER"], "PASSWORD": owner["PASSWORD"]}


def _require_whole(backup: Path, manifest: Manifest, store: Store) -> None:
    with (backup / DUMP).open("rb") as dump:
        if digest(dump) != manifest.dump:
            raise BackupError(f"{backup / DUMP} is damaged. Take an older back-up.")
    for kept in manifest.files:
        if not store.has(kept.sha256):
            raise BackupError(
                f"{store.path(kept.sha256)} is missing or damaged. Take it from another copy of the back-up."
            )


def _require_empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'S')"
        )
        if cursor.fetchone() != (0,):
            raise BackupError(f"The database {connection.settings_dict['NAME']} is not empty. Restore into a new one.")
    folder = Path(settings.PRIVATE_ROOT)
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty. Restore into a new folder, named by STORAGE_URL.")
