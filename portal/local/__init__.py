"""PostgreSQL and Valkey on one machine, under var/, when no DATABASE_URL or REDIS_URL is given.

Several commands may use the same var/ at once (bin/run, bin/manage, bin/test): the first one in starts the servers,
the last one out stops them. Each user holds a shared lock on `services.users` for as long as it lives, so a user that
is killed counts as gone, and its servers are reused, and in the end stopped, by the next one.

The database has two roles (`roles.sql`): `portal_owner` owns every table and runs migrations and tests, `portal` is what
the application signs in as. The superuser has no password and no line in pg_hba.conf: nobody can sign in as it.

Imports nothing of the project, so that it starts before any setting is read.
"""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator

from portal.local.kept import LocalError, load, load_ports, locked, secret, var
from portal.local.servers import Postgres, Valkey

__all__ = ["LocalError", "services"]

FREE_BYTES = 300 * 1024 * 1024  # PostgreSQL alone writes 150 MB before the first row


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """The servers up, and the environment that leads to them; what the caller's environment already names stays out.

    Raises LocalError with a sentence to print.
    """
    given = {name for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
    base = {"PORTAL_MODE": "local", "SECRET_KEY": secret("secret_key")}
    base = {name: value for name, value in base.items() if not os.environ.get(name)}
    if len(given) == 2:
        yield base
        return
    with contextlib.ExitStack() as stack:
        with locked(var() / "services.lock", fcntl.LOCK_EX):
            require_disk()
            stack.callback(leave)
            users = stack.enter_context((var() / "services.users").open("a"))
            fcntl.flock(users, fcntl.LOCK_SH)
            found = base | start_missing(given)
        yield found


def start_missing(given: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    ports = load_ports()
    kept = load()
    if "DATABASE_URL" not in given:
        Postgres(ports).start()
        where = f"127.0.0.1:{ports['postgres']}/portal"
        found["DATABASE_URL"] = f"postgres://portal:{kept['application_password']}@{where}"
        found["DATABASE_OWNER_URL"] = f"postgres://portal_owner:{kept['owner_password']}@{where}"
    if "REDIS_URL" not in given:
        Valkey(ports).start()
        found["REDIS_URL"] = f"redis://:{kept['valkey_password']}@127.0.0.1:{ports['valkey']}/0"
    return found


def leave() -> None:
    """Called when this user's own lock is gone. Stops the servers if nobody else holds one."""
    with locked(var() / "services.lock", fcntl.LOCK_EX), (var() / "services.users").open("a") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        ports = load_ports()
        for server in (Valkey(ports), Postgres(ports)):
            server.stop()


def require_disk() -> None:
    free = shutil.disk_usage(var()).free
    if free < FREE_BYTES:
        raise LocalError(
            f"The disk that holds {var()} has {free // 2**20} MB free; {FREE_BYTES // 2**20} MB are needed."
        )
