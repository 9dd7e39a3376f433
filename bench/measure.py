"""How fast the portal is: bin/manage is not needed, this brings everything up itself.

    .venv/bin/python -m portal.local run -- .venv/bin/python bench/measure.py --cases 100000

Seeds a database of its own, then holds each page against a bare Django page under the same server: gunicorn with 2 sync workers, 4
connections, database on the same two cores. Writes the table in docs/performance.md. Needs Debian's package wrk.
"""

import argparse
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
PERSON = "innovationsledare"
TARGET = 30
"""A page must reach this part of the bare page's rate."""
BEGIN, END = "<!-- measured -->", "<!-- end of measured -->"


@dataclass(frozen=True)
class Result:
    """One page under load: requests per second, milliseconds, and how many answers were errors."""

    rate: float
    p50: float
    p95: float
    errors: int


def main() -> int:
    options = arguments()
    name = f"bench_{options.cases}"
    manage("collectstatic", "--noinput")
    prepare(name, options.cases)
    owner, app = (at(os.environ[key], name) for key in ("DATABASE_OWNER_URL", "DATABASE_URL"))
    os.environ |= {"DATABASE_OWNER_URL": owner, "DATABASE_URL": app}
    from bench.inside import Inside

    inside = Inside(PERSON)
    os.environ["BENCH_CASE"] = str(inside.case_id)
    with served("bench.bare:application") as base:
        bare = load(base, options.seconds, inside.cookie)
    with served("portal.wsgi:application") as base:
        rows = [
            (label, address, load(base + address, options.seconds, inside.cookie), inside.queries(address))
            for label, address in inside.addresses().items()
        ]
        memory = inside.memory_of_workers(base)
    lines = table(options.cases, bare, rows)
    lines += [f"A web worker holds {memory:.0f} MB after this.", "", *inside.submissions(), "", *inside.report()]
    write(lines)
    print("\n".join(lines))
    return int(any(result.errors for _label, _address, result, _queries in rows))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=8, help="how long each page is under load")
    return parser.parse_args()


def at(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def prepare(name: str, cases: int) -> None:
    """A database with the demo and that many cases; made once and kept."""
    with closing(psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], "postgres"))) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone():
                return
            cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name + "_new")))
    owner = at(os.environ["DATABASE_OWNER_URL"], name + "_new")
    password = os.environ.get("DEMO_PASSWORD", "bench-bench-bench-bench")
    for command in (["migrate"], ["seed_demo"], ["seed_scale", "--cases", str(cases)]):
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
def served(application: str) -> Iterator[str]:
    """gunicorn as in production: two sync workers."""
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
    ]
    server = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    for _attempt in range(200):
        with closing(socket.socket()) as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("The server does not answer.")


def load(address: str, seconds: int, cookie: str) -> Result:
    """Four connections for some seconds, after a short run to warm up."""
    command = [
        "wrk",
        "--threads=1",
        "--connections=4",
        f"--script={ROOT / 'bench' / 'percentiles.lua'}",
        "--header",
        f"Cookie: {cookie}",
    ]
    subprocess.run([*command, "--duration=2s", address], check=True, capture_output=True)
    done = subprocess.run([*command, f"--duration={seconds}s", address], check=True, capture_output=True, text=True)
    found = re.search(r"RESULT ([\d.]+) ([\d.]+) ([\d.]+) (\d+)", done.stdout)
    if not found:
        raise SystemExit(done.stdout)
    rate, p50, p95, errors = found.groups()
    return Result(float(rate), float(p50), float(p95), int(errors))


def table(cases: int, bare: Result, rows: list[tuple[str, str, Result, int]]) -> list[str]:
    lines = [
        f"{cases:,} cases, signed in as the innovation lead of the whole Region.".replace(",", " "),
        "",
        "| page | requests/s | p50 ms | p95 ms | queries | bare page ÷ this | holds |",
        "|---|---:|---:|---:|---:|---:|---|",
        f"| bare Django, one indexed query | {bare.rate:.0f} | {bare.p50:.1f} | {bare.p95:.1f} | 1 | 1 | |",
    ]
    for label, address, result, queries in rows:
        ratio = bare.rate / result.rate
        holds = "yes" if ratio <= TARGET and result.p95 <= 100 and not result.errors else "no"
        lines.append(
            f"| {label} `{address}` | {result.rate:.0f} | {result.p50:.1f} | {result.p95:.1f} | {queries} | {ratio:.0f} | {holds} |"
        )
    return [*lines, ""]


def write(lines: list[str]) -> None:
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text("\n".join([before + BEGIN, "", *lines, "", END]) + after)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
