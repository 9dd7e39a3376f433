"""A real Celery worker for tests: a process of its own, on the test's database and queue."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import redis

from portal.celery import app
from tests.database import ROOT, at


class Worker:
    """Runs as the application's database role, so a missing grant fails a test. Started when made."""

    def __init__(self, *, database: str, mail_port: int, name: str, queues: str = "default,reports") -> None:
        self.name = f"{name}@test"
        self.redis = redis.Redis.from_url(os.environ["REDIS_URL"])
        self.log = Path(os.environ.get("PORTAL_VAR") or ROOT / "var") / "log" / f"test-worker-{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        environment = os.environ | {
            "DATABASE_URL": at(os.environ["DATABASE_APPLICATION_URL"], database),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        }
        options = ["--concurrency=1", f"--queues={queues}", f"--hostname={self.name}", "--loglevel=INFO"]
        quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "portal", "worker", *options, *quiet],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            self.wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def wait_until_ready(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not app.control.ping(destination=[self.name], timeout=0.3):
            assert self.process.poll() is None, f"the worker ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"the worker is not ready after {seconds} s:\n{self.log.read_text()}"

    def wait_until_idle(self, seconds: float = 30) -> None:
        """Until nothing is queued and nothing taken is unacknowledged."""
        deadline = time.monotonic() + seconds
        while self.redis.llen("default") or self.redis.llen("reports") or self.redis.hlen("unacked"):
            assert time.monotonic() < deadline, f"work is left after {seconds} s:\n{self.log.read_text()}"
            time.sleep(0.02)

    def kill(self) -> None:
        """As the kernel does when memory runs out: worker and children, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


class Workers:
    """The workers of one test process."""

    def __init__(self, *, database: str, mail_port: int, run: str) -> None:
        self.database = database
        self.mail_port = mail_port
        self.run = run
        self.started: list[Worker] = []

    def start(self) -> Worker:
        name = f"{self.run}-{len(self.started)}"
        self.started.append(Worker(database=self.database, mail_port=self.mail_port, name=name))
        return self.started[-1]

    def shared(self) -> Worker:
        return self.started[0] if self.started else self.start()

    def stop(self) -> None:
        while self.started:
            self.started.pop().stop()
