"""Making an annual report: ordered by a controller, counted and drawn by a worker, frozen by the portal.

A worker may die anywhere. What is done is kept by stage: figures are stored all at once, the files and the freezing all at once, so a
new worker goes on from the last finished stage. A lock that lives and dies with the worker's own connection lets only one work at a time.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from followup.drawing import LANGUAGE, Figures, draw_chart, report_on_paper, report_sheets
from followup.models import Making, Report, ReportFigure
from followup.queries import Counted, count_all, one_moment
from followup.states import ReportState, Stage
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.errors import Refused
from portal.cases.models import Document
from portal.cases.moving import perform
from portal.cases.states import Audience
from portal.cases.verdicts import no
from portal.indicators.registry import all_indicators
from portal.organisation.models import Unit

MOST_ATTEMPTS = 3
PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Stopped(Exception):
    """The making was cancelled."""


@transaction.atomic
def order_report(*, year: int, by: User, reason: str = "") -> Report:
    """Begin the making of the next version of a year's report. Raises Refused if one is being made or a new version lacks its reason."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('followup.order'), %s)", [year])
    if Making.objects.filter(report__year=year, stage__in=(Stage.WAITING, Stage.COUNTING, Stage.DRAWING)).exists():
        raise Refused(no(_("The report for %(year)s is already being made.") % {"year": year}))
    latest = Report.objects.filter(year=year).exclude(state=ReportState.DRAFT).order_by("-edition").first()
    if latest is not None and not reason.strip():
        raise Refused(no(_("Say why a new version is made."), field="reason"))
    edition = (Report.objects.filter(year=year).aggregate(last=Max("edition"))["last"] or 0) + 1
    report = begin_case(
        model=Report,
        owner=by,
        unit=Unit.objects.get(code="RLK"),
        title=_("Follow-up of the innovation work %(year)s") % {"year": year},
        year=year,
        edition=edition,
        before=latest,
        reason=reason,
    )
    Making.objects.create(report=report, total=len(all_indicators()))
    return report


def cancel_report(*, report: Report) -> None:
    """Stop the making; the worker notices before its next step. Raises Refused if the report is done."""
    stopped = Making.objects.filter(report=report, stage__in=(Stage.WAITING, Stage.COUNTING, Stage.DRAWING))
    if not stopped.update(stage=Stage.CANCELLED, touched_at=timezone.now()):
        raise Refused(no(_("The report is no longer being made, so there is nothing to cancel.")))


def make_report(*, report_id: int) -> bool:
    """Do what is left of the making; return whether this call did anything. Safe to call any number of times, by any number of workers."""
    with _side_connection(report_id) as side:
        if side is None:
            return False
        making = Making.objects.select_related("report").get(report_id=report_id)
        if not making.under_way:
            return False
        if making.attempts >= MOST_ATTEMPTS:
            _set_stage(
                side, making, Stage.FAILED, problem=_("The work stopped %(times)s times.") % {"times": MOST_ATTEMPTS}
            )
            return False
        Making.objects.filter(pk=making.pk).update(attempts=F("attempts") + 1)
        try:
            _work(making, side)
        except Stopped:
            return True
    return True


def _work(making: Making, side: BaseDatabaseWrapper) -> None:
    if making.stage != Stage.DRAWING:
        _set_stage(side, making, Stage.COUNTING)
        counted = _count(making, side)
        _store(making, counted)
    _draw_charts(making, side)
    pdf, xlsx = report_on_paper(making.report), report_sheets(making.report)
    _freeze(making, pdf, xlsx)


def _count(making: Making, side: BaseDatabaseWrapper) -> list[Counted]:
    counted: list[Counted] = []
    with one_moment():
        for row in count_all(making.report.year):
            counted.append(row)
            if row.unit is None:
                _set_progress(side, making, sum(1 for one in counted if one.unit is None))
    return counted


@transaction.atomic
def _store(making: Making, counted: Sequence[Counted]) -> None:
    """Keep all figures and pass to the next stage in one step, so they are never half there."""
    _enter_stage(making, Stage.DRAWING)
    ReportFigure.objects.filter(report=making.report).delete()
    ReportFigure.objects.bulk_create(
        [
            ReportFigure(
                report=making.report,
                indicator=row.indicator.key,
                unit_id=row.unit,
                place=place,
                measure=row.indicator.measure,
                value=row.value,
                previous=row.previous,
                count=row.count or len(row.cases),
                cases=row.cases,
                digest=row.digest,
            )
            for place, row in enumerate(counted)
        ],
        batch_size=200,
    )


def _draw_charts(making: Making, side: BaseDatabaseWrapper) -> None:
    """Draw on the worker, once: a web worker that drew would need three times its memory."""
    with translation.override(LANGUAGE):
        figures = Figures(making.report)
        for done, indicator in enumerate(figures.indicators):
            _set_progress(side, making, done)
            if chart := draw_chart(figures, indicator):
                row = figures.row(indicator, None)
                row.chart, row.chart_text = chart.svg, chart.alt
                row.save(update_fields=["chart", "chart_text"])


@transaction.atomic
def _freeze(making: Making, pdf: bytes, xlsx: bytes) -> None:
    _enter_stage(making, Stage.DONE)
    report = making.report
    name = f"innovationsuppfoljning-{report.year}-v{report.edition}"
    report.pdf = _keep(report, pdf, f"{name}.pdf", PDF)
    report.xlsx = _keep(report, xlsx, f"{name}.xlsx", XLSX)
    report.save(update_fields=["pdf", "xlsx"])
    perform(report, "freeze", person=None)


def _keep(report: Report, content: bytes, name: str, content_type: str) -> Document:
    return Document.objects.create(
        case_id=report.pk,
        title=f"{report.title} ({name.rpartition('.')[2].upper()})",
        file=ContentFile(content, name),
        name=name,
        content_type=content_type,
        size=len(content),
        sha256=sha256(content).hexdigest(),
        audience=Audience.AUTHOR,
    )


def _enter_stage(making: Making, stage: Stage) -> None:
    """Pass to a stage unless somebody cancelled meanwhile; the row stays locked to the end of the transaction."""
    going_on = Making.objects.filter(pk=making.pk).exclude(stage=Stage.CANCELLED)
    if not going_on.update(stage=stage, touched_at=timezone.now()):
        raise Stopped


@contextmanager
def _side_connection(report_id: int) -> Iterator[BaseDatabaseWrapper | None]:
    """A second connection for the worker's lock and progress, seen at once by everyone; None if another worker holds the lock.

    The lock is a session lock: when a worker is killed its connection ends, and PostgreSQL releases it.
    """
    side = connection.copy()
    try:
        with side.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(hashtext('followup.make'), %s)", [report_id])
            (mine,) = cursor.fetchone()
        yield side if mine else None
    finally:
        side.close()


def _set_progress(side: BaseDatabaseWrapper, making: Making, done: int) -> None:
    with side.cursor() as cursor:
        cursor.execute(
            "UPDATE followup_making SET done = %s, touched_at = now() WHERE id = %s AND stage <> %s",
            [done, making.pk, Stage.CANCELLED],
        )
        if not cursor.rowcount:
            raise Stopped


def _set_stage(side: BaseDatabaseWrapper, making: Making, stage: Stage, *, problem: str = "") -> None:
    with side.cursor() as cursor:
        cursor.execute(
            "UPDATE followup_making SET stage = %s, done = 0, problem = %s, touched_at = now() WHERE id = %s AND stage <> %s",
            [stage, problem, making.pk, Stage.CANCELLED],
        )
        if not cursor.rowcount:
            raise Stopped
