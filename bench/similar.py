"""How well, and how fast, similar cases are found while somebody writes.

    .venv/bin/python -m portal.local run -- .venv/bin/python bench/similar.py --cases 100000

Takes a copy of the database of bench/measure.py, adds real texts to it as suggestions (English: what patients in England have suggested,
bench/texts, MIT licence; Swedish: paragraphs of the portal's own guides), and looks for each by another version of itself: rephrased,
truncated, misspelt, with words dropped. Writes the table in docs/performance.md.
"""

import argparse
import os
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import psutil
import psycopg2
from psycopg2 import sql

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
BEGIN, END = "<!-- similar -->", "<!-- end of similar -->"
PERSON, WRITER = "innovationsledare", "medarbetare"
ASKED = 150
"""How many texts of each language are looked for, in four versions each."""
AIM, MOST_MS = 0.9, 50
LEAST_WORDS, WARM = 8, 10


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=100_000)
    cases = options.parse_args().cases
    from bench.measure import at, manage, prepare, scale

    base, name = f"bench_{cases}", f"bench_{cases}_similar"
    owner = os.environ["DATABASE_OWNER_URL"]
    copy(at(owner, "postgres"), base, name, lambda: prepare(base, scale(cases)))
    os.environ |= {"DATABASE_OWNER_URL": at(owner, name), "DATABASE_URL": at(os.environ["DATABASE_URL"], name)}
    manage("migrate", DATABASE_URL=at(owner, name))
    lines = Measured(cases).lines()
    text = PAGE.read_text()
    before, after = text.split(BEGIN)[0], text.split(END)[1]
    PAGE.write_text("\n".join([before + BEGIN, "", *lines, "", END]) + after)
    print("\n".join(lines))
    return 0


def copy(url: str, base: str, name: str, prepare: Any) -> None:
    """The database ``name`` as a copy of ``base``, unless it is there."""
    with closing(psycopg2.connect(url)) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname IN %s", [(base, name)])
            known = {row[0] for row in cursor.fetchall()}
            if name in known:
                return
            if base not in known:
                prepare()
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(base)))


