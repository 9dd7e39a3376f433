"""Servers of their own for tests that kill them, beside those that the other tests run on."""

import fcntl
import os
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.database import ROOT

SERVICE_VARIABLES = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APPLICATION_URL", "REDIS_URL", "STORAGE_URL")


def sit_at_it() -> None:
    """In the child: the terminal that it reads from is the one whose Ctrl-C it hears."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Corner:
    """A var/ of its own, and the commands that use it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.commands: list[subprocess.Popen[str]] = []

    def environment(self) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if name not in SERVICE_VARIABLES}
        return bare | {"PORTAL_VAR": str(self.var)}

    def start(self, *command: str, terminal: int | None = None, **environment: str) -> subprocess.Popen[str]:
        """A command of ours in a session of its own, so that a signal reaches it and nothing of pytest's.

        What is typed at the other end of ``terminal`` (see ``os.openpty``) reaches it as from a keyboard.
        """
        self.commands.append(
            subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment() | environment,
                text=True,
                stdin=subprocess.PIPE if terminal is None else terminal,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=None if terminal is None else sit_at_it,
            )
        )
        return self.commands[-1]

    def run_with_services(self, code: str, **environment: str) -> subprocess.Popen[str]:
        """Python code with the services up, as `bin/manage` would run it."""
        inner = (sys.executable, "-u", "-c", code)
        command = (sys.executable, "-m", "portal.local", "run", "--", *inner)
        return self.start(*command, terminal=None, **environment)

    def processes(self) -> list[psutil.Process]:
        """Every process that names this corner on its command line or in its environment."""
        found = []
        for process in psutil.process_iter():
            try:
                named = str(self.var) in " ".join(process.cmdline()) or process.environ().get("PORTAL_VAR") == str(
                    self.var
                )
            except psutil.Error:
                continue
            if named and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                found.append(process)
        return found


@pytest.fixture(scope="session")
def finished_var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A var/ that has been used once, to copy from: making a cluster takes longer than most tests here."""
    first = Corner(tmp_path_factory.mktemp("local") / "var")
    said, _ = first.run_with_services("pass").communicate()
    assert said == ""
    return first.var


@pytest.fixture
def empty_corner(tmp_path: Path) -> Iterator[Corner]:
    yield from cleared(Corner(tmp_path / "var"))


@pytest.fixture(scope="module")
def lasting_corner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corner]:
    """What one test has set up, the next does not."""
    yield from cleared(Corner(tmp_path_factory.mktemp("lasting") / "var"))


def cleared(corner: Corner) -> Iterator[Corner]:
    """Nothing of it goes on afterwards."""
    yield corner
    for process in corner.processes():
        process.kill()
    for command in corner.commands:
        command.communicate()


@pytest.fixture
def corner(empty_corner: Corner, finished_var: Path) -> Corner:
    subprocess.run(["cp", "--archive", finished_var, empty_corner.var], check=True)
    return empty_corner
