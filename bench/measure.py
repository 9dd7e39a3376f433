"""How fast the portal is: bin/manage is not needed, this brings everything up itself.

    .venv/bin/python -m portal.local run -- .venv/bin/python bench/measure.py --cases 100000

Seeds a database of its own, then holds each page against a bare Django page under the same server: gunicorn with 2 sync workers, 4
connections, database on the same two cores. Writes the table in docs/performance.md. Needs Debian's package wrk.
"""

import argparse
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import Request, urlopen

import psutil
import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
PERSON = "innovationsledare"
TARGET = 30
"""A page must reach this part of the bare page's rate."""
MOST_MS = 100
"""And answer 95 of 100 within so many milliseconds."""
MOST_MB = 150
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"


@dataclass(frozen=True)
class Result:
    """One page under load: requests per second, milliseconds, and how many answers were errors.

    ``work`` is the processor time of one request, in milliseconds: of the web workers and the database together.
    """

    rate: float
    p50: float
    p95: float
    errors: int
    work: float


@dataclass(frozen=True)
class Row:
    """A page, and the bare page as it was just before: a machine that others use as well is not the same from minute to minute."""

    label: str
    address: str
    result: Result
    bare: Result
    queries: int

    @property
    def ratio(self) -> float:
        return self.bare.rate / max(self.result.rate, 0.1)

    @property
    def holds(self) -> bool:
        return self.ratio <= TARGET and self.result.p95 <= MOST_MS and not self.result.errors


def main() -> int:
    options = arguments()
    if shutil.which("wrk") is None:
        raise SystemExit("The load is made by wrk, which is missing. As root: apt-get install -y wrk")
    name = f"bench_{options.cases}"
    manage("collectstatic", "--noinput")
    prepare(name, scale(options.cases))
    owner, app = (at(os.environ[key], name) for key in ("DATABASE_OWNER_URL", "DATABASE_URL"))
    os.environ |= {"DATABASE_OWNER_URL": owner, "DATABASE_URL": app}
    from bench.inside import Inside

    inside = Inside(PERSON)
    os.environ["BENCH_CASE"] = str(inside.case_id)
    with served("bench.bare:application") as bare, served("portal.wsgi:application") as base:
        rows = [
            Row(
                label,
                address,
                bare=load(bare, 3, inside.cookie),
                result=load(base + address, options.seconds, inside.cookie),
                queries=inside.queries(address),
            )
            for label, address in inside.addresses().items()
        ]
        alone = inside.memory_of_workers(base)
    with served("portal.wsgi:application", *as_deployed()) as base:
        for address in inside.addresses().values():
            load(base + address, 3, inside.cookie)
        deployed = inside.memory_of_workers(base)
    lines = table(options.cases, rows)
    lines += [
        f"A web worker holds {deployed:.0f} MB (target {MOST_MB}) after all these pages, deployed as it is: `{' '.join(as_deployed())}`.",
        f"As it is measured above, sharing nothing with the process that started it, {alone:.0f} MB.",
    ]
    lines += ["", *inside.submissions(), "", *inside.report()]
    write(lines)
    print("\n".join(lines))
    return int(any(row.result.errors for row in rows))


def as_deployed() -> list[str]:
    """What the unit file says of the web server that bears on what a worker holds, beside two workers."""
    unit = (ROOT / "deploy" / "innovationsportalen-web.service").read_text()
    (command,) = re.findall(r"^ExecStart=(.+)$", unit, re.MULTILINE)
    return [word for word in command.split() if word.startswith(("--threads", "--preload", "--no-control"))]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=8, help="how long each page is under load")
    return parser.parse_args()


def at(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def scale(cases: int, *more: str) -> list[str]:
    """The command that adds so many cases."""
    return ["seed_scale", "--cases", str(cases), *more]


def prepare(name: str, *scales: list[str]) -> None:
    """A database with the demo and what the commands add; made once, kept, and brought up to date."""
    with closing(psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], "postgres"))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                kept = at(os.environ["DATABASE_OWNER_URL"], name)
                manage("migrate", DATABASE_URL=kept, DATABASE_OWNER_URL=kept)
                return
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name + "_new")))
    owner = at(os.environ["DATABASE_OWNER_URL"], name + "_new")
    password = os.environ.get("DEMO_PASSWORD", "bench-bench-bench-bench")
    for command in (["migrate"], ["seed_demo"], *scales):
        manage(*command, DATABASE_URL=owner, DATABASE_OWNER_URL=owner, DEMO_PASSWORD=password)
    with closing(psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], "postgres"))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            new, old = sql.Identifier(name), sql.Identifier(name + "_new")
            cursor.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(old, new))


