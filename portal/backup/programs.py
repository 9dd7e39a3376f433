"""PostgreSQL's own programs: which of those that the machine has, and how they are told where the database is."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from portal.backup.errors import BackupError
from portal.local.servers import Postgres

_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


def run(name: str, *arguments: str) -> None:
    """Run ``pg_dump`` or ``pg_restore`` on Django's database. The password goes by the environment, where others cannot read it.

    Raises BackupError with what the program says.
    """
    given = connection.get_connection_params()
    where = {variable: str(given[key]) for key, variable in _VARIABLES.items() if given.get(key)}
    command = [program(name), f"--dbname={given['dbname']}", *arguments]
    done = subprocess.run(command, env=os.environ | where, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BackupError(f"{name} says: {done.stderr.strip()}")


def program(name: str) -> str:
    """The one of the server's own version, or the nearest newer: an older one refuses, a newer one may write what the server cannot read.

    Raises BackupError when the machine has none that is new enough.
    """
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        server = int(cursor.fetchone()[0]) // 10_000
    fitting = sorted((version, path) for path in _installed(name) if (version := _version(path)) >= server)
    if not fitting:
        raise BackupError(f"{name} of version {server} or later is missing: install postgresql-client-{server}.")
    return fitting[0][1]


def _installed(name: str) -> Iterator[str]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), Path("/usr/local/pgsql/bin"), Postgres.programs]
    yield from (str(folder / name) for folder in folders if (folder / name).is_file())
    if found := shutil.which(name):
        yield found


def _version(path: str) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout
    number = re.search(r"\d+", said)
    return int(number.group()) if number else 0
