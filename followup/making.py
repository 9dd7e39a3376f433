"""Making a report: counted, drawn and printed by a worker, frozen by the portal.

A worker may die anywhere. What is done is kept by stage: the figures all at once, each chart, the files and the freezing all at once;
another worker goes on from there. A lock that lives and dies with the worker's own connection lets only one be at work.

What draws costs as much memory as what prints, so a worker does the one and sends the other to a process that has not drawn.
"""

import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256

import psutil
from billiard.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.files.base import ContentFile
from django.db import Error, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from followup.counting import count_year
from followup.models import Drawing, Making, Report
from followup.printing import report_on_paper, report_sheets
from followup.queries import Snapshot
from followup.states import UNDER_WAY, Problem, Stage
from portal.cases.models import Document
from portal.cases.moving import perform
from portal.cases.states import Audience
from portal.indicators.registry import all_indicators

MOST_ATTEMPTS = 3
FILES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


class Stopped(Exception):
    """The making was cancelled."""


def make_report(*, report_id: int, hand_over: Callable[[int], object] | None = None) -> bool:
    """Do what is left of the making; return whether this call did anything.

    Safe to call any number of times, by any number of workers. A worker that is killed leaves its attempt counted, so that work that
    kills its worker is not begun for ever. With ``hand_over`` it goes no further than to the last chart: that is then called with the
    report's id, when the lock is let go, to have another process print.
    """
    with watch(report_id) as own:
        making = Making.objects.select_related("report").filter(report=report_id).first()
        if own is None or making is None or not making.under_way:
            return False
        halts = hand_over is not None and making.stage != Stage.PRINTING
        drawn = False
        with suppress(Stopped):
            drawn = _attempt(own, making, halts=halts)
    if hand_over and halts and drawn:
        hand_over(report_id)
    return True


def _attempt(own: "Watch", making: Making, *, halts: bool) -> bool:
    """Work under the limits of time and memory; return whether it came as far as it should. Each sitting has attempts of its own."""
    if making.attempts >= MOST_ATTEMPTS:
        own.fail(Problem.STOPPED)
        return False
    Making.objects.filter(pk=making.pk).update(attempts=F("attempts") + 1)
    try:
        with memory_ceiling(settings.REPORT_MEMORY_MB):
            _work(own, making, halts=halts)
    except SoftTimeLimitExceeded:
        own.fail(Problem.TOO_LONG)
    except MemoryError:
        own.fail(Problem.TOO_LARGE)
    else:
        return True
    return False


def _work(own: "Watch", making: Making, *, halts: bool) -> None:
    report, indicators = making.report, len(all_indicators())
    Making.objects.filter(pk=making.pk).update(total=2 * indicators + len(FILES))
    if making.stage in (Stage.WAITING, Stage.COUNTING):
        _count(own, report)
    if making.stage != Stage.PRINTING:
        _draw(own, report, done=indicators)
    if halts:
        own.show(Stage.PRINTING, 2 * indicators)
        Making.objects.filter(pk=making.pk).update(attempts=0)
    else:
        _print_and_freeze(own, report, done=2 * indicators)


def _count(own: "Watch", report: Report) -> None:
    own.show(Stage.COUNTING, 0)
    count_year(report, lambda done: own.show(Stage.COUNTING, done))


def _draw(own: "Watch", report: Report, *, done: int) -> None:
    """Draw the charts that are not there yet, in every language."""
    from followup.drawing import chart_of

    snapshot = Snapshot(report)
    for number, indicator in enumerate(snapshot.indicators):
        own.show(Stage.DRAWING, done + number)
        for language, _name in settings.LANGUAGES:
            if (indicator.pk, language) in snapshot.drawings:
                continue
            with override(language):
                chart = chart_of(snapshot, indicator)
            if chart:
                Drawing.objects.create(
                    report=report, indicator=indicator, language=language, svg=chart.svg, alt=chart.alt
                )


def _print_and_freeze(own: "Watch", report: Report, *, done: int) -> None:
    report.refresh_from_db()
    files = {}
    for number, (name, write) in enumerate((("xlsx", report_sheets), ("pdf", report_on_paper))):
        own.show(Stage.PRINTING, done + number)
        files[name] = write(report)
    kept: list[Document] = []
    try:
        _freeze(report, files, kept)
    except BaseException:
        for document in kept:
            document.file.storage.delete(str(document.file.name))
        raise


@transaction.atomic
def _freeze(report: Report, files: dict[str, bytes], kept: list[Document]) -> None:
    """Files, freezing and the end of the making in one step. Raises Stopped if somebody cancelled before it."""
    making = Making.objects.filter(report=report, stage__in=UNDER_WAY)
    if not making.update(stage=Stage.DONE, done=F("total"), touched_at=timezone.now()):
        raise Stopped
    for extension, content in files.items():
        kept.append(_document(report, extension, content))
    xlsx, pdf = kept
    Report.objects.filter(pk=report.pk).update(xlsx=xlsx, pdf=pdf)
    perform(report, "freeze", person=None)


def _document(report: Report, extension: str, content: bytes) -> Document:
    name = f"innovationsuppfoljning-{report.year}-v{report.edition}.{extension}"
    return Document.objects.create(
        case_id=report.pk,
        title=f"{report.title} ({extension.upper()})",
        file=ContentFile(content, name),
        name=name,
        content_type=FILES[extension],
        size=len(content),
        sha256=sha256(content).hexdigest(),
        audience=Audience.EVERYONE,
    )


# ── The worker's hold on the making ──────────────────────────────────────────────────────────────────────────────────


class Watch:
    """A second connection of the worker's: it holds the lock, shows everyone the progress at once, and hears of a cancellation."""

    def __init__(self, side: BaseDatabaseWrapper, report_id: int) -> None:
        self.side = side
        self.report_id = report_id

    def show(self, stage: Stage, done: int, problem: str = "") -> None:
        """Raises Stopped if the making was cancelled meanwhile."""
        with self.side.cursor() as cursor:
            cursor.execute(
                "UPDATE followup_making SET stage = %s, done = %s, problem = %s, touched_at = now()"
                " WHERE report_id = %s AND stage = ANY(%s)",
                [stage, done, problem, self.report_id, list(UNDER_WAY)],
            )
            if not cursor.rowcount:
                raise Stopped

    def fail(self, problem: Problem) -> None:
        self.show(Stage.FAILED, 0, problem)


@contextmanager
def watch(report_id: int) -> Iterator[Watch | None]:
    """The hold on a making, or None if another worker has it.

    The lock is a session's: when a worker is killed its connection ends, and PostgreSQL lets the lock go. It must not go through a
    pooler that hands one session to many. Who ends well says so: the server notices a closed connection only a moment later.
    """
    side = connection.copy()
    mine = False
    try:
        with side.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('followup.make'), %s)", [report_id])
            (mine,) = cursor.fetchone()
        yield Watch(side, report_id) if mine else None
    finally:
        with suppress(Error), side.cursor() as cursor:
            if mine:
                cursor.execute("SELECT pg_advisory_unlock(hashtext('followup.make'), %s)", [report_id])
        side.close()


@contextmanager
def memory_ceiling(megabytes: int) -> Iterator[None]:
    """Let the process ask for this much more memory than it has: a runaway gets a MemoryError, or dies, before the machine suffers."""
    _soft, hard = before = resource.getrlimit(resource.RLIMIT_DATA)
    held = psutil.Process().memory_info().data
    resource.setrlimit(resource.RLIMIT_DATA, (held + megabytes * 1024 * 1024, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)
