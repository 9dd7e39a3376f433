"""Ordering a report, making it, and what stops it. Killed workers are in test_crash."""

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from billiard.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.utils import timezone

from followup import drawing
from followup import making as making_of
from followup.actions import cancel_report, order_report
from followup.making import MOST_ATTEMPTS, make_report, watch
from followup.models import Drawing, Example, Figure, Making, Part, Report
from followup.states import Problem, ReportState, Stage
from followup.tasks import QUIET, resume_reports
from portal.cases.actions.drafts import discard_draft
from portal.cases.errors import Refused
from portal.cases.models import DiaryEntry, Document, Event
from portal.indicators.registry import Indicator
from portal.notices.models import Notice
from portal.paper.tables import Chart
from tests.cast import Cast
from tests.database import ROOT
from tests.days import this_year
from tests.followup.samples import RECEIVED, YEAR, figure, frozen, idea, introduced
from tests.resilience.parts import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators")]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two small files: the drawing has tests of its own."""
    monkeypatch.setattr(making_of, "report_on_paper", lambda report: b"%PDF-1.7 " + str(report).encode())
    monkeypatch.setattr(making_of, "report_sheets", lambda report: b"PK " + str(report).encode())


def stage_of(report: Report) -> tuple[str, str]:
    found = Making.objects.get(report=report)
    return found.stage, found.problem


@pytest.mark.strategy("B5-11b")
def test_a_report_is_counted_drawn_printed_and_frozen(cast: Cast) -> None:
    introduced("SOS")
    report = order_report(year=YEAR, by=cast.controller)
    assert make_report(report_id=report.pk)
    report = Report.objects.get(pk=report.pk)
    assert (report.state, report.reference) == (ReportState.FROZEN, f"RS {this_year()}-0001")
    assert stage_of(report) == (Stage.DONE, "")
    assert list(Event.objects.filter(case=report).values_list("move", flat=True)) == ["freeze"]
    assert {document.pk for document in Document.objects.filter(case=report)} == {report.pdf_id, report.xlsx_id}
    assert report.pdf is not None
    with report.pdf.file.open() as file:
        assert file.read(8) == b"%PDF-1.7"
    assert DiaryEntry.objects.filter(case=report).count() == 1
    assert Notice.objects.filter(case=report, recipient=cast.controller).count() == 1
    languages = Drawing.objects.filter(report=report, indicator__key=RECEIVED.key).values_list("language", flat=True)
    assert set(languages) == {"sv", "en"}


@pytest.mark.usefixtures("quick")
def test_making_again_changes_nothing(cast: Cast) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    assert make_report(report_id=report.pk)
    before = everything()
    assert not make_report(report_id=report.pk)
    assert everything() == before


def everything() -> list[list[tuple[object, ...]]]:
    models = (Report, Making, Part, Figure, Drawing, Example, Document, Event)
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]


def test_making_what_has_been_discarded_does_nothing(cast: Cast) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    discard_draft(case=report)
    assert not make_report(report_id=report.pk)


@pytest.mark.usefixtures("quick")
def test_the_progress_never_goes_backward_and_ends_full(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, indicators: list[Indicator]
) -> None:
    seen: list[tuple[str, int]] = []
    show = making_of.Watch.show

    def remember(own: making_of.Watch, stage: Stage, done: int, problem: str = "") -> None:
        show(own, stage, done, problem)
        seen.append((stage, done))

    monkeypatch.setattr(making_of.Watch, "show", remember)
    report = order_report(year=YEAR, by=cast.controller)
    make_report(report_id=report.pk)
    total = 2 * len(indicators) + 2
    assert [done for _stage, done in seen] == [0, 1, 2, 3, 3, 4, 5, 6, 7]
    assert [stage for stage, _done in seen] == [Stage.COUNTING] * 4 + [Stage.DRAWING] * 3 + [Stage.PRINTING] * 2
    assert (Making.objects.get(report=report).done, Making.objects.get(report=report).total) == (total, total)


# ── Ordering ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_report_is_ordered_once_even_by_two_at_the_same_moment(cast: Cast) -> None:
    gate = Barrier(4)

    def order(_number: int) -> bool:
        try:
            gate.wait()
            order_report(year=YEAR, by=cast.controller)
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(order, range(4))) == [False, False, False, True]
    assert Report.objects.count() == Making.objects.count() == 1


