"""What scripts/bare.sh shows, run inside the bare system as its first process: standard library only."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

CHECKOUT = Path("/srv/portal")
LOG = Path("/srv/bare.log")
PORT = 8000
FIRST_START = 900  # seconds; mostly downloads
SECOND_START = 10
CLOSES_WITHIN = 30
too_late: list[str] = []


def say(what: str, *, holds: bool = True) -> None:
    print(f"{'✓' if holds else '✗'} {what}", flush=True)
    if not holds:
        print(LOG.read_text()[-4000:] if LOG.exists() else "", flush=True)
        sys.exit(1)


def answers(path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def others() -> list[str]:
    """Every process here but this one and the first."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) not in (1, os.getpid()):
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if command.strip():
                found.append(command)
    return found


def as_child_of_an_init() -> None:
    """Returns in a child. The first process of a system inherits what others leave behind, and must see it off, as init does."""
    child = os.fork()
    if not child:
        return
    while True:
        ended, status = os.wait()
        if ended == child:
            sys.exit(os.waitstatus_to_exitcode(status))


def start(within: float, what: str) -> subprocess.Popen[bytes]:
    began = time.monotonic()
    with LOG.open("wb") as log:
        portal = subprocess.Popen(["bin/run"], cwd=CHECKOUT, stdout=log, stderr=log, start_new_session=True)
    while not (answers("/") and answers("/healthz")):
        if portal.poll() is not None or time.monotonic() - began > within * 3:
            say(f"{what}: ended or did not answer", holds=False)
        time.sleep(0.2)
    took = time.monotonic() - began
    late = took > within
    said = f"{what}: / and /healthz answer after {took:.1f} s (at most {within}; load {os.getloadavg()[0]:.1f})"
    print(f"{'✗' if late else '✓'} {said}", flush=True)
    if late:
        too_late.append(what)
    return portal


def stop(portal: subprocess.Popen[bytes], number: signal.Signals, what: str) -> None:
    os.kill(portal.pid, number) if number == signal.SIGKILL else os.killpg(portal.pid, number)
    portal.wait(CLOSES_WITHIN)
    deadline = time.monotonic() + (1 if number == signal.SIGINT else CLOSES_WITHIN)
    while number == signal.SIGINT and others() and time.monotonic() < deadline:
        time.sleep(0.1)
    if number == signal.SIGINT:
        say(f"{what}: no process is left ({', '.join(others())[:300] or 'none'})", holds=not others())


def without_root() -> None:
    subprocess.run(["useradd", "--create-home", "dev"], check=False, capture_output=True)
    shutil.copytree(CHECKOUT, "/home/dev/portal", symlinks=True)
    subprocess.run(["chown", "-R", "dev:dev", "/home/dev/portal"], check=True)
    done = subprocess.run(
        ["su", "dev", "-c", "cd /home/dev/portal && bin/run"], capture_output=True, text=True, check=False
    )
    said = (done.stdout + done.stderr).strip()
    say(f"without root: status {done.returncode}, says: {said}", holds=done.returncode == 1 and "\n" not in said)


def interrupt_setup() -> None:
    """Killed while the environment is half made."""
    with LOG.open("wb") as log:
        setup = subprocess.Popen(["bin/run"], cwd=CHECKOUT, stdout=log, stderr=log, start_new_session=True)
    while not list(CHECKOUT.glob(".venv/lib/python3*/site-packages/django")):
        if setup.poll() is not None:
            say("setting up ended by itself", holds=False)
        time.sleep(0.2)
    setup.kill()
    setup.wait()
    deadline = time.monotonic() + CLOSES_WITHIN
    while others() and time.monotonic() < deadline:
        time.sleep(0.1)
    say("killed in the middle of installing: no process goes on", holds=not others())


def written_outside(since: Path) -> list[str]:
    """What changed that belongs neither to the checkout nor to an installed package."""
    done = subprocess.run(
        ["find", "/", "-xdev", "-newer", since, "-type", "f", "-not", "-path", "/srv/*", "-not", "-path", "/proc/*"],
        capture_output=True,
        text=True,
        check=False,
    )
    owned = set()
    for listing in Path("/var/lib/dpkg/info").glob("*.list"):
        owned |= set(listing.read_text().splitlines())
    system = (
        "/var/lib/",
        "/var/cache/",
        "/var/log/",
        "/etc/",
        "/usr/share/",
        "/usr/lib/",
        "/home/dev/portal/",
        "/run/",
    )
    return [path for path in done.stdout.split("\n") if path and path not in owned and not path.startswith(system)]


def main() -> None:
    began = Path("/srv/began")
    without_root()
    began.touch()
    interrupt_setup()
    stop(start(FIRST_START, "first start"), signal.SIGINT, "Ctrl-C")
    stop(start(SECOND_START, "second start"), signal.SIGINT, "Ctrl-C")
    stop(start(SECOND_START * 2, "third start"), signal.SIGKILL, "killed")
    stop(start(SECOND_START * 2, "start after a killed run"), signal.SIGINT, "Ctrl-C")
    outside = written_outside(began)
    say(f"written outside the checkout, packages aside: {', '.join(outside) or 'nothing'}", holds=not outside)
    tests = subprocess.run(["bin/test"], cwd=CHECKOUT, check=False)
    say(f"bin/test: status {tests.returncode}", holds=tests.returncode == 0)
    sys.exit(f"Too late, on a machine that may be busy: {', '.join(too_late)}" if too_late else 0)


as_child_of_an_init()
main()
