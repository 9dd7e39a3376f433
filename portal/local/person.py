"""Who the servers run as: never root."""

import os
import subprocess
from pathlib import Path

from portal.local.kept import LocalError

NOBODY = 65534


def server_user() -> int | None:
    """None: the servers run as the person who runs this. Root runs them as `nobody`: PostgreSQL refuses root."""
    return NOBODY if os.geteuid() == 0 else None


def unprivileged(program: Path, home: Path) -> list[str]:
    """What to put before a command so that it does not run as root.

    A checkout below /root is out of reach for `nobody`. There the server keeps one right of root's, to pass directories
    that are closed to it, rather than have its files strewn outside the checkout.
    """
    user = server_user()
    if user is None:
        if home.stat().st_uid != os.geteuid():
            raise LocalError(f"{home} belongs to another user. Run this as the user who ran it first.")
        return []
    plain = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    passing = [*plain, "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]
    for prefix in (plain, passing):
        reach = [*prefix, "sh", "-c", 'cd "$0" && exec "$1" --version', str(home), str(program)]
        if subprocess.run(reach, capture_output=True, check=False).returncode == 0:
            return prefix
    raise LocalError(
        f"As root, PostgreSQL runs as `nobody`, who cannot reach {home}. Move the checkout, or run as a user."
    )


def give_to_server(path: Path) -> None:
    user = server_user()
    if user is not None:
        os.chown(path, user, user)


def make_home(home: Path) -> None:
    home.mkdir(mode=0o700)
    give_to_server(home)
