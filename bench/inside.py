"""What is measured inside the portal: a signed-in session, query counts, submissions, the annual report."""

import multiprocessing
import os
import resource
import time
from io import BytesIO
from random import Random

import django
import psutil

os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
django.setup()

from django.conf import settings  # noqa: E402  # Django must be set up first
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from followup.actions import order_report  # noqa: E402
from followup.models import FrozenIndicator, Making, Report  # noqa: E402
from followup.states import Stage  # noqa: E402
from ideas.demo.lives import idea_fields  # noqa: E402
from ideas.demo.texts import IDEAS  # noqa: E402
from ideas.models import Idea  # noqa: E402
from portal.accounts.models import User  # noqa: E402
from portal.cases.actions.drafts import begin_case, save_draft  # noqa: E402
from portal.cases.models import Case  # noqa: E402
from portal.cases.moving import perform  # noqa: E402
from portal.organisation.models import Unit  # noqa: E402

WRITERS = 4
EACH = 150
YEAR = 2025


class Inside:
    """The portal from within, as one person."""

    def __init__(self, username: str) -> None:
        self.person = User.objects.get(username=username)
        self.client = Client(SERVER_NAME="127.0.0.1")
        self.client.force_login(self.person, backend=settings.AUTHENTICATION_BACKENDS[0])
        self.client.get("/")
        self.cookie = "; ".join(f"{name}={cookie.value}" for name, cookie in self.client.cookies.items())
        self.case = Case.objects.awaiting(self.person).filter(kind="idea").order_by("-pk")[0]
        self.case_id = self.case.pk

    def addresses(self) -> dict[str, str]:
        report = Report.objects.filter(published_at__isnull=False).order_by("-pk").first()
        pages = {
            "start": "/",
            "list of 50": "/arenden/alla/",
            "case": self.case.get_absolute_url(),
            "inbox": "/arenden/",
            "ideas": "/ideer/",
            "search": "/sok/?q=kallelser+mobilen",
            "search, misspelt": "/sok/?q=kallelsr",
            "diary": "/diarium/",
        }
        if report is None:
            return pages
        where = [report.year, report.edition]
        figure = FrozenIndicator.objects.filter(report=report)[0]
        return pages | {
            "report": reverse("followup:report", args=where),
            "a figure": reverse("followup:figure", args=[*where, figure.key]),
        }

    def queries(self, address: str) -> int:
        self.client.get(address)
        with CaptureQueriesContext(connection) as seen:
            answer = self.client.get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
        return len(seen)

    def memory_of_workers(self, base: str) -> float:
        """The largest resident set of the server's workers now, in MB: what a worker shares with the process that started it, included."""
        port = base.rpartition(":")[2]
        started = [
            one for one in psutil.Process().children(recursive=True) if f"--bind=127.0.0.1:{port}" in one.cmdline()
        ]
        pids = {one.pid for one in started}
        return max(one.memory_info().rss for one in started if one.ppid() in pids) / 1e6

    def submissions(self) -> list[str]:
        """Ideas submitted by several people at once: number, event, diary line and notices included."""
        drafts = [self._draft(number) for number in range(WRITERS * EACH)]
        connections.close_all()
        with multiprocessing.get_context("fork").Pool(WRITERS) as pool:
            began = time.monotonic()
            pool.map(_submit, drafts, chunksize=EACH)
            seconds = time.monotonic() - began
        references = Case.objects.filter(pk__in=drafts).values_list("reference", flat=True)
        numbers = sorted(int(str(reference).rpartition("-")[2]) for reference in references)
        whole = numbers == list(range(numbers[0], numbers[0] + len(drafts)))
        unbroken = "unbroken" if whole else "BROKEN"
        return [
            f"Ideas submitted by {WRITERS} processes at once: {len(drafts) / seconds:.0f}/s (target 60/s), numbers {unbroken}."
        ]

    def _draft(self, number: int) -> int:
        author = User.objects.get(username="medarbetare")
        draft = begin_case(model=Idea, owner=author, unit=Unit.objects.get(code="SOS"))
        seed = IDEAS[number % len(IDEAS)]
        return save_draft(case=draft, values=idea_fields(seed, Random(number)), version=1, person=author).pk

    def report(self) -> list[str]:
        """An annual report over everything, in processes of its own as workers are: one counts and draws, another prints."""
        order = order_report(year=YEAR, by=User.objects.get(username="controller"), reason="Measuring")
        with multiprocessing.get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
            figures, drawn, drawing_memory = pool.apply(_draw_report, [order.pk])
            printed, pdf, pages, printing_memory = pool.apply(_print_report, [order.pk])
        whole, memory = figures + drawn + printed, max(drawing_memory, printing_memory)
        said = (
            f"Annual report for {YEAR}: figures {figures:.1f} s (target 10 s); all of it {whole:.1f} s, of which the PDF of ",
            f"{pages} pages {pdf:.1f} s (target 30 s for 60 pages); a worker held {memory:.0f} MB at most (target 600 MB).",
        )
        return ["".join(said)]


def _submit(pk: int) -> None:
    perform(Idea.objects.get(pk=pk), "submit", person=User.objects.get(username="medarbetare"), data={})


def _draw_report(pk: int) -> tuple[float, float, float]:
    """Seconds for the figures, then for the charts, and the most memory in MB."""
    from followup.counting import count_year
    from followup.making import make_report

    report = Report.objects.get(pk=pk)
    began = time.monotonic()
    count_year(report, lambda done: None)
    counted = time.monotonic()
    Making.objects.filter(report=report).update(stage=Stage.DRAWING)
    make_report(report_id=pk, hand_over=lambda pk: None)
    return counted - began, time.monotonic() - counted, _most_memory()


def _print_report(pk: int) -> tuple[float, float, int, float]:
    """Seconds for all files and the freezing, then for the PDF alone, its pages, and the most memory in MB."""
    import pikepdf

    from followup.making import make_report
    from followup.printing import report_on_paper

    began = time.monotonic()
    make_report(report_id=pk)
    done, memory = time.monotonic(), _most_memory()
    content = report_on_paper(Report.objects.get(pk=pk))
    printed = time.monotonic() - done
    with pikepdf.open(BytesIO(content)) as pdf:
        return done - began, printed, len(pdf.pages), memory


def _most_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
