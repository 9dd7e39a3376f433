"""The test database: made once per set of migrations, copied for each run, put back after tests that really commit."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg2.sql import SQL, Identifier

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "portal_template_"
LOCK = 7_046_029  # any number, the same in every test process


def at(url: str, name: str) -> str:
    """The same server and person, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def migrations_hash() -> str:
    """Changes when a migration or a locked dependency, which may carry migrations, changes."""
    files = [ROOT / "requirements.lock", *ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def maintenance() -> Iterator[Any]:
    """A cursor beside every test database, where databases are made and dropped."""
    with closing(psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], "postgres"))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            yield cursor


def migrated_template() -> str:
    """The name of a database with every migration run. The first process makes it while the others wait."""
    name = TEMPLATE + migrations_hash()
    with maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [TEMPLATE + "%"])
        found = {row[0] for row in cursor}
        if name not in found:
            drop(cursor, found)
            migrate_into(cursor, name)
    return name


def drop(cursor: Any, names: set[str]) -> None:
    for name in names:
        cursor.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))


def migrate_into(cursor: Any, name: str) -> None:
    """Under another name until every migration has run, so that a run that was killed leaves nothing half-made."""
    making = TEMPLATE + "making"
    drop(cursor, {making})
    cursor.execute(SQL("CREATE DATABASE {}").format(Identifier(making)))
    url = at(os.environ["DATABASE_OWNER_URL"], making)
    environment = os.environ | {"DATABASE_URL": url, "DATABASE_OWNER_URL": url}
    subprocess.run([sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"], env=environment, check=True)
    cursor.execute(SQL("ALTER DATABASE {} RENAME TO {}").format(Identifier(making), Identifier(name)))


def hang_up(name: str) -> None:
    """End every other person's session in a database, so that it can be dropped even when a test left one open."""
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
    )
    with maintenance() as cursor:
        cursor.execute(others, [name])


class Pristine:
    """The database as the migrations left it, and the way back to it.

    Tables that the migrations filled (units, permissions …) are kept as copies in the schema `pristine`; all others were
    empty. Going back costs a few milliseconds: only tables with rows are touched, and sequences go on counting.
    Append-only tables refuse DELETE by trigger; as their owner, a test may switch that off for the one transaction.
    """

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, EXISTS (SELECT FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal)"
                " FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            self.has_trigger = dict(cursor.fetchall())
            self.kept = {name: checksum(cursor, name) for name in self.filled(cursor)}
            self.columns = {name: stored_columns(cursor, name) for name in self.kept}
            cursor.execute("CREATE SCHEMA pristine")
            for name in self.kept:
                cursor.execute(f'CREATE TABLE pristine."{name}" AS TABLE public."{name}"')

    def filled(self, cursor: CursorWrapper) -> set[str]:
        """Every table with a row in it, in one query."""
        has_a_row = (f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in self.has_trigger)
        cursor.execute(" UNION ALL ".join(has_a_row))
        return {row[0] for row in cursor.fetchall()}

    def restore(self) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10s'")
            changed = {name for name, before in self.kept.items() if checksum(cursor, name) != before}
            emptied = sorted((self.filled(cursor) - self.kept.keys()) | changed)
            guarded = [name for name in emptied if self.has_trigger[name]]
            for name in guarded:
                cursor.execute(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
            for name in emptied:
                cursor.execute(f'DELETE FROM "{name}"')
            for name in changed:
                columns = self.columns[name]
                cursor.execute(f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM pristine."{name}"')
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in guarded:
                cursor.execute(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')


def checksum(cursor: CursorWrapper, name: str) -> str:
    cursor.execute(f"SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{name}\" t")
    return str(cursor.fetchone()[0])


def stored_columns(cursor: CursorWrapper, name: str) -> str:
    """All but the columns that the database computes."""
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute"
        " WHERE attrelid = quote_ident(%s)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [name],
    )
    return str(cursor.fetchone()[0])


if __name__ == "__main__":  # made while something else is looked at, the tests need not wait for it
    os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
    migrated_template()