def manage(*command: str, **environment: str) -> None:
    print("…", *command, flush=True)
    ours = os.environ | environment
    subprocess.run([sys.executable, "manage.py", *command, "--verbosity=0"], cwd=ROOT, env=ours, check=True)


@contextmanager
def served(application: str, *more: str) -> Iterator[str]:
    """gunicorn with two workers; ``more`` are options of its own."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        application,
        "--workers=2",
        f"--bind=127.0.0.1:{port}",
        "--log-level=error",
        *more,
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(port)
        base = f"http://127.0.0.1:{port}"
        visit(f"{base}/", "")
        yield base
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    for _attempt in range(600):
        with closing(socket.socket()) as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server does not answer.")


def visit(address: str, cookie: str) -> None:
    """Several times, one after the other: each worker reads its code and its templates at the first visit."""
    for _time in range(8):
        with urlopen(Request(address, headers={"Cookie": cookie}), timeout=60) as answer:
            answer.read()


def load(address: str, seconds: int, cookie: str) -> Result:
    """Four connections for some seconds, after a short run to warm up."""
    visit(address, cookie)
    command = [
        "wrk",
        "--threads=1",
        "--connections=4",
        f"--script={ROOT / 'bench' / 'percentiles.lua'}",
        "--header",
        f"Cookie: {cookie}",
    ]
    subprocess.run([*command, "--duration=2s", address], check=True, capture_output=True)
    before = work_done()
    done = subprocess.run([*command, f"--duration={seconds}s", address], check=True, capture_output=True, text=True)
    work = sum(spent - before.get(pid, 0) for pid, spent in work_done().items())
    found = re.search(r"RESULT ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", done.stdout)
    if not found:
        raise SystemExit(done.stdout)
    rate, p50, p95, errors = map(float, found.groups())
    return Result(rate, p50, p95, int(errors), 1000 * work / max(rate * seconds, 1))


def work_done() -> dict[int, float]:
    """Seconds of processor time so far, by process: the web workers that this one has started, and their database sessions."""
    found = psutil.Process().children(recursive=True)
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    found += [one for one in psutil.process_iter(["cmdline"]) if is_session(one.info["cmdline"], name)]
    spent = {one.pid: one.cpu_times() for one in found}
    return {pid: times.user + times.system for pid, times in spent.items()}


def is_session(command: list[str] | None, name: str) -> bool:
    """PostgreSQL writes the database into the title of each session's process."""
    title = " ".join(command or ())
    return title.startswith("postgres:") and f" {name} " in title


def table(cases: int, rows: list[Row]) -> list[str]:
    bare = sorted((row.bare for row in rows), key=lambda result: result.rate)[len(rows) // 2]
    load_now = os.getloadavg()[1]
    lines = [
        f"{cases:,} cases".replace(",", " ")
        + ", signed in as the innovation lead of the whole Region."
        + f" The load of the machine at the end was {load_now:.1f}; this run alone makes about three of it.",
        "",
        "| page | requests/s | p50 ms | p95 ms | processor ms | queries | bare page ÷ this | holds |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
        f"| bare Django, one indexed query | {bare.rate:.0f} | {bare.p50:.1f} | {bare.p95:.1f} | {bare.work:.1f} | 1 | 1 | |",
    ]
    for row in rows:
        result = row.result
        lines.append(
            f"| {row.label} `{row.address}` | {result.rate:.0f} | {result.p50:.1f} | {result.p95:.1f} | {result.work:.1f} "
            f"| {row.queries} | {row.ratio:.0f} | {'yes' if row.holds else 'no'} |"
        )
    return [*lines, ""]


def write(lines: list[str]) -> None:
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text("\n".join([before + BEGIN, "", *lines, "", END]) + after)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
