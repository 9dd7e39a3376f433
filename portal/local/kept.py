"""What is kept in var/ between starts: passwords, ports, locks."""

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


class LocalError(Exception):
    """A sentence for the person at the terminal. Nothing is lost, and the next run tries again."""


def var() -> Path:
    """Where everything that a run writes is kept; PORTAL_VAR makes a second, parallel set possible."""
    return Path(os.environ.get("PORTAL_VAR") or ROOT / "var").resolve()


def write_private(path: Path, text: str) -> None:
    """All of it or nothing, readable by nobody else: a full disk never leaves half a file behind."""
    new = path.with_name(path.name + ".new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(text)
    new.replace(path)


def secret(name: str, *, length: int = 64) -> str:
    """One generated word kept in var/, the same at every start."""
    path = var() / name
    with contextlib.suppress(FileNotFoundError):
        if kept := path.read_text().strip():
            return kept
    var().mkdir(parents=True, exist_ok=True)
    write_private(path, secrets.token_hex(length // 2) + "\n")
    return path.read_text().strip()


@contextlib.contextmanager
def locked(path: Path, kind: int) -> Iterator[None]:
    """Held until the block ends or the process dies, whichever comes first."""
    with path.open("a") as file:
        fcntl.flock(file, kind)
        yield


def load() -> dict[str, str]:
    """Passwords and whether the cluster has them; made anew when the file is missing or unreadable."""
    path = var() / "services.json"
    with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
        kept: dict[str, str] = json.loads(path.read_text())
        return kept
    kept = {name: secrets.token_hex(16) for name in ("owner_password", "application_password", "valkey_password")}
    write_private(path, json.dumps(kept))
    return kept


def passwords_are_set() -> bool:
    return load().get("passwords") == "set"


def mark_passwords_set() -> None:
    write_private(var() / "services.json", json.dumps(load() | {"passwords": "set"}))


def with_passwords(statements: str) -> str:
    """The passwords are hexadecimal, so they need no escaping."""
    for name, value in load().items():
        statements = statements.replace(f":'{name}'", f"'{value}'")
    return statements


def load_ports() -> dict[str, int]:
    with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
        ports: dict[str, int] = json.loads((var() / "ports.json").read_text())
        return ports
    return {}


def save_ports(ports: Mapping[str, int]) -> None:
    write_private(var() / "ports.json", json.dumps(ports))
