"""Workers are killed with SIGKILL wherever a report can be half made. What holds: one finished report, not two and not none.

A table is locked at the place in question, so that the worker stands still there while it is killed.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta

import psycopg2
import pytest
from django.db import connection

from followup.actions import order_report
from followup.making import MOST_ATTEMPTS
from followup.models import Drawing, Figure, Making, Report
from followup.states import Problem, ReportState, Stage
from followup.tasks import QUIET
from portal.cases.models import DiaryEntry, Document, Event
from portal.celery import app
from tests.cast import Cast, signed_in
from tests.database import at
from tests.followup.samples import RECEIVED, YEAR, figure, idea, introduced
from tests.resilience.parts import House, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.trust(5)]

MAKE, RESUME = "followup.tasks.make", "followup.tasks.resume_reports"
LONG = 120  # seconds; a report of three indicators takes about ten on a machine at rest
PLACES = {
    "before the first figure": ("followup_part", "ACCESS EXCLUSIVE"),
    "half-way through the figures": ("followup_example", "SHARE"),
    "between counting and drawing": ("followup_drawing", "ACCESS EXCLUSIVE"),
    "half-way through the charts": ("followup_drawing", "SHARE"),
    "when the files are kept": ("cases_document", "SHARE"),
    "in the middle of freezing": ("cases_diaryentry", "SHARE"),
}


@contextmanager
def standstill(table: str, mode: str) -> Iterator[None]:
    """A lock on a table, which the worker comes to and waits for."""
    with closing(psycopg2.connect(at(os.environ["DATABASE_OWNER_URL"], connection.settings_dict["NAME"]))) as link:
        with link.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {table} IN {mode} MODE")
        yield


def wait_at(table: str, waiting: int = 1) -> None:
    def found() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted", [table])
            return bool(cursor.fetchone()[0] == waiting)

    wait_until(found, LONG, f"no worker comes to {table}")


def ordered(cast: Cast) -> Report:
    introduced("SOS")
    return order_report(year=YEAR, by=cast.controller)


def wait_until_done(report: Report) -> None:
    wait_until(lambda: not Making.objects.get(report=report).under_way, LONG, "the report is not done")


def make_quiet(report: Report) -> None:
    """As if a while had passed since a worker was heard of."""
    making = Making.objects.get(report=report)
    Making.objects.filter(report=report).update(touched_at=making.touched_at - QUIET - timedelta(seconds=1))


def assert_one_finished_report(report: Report) -> None:
    report = Report.objects.get()
    assert (report.state, Making.objects.get().stage) == (ReportState.FROZEN, Stage.DONE)
    assert list(Event.objects.filter(case=report).values_list("move", flat=True)) == ["freeze"]
    assert DiaryEntry.objects.filter(case=report).count() == 1
    files = Document.objects.filter(case=report).order_by("content_type")
    assert [file.name.rpartition(".")[2] for file in files] == ["pdf", "xlsx"]
    assert {file.pk for file in files} == {report.pdf_id, report.xlsx_id}
    assert (
        figure(report, RECEIVED.key).value
        == Figure.objects.get(report=report, indicator__key=RECEIVED.key, part__unit__code="SOS").count
        == 1
    )
    assert Drawing.objects.filter(report=report, indicator__key=RECEIVED.key).count() == 2


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_killed_anywhere_leads_to_one_finished_report(cast: Cast, house: House, place: str) -> None:
    report = ordered(cast)
    table, mode = PLACES[place]
    worker = house.worker("reports,default")
    with standstill(table, mode):
        house.send(MAKE, report.pk)
        wait_at(table)
        worker.kill()
    assert Making.objects.get().under_way
    assert Event.objects.filter(case=report).count() == Document.objects.count() == 0

    house.worker("reports,default")
    make_quiet(report)
    house.send(RESUME)
    wait_until_done(report)
    assert_one_finished_report(report)
    house.send(MAKE, report.pk)  # the broker hands out the first message again after its visibility timeout
    house.send(RESUME)
    wait_until_idle(house)
    assert_one_finished_report(report)


def wait_until_idle(house: House) -> None:
    wait_until(lambda: not house.broker.waiting(), LONG, "messages are left")


def test_a_killed_child_is_followed_by_another_at_once(cast: Cast, house: House) -> None:
    report = ordered(cast)
    worker = house.worker("reports")
    with standstill("cases_document", "SHARE"):
        house.send(MAKE, report.pk)
        wait_at("cases_document")
        worker.kill_children()
    wait_until_done(report)
    assert Making.objects.get().attempts == 2
    assert_one_finished_report(report)


def test_two_workers_at_once_make_one_report(cast: Cast, house: House) -> None:
    report = ordered(cast)
    workers = [house.worker("reports"), house.worker("reports")]
    with standstill("followup_part", "ACCESS EXCLUSIVE"):
        house.send(MAKE, report.pk)
        wait_at("followup_part")
        house.send(MAKE, report.pk)
        wait_until(
            lambda: any("succeeded" in worker.log.read_text() for worker in workers), LONG, "the second worker waits"
        )
    wait_until_done(report)
    assert Making.objects.get().attempts == 1
    assert_one_finished_report(report)


def test_a_report_that_kills_its_worker_each_time_is_given_up_with_a_sentence(cast: Cast, house: House) -> None:
    report = ordered(cast)
    worker = house.worker("reports")
    with standstill("followup_part", "ACCESS EXCLUSIVE"):
        house.send(MAKE, report.pk)
        for attempt in range(MOST_ATTEMPTS):
            wait_at("followup_part", attempt + 1)  # the server keeps the place of those who have died
            worker.kill_children()
        wait_until_done(report)
    making = Making.objects.get()
    assert (making.stage, making.problem, making.attempts) == (Stage.FAILED, Problem.STOPPED, MOST_ATTEMPTS)
    page = signed_in(cast.controller).get(f"/uppfoljning/{YEAR}/1/", headers={"accept-language": "en"}).content.decode()
    assert str(Problem.STOPPED.label) in page


@pytest.mark.trust(25)
def test_work_that_takes_too_long_fails_with_a_sentence(cast: Cast, house: House) -> None:
    house.worker("reports")
    first = ordered(cast)
    house.send(MAKE, first.pk)  # so that everything is loaded when the clock starts
    wait_until_done(first)
    second = order_report(year=YEAR - 1, by=cast.controller)
    house.send(MAKE, second.pk, soft_time_limit=1, time_limit=60)
    wait_until_done(second)
    making = Making.objects.get(report=second)
    assert (making.stage, making.problem) == (Stage.FAILED, Problem.TOO_LONG)


@pytest.mark.trust(25)
def test_work_that_outlives_the_hard_limit_is_killed_and_taken_up_again(cast: Cast, house: House) -> None:
    report = ordered(cast)
    worker = house.worker("reports,default")
    with standstill("followup_part", "ACCESS EXCLUSIVE"):
        house.send(MAKE, report.pk, soft_time_limit=1, time_limit=2)
        wait_at("followup_part")
        worker.wait_for("Hard time limit")
    make_quiet(report)
    house.send(RESUME)
    wait_until_done(report)
    assert_one_finished_report(report)


@pytest.mark.trust(25)
def test_a_worker_that_may_have_too_little_memory_fails_with_a_sentence(cast: Cast, house: House) -> None:
    house.environment["REPORT_MEMORY_MB"] = "1"
    report = ordered(cast)
    house.worker("reports")
    house.send(MAKE, report.pk)
    wait_until_done(report)
    making = Making.objects.get()
    assert making.stage == Stage.FAILED
    assert making.problem in (Problem.TOO_LARGE, Problem.STOPPED)


@pytest.mark.trust(26)
def test_an_order_given_while_the_broker_is_away_is_made_when_it_is_back(cast: Cast, house: House) -> None:
    idea("SOS")
    house.broker.kill()
    with sending_to(house.broker.url):
        answer = signed_in(cast.controller).post("/uppfoljning/", {"year": YEAR})
    assert answer.status_code == 302
    assert Making.objects.get().stage == Stage.WAITING

    house.broker.start()
    house.worker("reports,default")
    assert not house.broker.waiting(), "nothing was sent"
    make_quiet(Report.objects.get())
    house.send(RESUME)
    wait_until_done(Report.objects.get())
    assert Report.objects.get().state == ReportState.FROZEN


@contextmanager
def sending_to(url: str) -> Iterator[None]:
    """What this process sends goes to another broker."""
    before = app.conf.broker_url
    try:
        app.conf.broker_url, app.amqp._producer_pool = url, None
        with app.connection_for_write() as link:
            assert link.as_uri(include_password=True).startswith(url.rpartition("/")[0])
        yield
    finally:
        app.conf.broker_url, app.amqp._producer_pool = before, None