@pytest.mark.parametrize("year", [1999, this_year() + 1])
def test_a_year_that_has_not_begun_is_refused_with_a_sentence(cast: Cast, year: int) -> None:
    with pytest.raises(Refused) as refusal:
        order_report(year=year, by=cast.controller)
    assert refusal.value.verdict.reasons[0].field == "year"
    assert Report.objects.count() == 0


@pytest.mark.usefixtures("quick")
def test_a_new_version_needs_a_reason_and_follows_the_one_before(cast: Cast) -> None:
    first = frozen(cast)
    with pytest.raises(Refused) as refusal:
        order_report(year=YEAR, by=cast.controller, reason="  ")
    assert refusal.value.verdict.reasons[0].field == "reason"
    second = order_report(year=YEAR, by=cast.controller, reason="Två ärenden kom till efter årsskiftet.")
    assert (second.edition, second.before) == (2, first)


# ── Cancelling ───────────────────────────────────────────────────────────────────────────────────────────────────────


def when(name: str, monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Do something the moment before a step of the making."""
    place = drawing if name == "chart_of" else making_of
    step = getattr(place, name)

    def first(*args: object, **kwargs: object) -> object:
        act()
        return step(*args, **kwargs)

    monkeypatch.setattr(place, name, first)


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("step", ["count_year", "chart_of", "report_sheets", "_freeze"])
def test_a_cancelled_report_stops_at_the_next_step_and_nothing_is_frozen(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    when(step, monkeypatch, lambda: Making.objects.filter(report=report).update(stage=Stage.CANCELLED))
    make_report(report_id=report.pk)
    assert stage_of(report) == (Stage.CANCELLED, "")
    assert Report.objects.get(pk=report.pk).is_draft
    assert Document.objects.count() == Event.objects.count() == 0


@pytest.mark.usefixtures("quick")
def test_what_is_done_cannot_be_cancelled(cast: Cast) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    make_report(report_id=report.pk)
    with pytest.raises(Refused):
        cancel_report(report=report)
    assert stage_of(report)[0] == Stage.DONE


@pytest.mark.usefixtures("quick")
def test_a_cancelled_report_can_be_ordered_again_and_is_counted_anew(cast: Cast) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    with pytest.MonkeyPatch.context() as patch:
        when("report_sheets", patch, lambda: cancel_report(report=report))
        make_report(report_id=report.pk)
    idea("SOS")
    assert order_report(year=YEAR, by=cast.coordinator) == report
    make_report(report_id=report.pk)
    report = Report.objects.get(pk=report.pk)
    assert (report.edition, report.state, report.owner) == (1, ReportState.FROZEN, cast.coordinator)
    assert figure(report, RECEIVED.key).value == 1


# ── Failing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(5, 25)
@pytest.mark.usefixtures("quick")
def test_work_that_fails_every_time_ends_as_failed_and_not_in_a_loop(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making_of, "report_sheets", divide_by_zero)
        for _attempt in range(MOST_ATTEMPTS):
            with pytest.raises(ZeroDivisionError):
                make_report(report_id=report.pk)
            assert stage_of(report) == (Stage.PRINTING, "")
        make_report(report_id=report.pk)
        assert stage_of(report) == (Stage.FAILED, Problem.STOPPED)
    assert not make_report(report_id=report.pk)
    order_report(year=YEAR, by=cast.controller)
    make_report(report_id=report.pk)
    assert stage_of(report) == (Stage.DONE, "")


def divide_by_zero(report: Report) -> bytes:
    return bytes(1 // 0)


@pytest.mark.trust(25)
@pytest.mark.usefixtures("quick")
def test_work_that_wants_more_memory_than_it_may_have_fails_with_a_sentence(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    monkeypatch.setattr(making_of, "report_sheets", lambda report: bytes(3_000_000_000))
    report = order_report(year=YEAR, by=cast.controller)
    make_report(report_id=report.pk)
    assert stage_of(report) == (Stage.FAILED, Problem.TOO_LARGE)
    assert len(bytes(2_000_000_000)) == 2_000_000_000, "the ceiling is gone when the work is"


@pytest.mark.trust(25)
@pytest.mark.usefixtures("quick")
def test_work_that_takes_too_long_fails_with_a_sentence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def run_out_of_time(report: Report) -> bytes:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(making_of, "report_sheets", run_out_of_time)
    report = order_report(year=YEAR, by=cast.controller)
    make_report(report_id=report.pk)
    assert stage_of(report) == (Stage.FAILED, Problem.TOO_LONG)


@pytest.mark.usefixtures("quick")
def test_files_of_a_freezing_that_failed_are_taken_away(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str] = []

    def fail(report: Report, move: str, *, person: None) -> None:
        names.extend(Document.objects.values_list("file", flat=True))
        raise ZeroDivisionError

    monkeypatch.setattr(making_of, "perform", fail)
    report = order_report(year=YEAR, by=cast.controller)
    with pytest.raises(ZeroDivisionError):
        make_report(report_id=report.pk)
    storage = Document._meta.get_field("file").storage
    assert [storage.exists(name) for name in names] == [False, False]
    assert Document.objects.count() == 0


def test_a_worker_goes_on_from_what_another_has_counted_and_drawn(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    introduced("SOS")
    report = order_report(year=YEAR, by=cast.controller)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making_of, "report_sheets", divide_by_zero)
        with pytest.raises(ZeroDivisionError):
            make_report(report_id=report.pk)
    counted_at, drawn = Report.objects.get(pk=report.pk).counted_at, set(Drawing.objects.values_list("pk", flat=True))
    idea("SOS")

    def draw_no_more(*args: object) -> Chart:
        raise AssertionError("it was drawn already")

    monkeypatch.setattr(drawing, "chart_of", draw_no_more)
    make_report(report_id=report.pk)
    report = Report.objects.get(pk=report.pk)
    assert (report.counted_at, report.state) == (counted_at, ReportState.FROZEN)
    assert set(Drawing.objects.values_list("pk", flat=True)) == drawn
    assert figure(report, RECEIVED.key).value == 1


def test_who_draws_sends_the_printing_on_and_another_prints(cast: Cast) -> None:
    introduced("SOS")
    report, sent = order_report(year=YEAR, by=cast.controller), list[int]()
    assert make_report(report_id=report.pk, hand_over=sent.append)
    assert (sent, stage_of(report)[0], Document.objects.count()) == ([report.pk], Stage.PRINTING, 0)
    assert Drawing.objects.filter(report=report).exists()
    assert Making.objects.get().attempts == 0

    code = "import sys; from followup import making; print(*{'altair', 'vl_convert'} & sys.modules.keys())"
    loaded = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {code}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == [], "who prints carries nothing that draws"
    assert make_report(report_id=report.pk, hand_over=sent.append)
    assert (sent, stage_of(report)[0]) == ([report.pk], Stage.DONE)


# ── Taking up ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_only_one_is_at_work_and_the_hold_ends_with_its_connection(cast: Cast) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    with watch(report.pk) as first:
        assert first is not None
        with watch(report.pk) as second:
            assert second is None
        assert not make_report(report_id=report.pk)

    def is_free() -> bool:
        with watch(report.pk) as third:
            return third is not None

    wait_until(is_free, 10, "the connection is closed, and PostgreSQL lets the lock go when its backend has noticed")


@pytest.mark.trust(5)
def test_what_nobody_has_touched_for_a_while_is_sent_to_the_workers_again_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    monkeypatch.setattr("followup.tasks.make.delay", sent.append)
    for year, age, stage in (
        (2021, QUIET * 2, Stage.WAITING),
        (2022, QUIET * 2, Stage.PRINTING),
        (2023, timedelta(), Stage.COUNTING),
        (2024, QUIET * 2, Stage.CANCELLED),
        (2025, QUIET * 2, Stage.FAILED),
    ):
        report = order_report(year=year, by=cast.controller)
        Making.objects.filter(report=report).update(stage=stage, touched_at=timezone.now() - age)
    resume_reports()
    assert sent == list(Report.objects.filter(year__in=(2021, 2022)).order_by("year").values_list("pk", flat=True))
    resume_reports()
    assert len(sent) == 2
