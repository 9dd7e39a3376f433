"""How fast the fund is when a whole region applies.

    .venv/bin/python -m portal.local run -- .venv/bin/python bench/fund.py --applications 5000

Seeds a database of its own with a call of so many applications and one of 300, and asks for each page and each file as its reader does,
one at a time, in this process: what an answer takes, without the web server and without waiting for others. Then the call of 300 is
decided. Writes the table in docs/performance.md.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil
import psycopg2

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- fund -->", "<!-- end of fund -->"
DECIDED = 300
MOST_MS, MOST_SECONDS = 150, 5
WARM, TIMES, FILES = 5, 40, 2
OFFICER = "fondhandlaggare"


@dataclass(frozen=True)
class Row:
    """What a page or a file costs: milliseconds by the clock and of the processor, queries, and bytes."""

    label: str
    is_page: bool
    times: list[float]
    work: list[float]
    queries: int
    size: int

    @property
    def line(self) -> str:
        holds = "" if not self.is_page else "yes" if p95(self.times) <= MOST_MS else "no"
        spent = f"{median(self.times):.0f} | {p95(self.times):.0f} | {median(self.work):.0f} | {p95(self.work):.0f}"
        return f"| {self.label} | {spent} | {self.queries} | {self.size / 1000:.0f} | {holds} |"


def p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--applications", type=int, default=5000)
    number = options.parse_args().applications
    from bench.measure import at, manage, prepare, scale

    name = f"bench_fund_{number}"
    manage("collectstatic", "--noinput")
    prepare(name, scale(number, "--only", "fund"), scale(DECIDED, "--only", "fund"))
    owner, app = (at(os.environ[key], name) for key in ("DATABASE_OWNER_URL", "DATABASE_URL"))
    os.environ |= {"DATABASE_OWNER_URL": owner, "DATABASE_URL": app}
    with closing(psycopg2.connect(owner)) as link, link.cursor() as cursor:
        cursor.execute("ANALYZE")
        link.commit()
    lines = Measured(number).lines()
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text("\n".join([before + BEGIN, "", *lines, "", END]) + after)
    print("\n".join(lines))
    return 0


def get(client: Any, address: str) -> Any:
    return client.get(address)


class Measured:
    """The portal from within."""

    def __init__(self, number: int) -> None:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        django.setup()
        from django.db import connection
        from django.db.models import Count

        from fund.models import Call

        self.number, self.connection = number, connection
        counted = Call.objects.annotate(number=Count("applications")).order_by("-number", "pk")
        self.call = counted.filter(number=number)[0]
        self.small = counted.filter(number=DECIDED)[0]
        self.application = self.call.applications.order_by("pk")[number // 2]
        self.expert = self.call.reviewers.select_related("person")[0].person

    def lines(self) -> list[str]:
        rows = [self.measure(*one) for one in self.pages()]
        rows += [self.measure(label, who, ask, is_page=False) for label, who, ask in self.files()]
        return [
            f"{self.number} applications in one call, each read by three of twelve experts, half of the decisions prepared; one at a time.",
            "",
            f"| page or file | p50 ms | p95 ms | processor p50 | processor p95 | queries | kB | p95 at most {MOST_MS} ms |",
            "|---|---:|---:|---:|---:|---:|---:|---|",
            *(row.line for row in rows),
            "",
            self.decision(),
            "",
            f"The machine's load at the end was {os.getloadavg()[1]:.1f}; this run alone makes one.",
        ]

    def pages(self) -> list[tuple[str, Any, Callable[[Any], Any]]]:
        from django.urls import reverse

        call, last = [self.call.pk], -(-self.number // 20)
        officer = {
            "the officer\u2019s list of applications": reverse("fund:applications"),
            "\u2026 of the call": reverse("fund:applications") + f"?call={self.call.pk}",
            "the page of the call": self.call.get_absolute_url(),
            "the page of an application": self.application.get_absolute_url(),
            "experts and who reads what": reverse("fund:panel", args=call),
            "where the experts differ": reverse("fund:map", args=call),
            "one application and its experts": reverse("fund:weigh", args=[self.application.pk]),
            "the ranking, to prepare the decision": reverse("fund:decide", args=call),
            "\u2026 its last page": reverse("fund:decide", args=call) + f"?page={last}",
            "one row of it": reverse("fund:save_ruling", args=[self.call.pk, self.application.pk]),
            "letters beforehand": reverse("fund:letters", args=call),
        }
        mine = {"an expert\u2019s own list": reverse("fund:reviews")}
        asked = [(label, self.client(), address) for label, address in officer.items()]
        asked += [(label, self.client(self.expert.username), address) for label, address in mine.items()]
        return [(label, client, partial(get, address=address)) for label, client, address in asked]

    def files(self) -> list[tuple[str, Any, Callable[[Any], Any]]]:
        from django.urls import reverse

        book, dossier = (
            reverse("fund:call_book", args=[self.call.key]),
            reverse("fund:dossier", args=[self.application.key]),
        )
        return [
            ("everything of the call (XLSX)", self.client(), lambda client: client.post(book)),
            ("the dossier of an application (PDF)", self.client(), lambda client: client.post(dossier)),
        ]

    def client(self, username: str = OFFICER) -> Any:
        from django.conf import settings
        from django.test import Client

        from portal.accounts.models import User

        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(User.objects.get(username=username), backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    def measure(self, label: str, client: Any, ask: Callable[[Any], Any], *, is_page: bool = True) -> Row:
        from django.test.utils import CaptureQueriesContext

        for _time in range(WARM * is_page):
            self.read(ask(client), label)
        with CaptureQueriesContext(self.connection) as seen:
            size = len(self.read(ask(client), label))
            asked = len(seen)
        spent = [self.once(label, client, ask) for _time in range(TIMES if is_page else FILES)]
        return Row(label, is_page, [clock for clock, _work in spent], [work for _clock, work in spent], asked, size)

    def once(self, label: str, client: Any, ask: Callable[[Any], Any]) -> tuple[float, float]:
        """Milliseconds by the clock and of the processor."""
        began, before = time.perf_counter(), self.work()
        self.read(ask(client), label)
        return 1000 * (time.perf_counter() - began), self.work() - before

    @staticmethod
    def read(answer: Any, label: str) -> bytes:
        if answer.status_code != 200:
            raise SystemExit(f"{label} answers {answer.status_code}")
        return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)

    def work(self) -> float:
        """Milliseconds of processor time so far: this process and its database session together."""
        session = psutil.Process(self.connection.connection.info.backend_pid).cpu_times()
        return 1000 * (time.process_time() + session.user + session.system)

    def decision(self) -> str:
        """Nothing of it is kept."""
        from django.db import transaction
        from django.test.utils import CaptureQueriesContext

        from fund.models import Ruling
        from portal.accounts.models import User
        from portal.cases.moving import perform

        ids = list(self.small.applications.values_list("pk", flat=True))
        person = User.objects.get(username=OFFICER)
        with transaction.atomic():
            Ruling.objects.filter(application__in=ids).delete()
            Ruling.objects.bulk_create(
                Ruling(
                    application_id=pk,
                    outcome="decline" if place % 5 else "part",
                    amount=0 if place % 5 else 40_000,
                    reason="Skäl",
                )
                for place, pk in enumerate(ids)
            )
            with CaptureQueriesContext(self.connection) as seen:
                began, before = time.perf_counter(), self.work()
                perform(
                    self.small,
                    "decide",
                    person=person,
                    data={"delegation": "Delegationsordningen 4.2", "reason": "Skäl"},
                )
                with self.connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                seconds, work = time.perf_counter() - began, self.work() - before
            transaction.set_rollback(True)
        return (
            f"The decision on {len(ids)} applications, in one transaction: {seconds:.1f} s (target {MOST_SECONDS} s), of which the "
            f"processor {work / 1000:.1f} s; {len(seen)} statements."
        )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