class Measured:
    """The portal from within, with the real texts in it."""

    def __init__(self, cases: int) -> None:
        import django

        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        django.setup()
        from ideas.models import Suggestion

        self.cases = cases
        self.texts = {"en": texts("bench/texts/patient-suggestions.txt"), "sv": guides()}
        kept = Suggestion.objects.filter(source_key__startswith="bench:").values_list("proposal", "pk")
        if missing := {text for found in self.texts.values() for text in found} - dict(kept).keys():
            self.fill(missing)
        self.ids = dict(kept.all())

    def fill(self, missing: set[str]) -> None:
        """As from a file: each gets its number, its history and its diary line. The guides may have changed since the last time."""
        from django.db import connection, transaction

        from ideas.actions.receiving import Letter, import_suggestion
        from ideas.models import Area
        from ideas.queries.suggestions import fingerprint
        from ideas.states import Sender

        area = Area.objects.select_related("unit").get(key="care")
        with transaction.atomic():
            for text in sorted(missing):
                letter = Letter(proposal=text, sender=Sender.PATIENT, area=area)
                import_suggestion(letter=letter, source_key=f"bench:{fingerprint(text)}")
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_case")

    def lines(self) -> list[str]:
        from bench.variants import VARIANTS

        random = Random(7)
        rows, times, began = [], [], self.work()
        for language, found in self.texts.items():
            chosen = random.sample(found, min(ASKED, len(found)))
            for variant in VARIANTS:
                hit = 0
                for text in chosen:
                    ids, spent = self.ask(variant(text, language, random))
                    hit += self.ids[text] in ids
                    times.append(spent)
                rows.append((language, variant.__name__, len(chosen), hit / len(chosen)))
        searched = (self.work() - began) / len(times)
        answers, answered = self.answers()
        return [
            *report(rows),
            "",
            f"| among {self.cases + len(self.ids)} cases | median ms | p95 ms | processor ms |",
            "|---|---:|---:|---:|",
            f"| looking for one of these texts | {spread(times)} | {searched:.0f} |",
            f"| the whole answer to somebody who writes a made-up idea | {spread(answers)} | {answered:.0f} |",
            "",
            f"Target: a median under {MOST_MS} ms. The machine's load at the end was {os.getloadavg()[1]:.1f}; this run alone makes one.",
        ]

    @staticmethod
    def work() -> float:
        """Milliseconds of processor time so far: this process and its database session together."""
        from django.db import connection

        connection.ensure_connection()
        backend = psutil.Process(connection.connection.info.backend_pid)
        return sum(1000 * (one.user + one.system) for one in (backend.cpu_times(), psutil.Process().cpu_times()))

    def ask(self, text: str) -> tuple[list[int], float]:
        """What is offered to the innovation lead of the whole Region, and the milliseconds that it took."""
        from portal.accounts.models import User
        from portal.cases.queries.similar import similar_cases

        if not hasattr(self, "lead"):
            self.lead = User.objects.get(username=PERSON)
        began = time.perf_counter()
        found = similar_cases(text, self.lead)
        return [one.case.pk for one in found], 1000 * (time.perf_counter() - began)

    def answers(self) -> tuple[list[float], float]:
        """Milliseconds of what a writer's page asks: the middleware, the rights, the search and the template; and the processor's."""
        from django.conf import settings
        from django.test import Client

        from ideas.demo.texts import IDEAS
        from ideas.models import Idea
        from portal.accounts.models import User
        from portal.cases.actions.drafts import begin_case
        from portal.organisation.models import Unit

        writer = User.objects.get(username=WRITER)
        draft = begin_case(model=Idea, owner=writer, unit=Unit.objects.get(code="SOS"), possible_invention=False)
        client, times, before = Client(SERVER_NAME="127.0.0.1"), [], 0.0
        client.force_login(writer, backend=settings.AUTHENTICATION_BACKENDS[0])
        for number in range(WARM + 100):
            before = before if number > WARM else self.work()
            seed = IDEAS[number % len(IDEAS)]
            whole = {"title": seed.title, "need": seed.need, "solution": seed.solution}
            began = time.perf_counter()
            answer = client.post(f"/arenden/{draft.pk}/liknande/", whole, headers={"HX-Request": "true"})
            times.append(1000 * (time.perf_counter() - began))
            if answer.status_code != 200:
                raise SystemExit(f"The answer is {answer.status_code}.")
        spent = self.work() - before
        draft.delete()
        return times[WARM:], spent / (len(times) - WARM)


def texts(path: str) -> list[str]:
    return (ROOT / path).read_text().splitlines()


def guides() -> list[str]:
    """Paragraphs of the Swedish guides, as whole sentences."""
    found: dict[str, None] = {}
    for path in sorted((ROOT / "portal/pages/guide_texts/sv").glob("*.md")):
        for paragraph in path.read_text().split("\n\n"):
            text = " ".join(paragraph.replace("*", "").replace("#", "").split()).lstrip("- ")
            if len(text.split()) >= LEAST_WORDS and not text.startswith(("|", "---")):
                found[text] = None
    return list(found)


def report(rows: list[tuple[str, str, int, float]]) -> list[str]:
    names = {"en": "English", "sv": "Swedish"}
    lines = ["| texts | version | pairs | recall at 5 | holds |", "|---|---|---:|---:|---|"]
    for language, variant, pairs, recall in rows:
        lines.append(f"| {names[language]} | {variant} | {pairs} | {recall:.2f} | {'yes' if recall > AIM else 'no'} |")
    pairs = sum(row[2] for row in rows)
    whole = sum(row[2] * row[3] for row in rows) / pairs
    return [*lines, f"| all | | {pairs} | {whole:.2f} | {'yes' if whole > AIM else 'no'} |"]


def spread(times: list[float]) -> str:
    return f"{median(times):.0f} | {quantiles(times, n=20)[-1]:.0f}"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
