"""The last ten seconds of a call: how soon each who hands in is answered, and whether the time on each receipt is true.

    .venv/bin/python -m portal.local run -- .venv/bin/python bench/rush.py

Two hundred applications stand ready in a portal of their own, each by somebody with a session, all at one unit (so that they wait for the
same row of diary numbers). They are sent as a browser would, to gunicorn as in production, spread evenly over the last ten seconds before
the call closes; the page that each is led to is fetched as well. Writes the table in docs/performance.md.
"""

import argparse
import os
import re
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- rush -->", "<!-- end of rush -->"
SECONDS, LEAD = 10, 3
"""For how long they press, and how long before that the closing is set."""
MOST = 2.0
"""Seconds within which each must be answered."""
LIKE_PRODUCTION = ("--threads=4", "--preload")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--applicants", type=int, default=200)
    number = options.parse_args().applicants
    from bench.measure import at, manage, served

    name = "bench_rush"
    make(at(os.environ["DATABASE_OWNER_URL"], "postgres"), name)
    manage("collectstatic", "--noinput")
    owner, app = (at(os.environ[key], name) for key in ("DATABASE_OWNER_URL", "DATABASE_URL"))
    os.environ |= {"DATABASE_OWNER_URL": owner, "DATABASE_URL": app}
    manage("migrate", DATABASE_URL=owner)
    with served("portal.wsgi:application", *LIKE_PRODUCTION) as base:
        os.environ["DATABASE_URL"] = owner  # here: the closing of a call is moved, which only its owner can
        lines = Rush(base, number).lines()
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text("\n".join([before + BEGIN, "", *lines, "", END]) + after)
    print("\n".join(lines))
    return 0


def make(url: str, name: str) -> None:
    """A database of that name, unless it is there; a later run adds a call of its own."""
    with closing(psycopg2.connect(url)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Pressed:
    """One who pressed the button: the application, when (seconds since 1970), the answer and when it came, and when the next page came."""

    application: int
    began: float
    status: int
    answered: float
    shown: float


class Rush:
    """A call with so many applications that are ready to be handed in, and what became of them."""

    def __init__(self, base: str, number: int) -> None:
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        import django

        django.setup()
        from bench.measure import work_done
        from bench.ready import ready, set_closing

        self.host = urlsplit(base).netloc
        self.call, self.writers = ready(number)
        self.forms = [self.form(writer) for writer in self.writers]
        self.closes: datetime = set_closing(self.call, timedelta(seconds=SECONDS + LEAD))
        before = work_done()
        self.pressed = self.all_press()
        self.work = sum(spent - before.get(pid, 0) for pid, spent in work_done().items())

    def ask(self, method: str, address: str, cookie: str, body: str = "") -> tuple[HTTPResponse, str]:
        link = HTTPConnection(self.host, timeout=60)
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        link.request(method, address, body or None, {"Cookie": cookie, **kind})
        answer = link.getresponse()
        text = answer.read().decode()
        link.close()
        return answer, text

    def form(self, writer: Any) -> tuple[str, dict[str, str]]:
        """The page that asks before handing in, as it was opened in good time: all cookies, and the hidden fields."""
        answer, page = self.ask("GET", writer.submit, writer.cookie)
        if answer.status != 200:
            raise SystemExit(f"{writer.submit} answers {answer.status}")
        given = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", [])]
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
        return "; ".join([writer.cookie, *given]), dict(hidden)

    def all_press(self) -> list[Pressed]:
        first, step = self.closes.timestamp() - SECONDS, SECONDS / len(self.writers)
        moments = [first + place * step for place in range(len(self.writers))]
        with ThreadPoolExecutor(len(self.writers)) as pool:
            return list(pool.map(self.press, self.writers, self.forms, moments))

    def press(self, writer: Any, form: tuple[str, dict[str, str]], moment: float) -> Pressed:
        time.sleep(max(0.0, moment - time.time()))
        began = time.time()
        cookie, hidden = form
        answer, _text = self.ask("POST", writer.submit, cookie, urlencode(hidden))
        answered = time.time()
        self.ask("GET", answer.getheader("Location") or writer.receipt, writer.cookie)
        return Pressed(writer.application, began, answer.status, answered, time.time())

    # ── What became of them ──

    def lines(self) -> list[str]:
        from bench.ready import handed_in, told_on_receipt

        kept = handed_in(self.call)
        taken = [one for one in self.pressed if one.application in kept]
        true = [one for one in taken if one.began <= kept[one.application].timestamp() <= one.answered]
        ask = partial(self.ask, "GET")
        told = sum(told_on_receipt(one, kept[one.application], ask) for one in self.writers if one.application in kept)
        late = sum(moment >= self.closes for moment in kept.values())
        refused = [one for one in self.pressed if one.application not in kept]
        wrong = sum(one.status != 302 for one in taken) + sum(one.status != 409 for one in refused)
        return [
            f"{len(self.pressed)} pressed: {len(taken)} handed in, {len(refused)} told that the call had closed.",
            "",
            "| answered after | p50 ms | p95 ms | longest ms | within 2 s |",
            "|---|---:|---:|---:|---|",
            row("the answer to the button", [one.answered - one.began for one in self.pressed]),
            row("and the page that it leads to", [one.shown - one.began for one in self.pressed]),
            "",
            f"Times that lie between the button and the answer: {len(true)} of {len(taken)}; told to the second by the receipt: {told}.",
            f"Handed in after the closing: {late}. Answers that say something else than what was kept: {wrong}.",
            f"Web workers and database worked {1000 * self.work / len(self.pressed):.0f} ms for each, the next page included.",
            f"The load of the machine at the end was {os.getloadavg()[0]:.1f}.",
        ]


def row(label: str, seconds: Sequence[float]) -> str:
    cuts = [1000 * cut for cut in quantiles(seconds, n=20)]
    longest = max(seconds)
    return f"| {label} | {cuts[9]:.0f} | {cuts[18]:.0f} | {1000 * longest:.0f} | {'yes' if longest <= MOST else 'no'} |"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
