"""Migrates, loads demo content, then runs web, workers and beat until Ctrl-C. Called by bin/run with the services up."""

import contextlib
import ctypes
import fcntl
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from portal.local.kept import load_ports, secret, var

ROOT = Path(__file__).resolve().parent.parent
DEMO_ACCOUNTS = (
    "medarbetare kollega chef innovationsledare jurist fondhandlaggare fondhandlaggare2 granskare1 granskare2 testbaddsvard extern "
    "upphandlare samordnare ordforande ledamot registrator controller admin"
)
DEMO = [sys.executable, "manage.py", "seed_demo", "--part=alone"]
STOPS_WITHIN = 10  # seconds; work that is cut off was not acknowledged, and is done again at the next start
ANSWERS_WITHIN = 60
HEARD = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
PR_SET_PDEATHSIG = 1


class Part:
    """One process of the portal, in a session of its own, each line of its output led by its name."""

    def __init__(self, name: str, command: Sequence[str], **environment: str) -> None:
        self.name = name
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | environment,
            text=True,
            errors="replace",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        self.reader = threading.Thread(target=self.relay, daemon=True)
        self.reader.start()

    def relay(self) -> None:
        for line in self.process.stdout or ():
            print(f"{self.name:8}│ {line}", end="", flush=True)

    def kill(self) -> None:
        """The process and all that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def end_with_parent() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def commands(port: int) -> dict[str, list[str]]:
    """Work on PDFs is apart: one at a time, and a child that has grown past 250 MB is replaced, so that none both draws and prints."""
    module = [sys.executable, "-W", "ignore:You're running the worker with superuser", "-m"]
    celery = [*module, "celery", "--quiet", "-A", "portal"]
    worker = [*celery, "worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle"]
    return {
        "web": [
            *[*module, "gunicorn", "portal.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4"],
            *["--preload", "--no-control-socket", f"--worker-tmp-dir={scratch()}", "--log-level=warning"],
        ],
        "work": [*worker, "--queues=default", "--concurrency=1", "--hostname=default@%h"],
        "reports": [
            *[*worker, "--queues=reports", "--concurrency=1", "--hostname=reports@%h"],
            "--max-memory-per-child=250000",
        ],
        "beat": [*celery, "beat", "--loglevel=WARNING", "--pidfile="],
    }


def scratch() -> Path:
    folder = var() / "tmp"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def empty_metrics() -> str:
    """Where the web processes add their counters up, so that /metrics speaks for all of them; a run begins at nought."""
    folder = scratch() / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return str(folder)


def require_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as problem:
            sys.exit(f"Port {port} cannot be used ({problem.strerror}). Choose another: PORT={port + 1} bin/run")


def announce(port: int, password: str, answered: threading.Event) -> None:
    """Once the portal answers, say where it is and who can sign in."""
    deadline = time.monotonic() + ANSWERS_WITHIN
    while not answers(port):
        if time.monotonic() > deadline:
            print(f"The portal does not answer on /healthz after {ANSWERS_WITHIN} s; the reason is above.", flush=True)
            return
        time.sleep(0.2)
    print(
        f"\nInnovationsportalen is at http://localhost:{port}/\n"
        f"Demo accounts: {DEMO_ACCOUNTS.replace(' ', ', ')}\n"
        f"Password of them all: {password}\n"
        "Ctrl-C stops everything.\n",
        flush=True,
    )
    answered.set()


def answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as reply:
            return int(reply.status) == 200
    except (urllib.error.URLError, OSError):
        return False


def stop(parts: Sequence[Part]) -> None:
    """Ask, then end what is left. A second Ctrl-C skips the wait."""
    deadline = time.monotonic() + STOPS_WITHIN
    for part in parts:
        part.process.terminate()
    while time.monotonic() < deadline and any(part.process.poll() is None for part in parts):
        if signal.sigtimedwait(HEARD, 0.1):
            break
    for part in parts:
        part.kill()


def serve(port: int, password: str) -> int:
    """Web first, the others once it answers: whoever waits, waits for the page.

    What of the demo takes long is told then too, and comes to an end. Reports of others are made after it: it makes one itself.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)  # before any thread starts, which could take one instead
    waiting = commands(port)
    parts = [Part("web", waiting.pop("web"), PROMETHEUS_MULTIPROC_DIR=empty_metrics())]
    answered = threading.Event()
    demo: Part | None = None
    ended: Part | None = None
    threading.Thread(target=announce, args=(port, password, answered), daemon=True).start()
    while ended is None and not signal.sigtimedwait(HEARD, 0.2):
        if answered.is_set() and demo is None:
            demo = Part("demo", DEMO)
            parts += [Part(name, command) for name, command in waiting.items() if name != "reports"]
        elif demo and "reports" in waiting and demo.process.poll() is not None:
            parts.append(Part("reports", waiting.pop("reports")))
        ended = next((part for part in parts if part.process.poll() is not None), None)
    print("\nStopping …", flush=True)
    stop([*parts, demo] if demo and demo.process.poll() is None else parts)
    if ended:
        print(f"{ended.name} ended by itself with status {ended.process.returncode}; its last lines are above.")
        return 1
    return 0


def prepare(password: str) -> bool:
    """Migrations and demo content; skipped when nothing they are made from has changed in a database of our own."""
    stamp = var() / "stamps" / "database"
    made_from = made_from_what(password)
    if made_from and stamp.is_file() and stamp.read_text() == made_from:
        return True
    command = [sys.executable, "-m", "scripts.prepare"]
    if subprocess.run(command, cwd=ROOT, preexec_fn=end_with_parent, check=False).returncode:
        return False
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)
    return True


def made_from_what(password: str) -> str:
    """Empty for a database that was given: nobody but it knows what is in it."""
    if f"@127.0.0.1:{load_ports().get('postgres')}/" not in os.environ["DATABASE_URL"]:
        return ""
    total = hashlib.sha256(password.encode())
    total.update(
        str((var() / "postgres" / "PG_VERSION").stat().st_mtime_ns).encode()
    )  # written when the cluster was made
    for file in sorted(
        [ROOT / "requirements.lock", *ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")]
    ):
        total.update(file.read_bytes())
    return total.hexdigest()


def is_alone(lock: TextIO) -> bool:
    """Whether no other start serves this var/. One that was killed takes a moment to stop what it had started."""
    deadline = time.monotonic() + STOPS_WITHIN + 5
    while time.monotonic() < deadline:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.2)
        else:
            return True
    return False


def main() -> int:
    port = int(os.environ.get("PORT", "8000"))
    with (var() / "serve.lock").open("a") as lock:
        if not is_alone(lock):
            print(f"{var()} is already being served. Stop that one, or give this one a PORTAL_VAR of its own.")
            return 1
        require_port(port)
        return prepare_and_serve(port)


def prepare_and_serve(port: int) -> int:
    password = os.environ.setdefault("DEMO_PASSWORD", secret("demo_password", length=16))
    if not prepare(password):
        print("The database could not be made ready; the reason is above. The next run tries again.")
        return 1
    os.environ.pop("DATABASE_OWNER_URL", None)
    return serve(port, password)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
