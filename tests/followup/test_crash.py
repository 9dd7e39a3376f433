"""Workers are killed with SIGKILL wherever a report can be half made. What holds: one finished report, not two and not none.

A table is locked at the place in question, so that the worker stands still there while it is killed. A worker costs seconds to start,
so one story goes through all places.
"""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from followup.actions import order_report
from followup.making import MOST_ATTEMPTS
from followup.models import Drawing, Figure, Making, Report
from followup.states import Problem, ReportState, Stage
from followup.tasks import QUIET
from portal.cases.models import DiaryEntry, Document, Event
from tests.cast import Cast, signed_in
from tests.followup.samples import RECEIVED, YEAR, figure, introduced
from tests.followup.standstill import LONG, Standstill, sending_to
from tests.resilience.parts import House, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MAKE, RESUME = "followup.tasks.make", "followup.tasks.resume_reports"
COUNTING = "followup_part", "ACCESS EXCLUSIVE"
LATER = {
    "half-way through the figures": ("followup_example", "SHARE"),
    "between the figures and the charts": ("followup_drawing", "SHARE"),
    "when the files are kept": ("cases_document", "SHARE"),
    "in the middle of freezing": ("cases_diaryentry", "SHARE"),
}


def wait_until_done(report: Report) -> None:
    wait_until(lambda: not Making.objects.get(report=report).under_way, LONG, "the report is not done")


def resume(house: House, report: Report) -> None:
    """As beat does, when a while has passed since a worker was heard of."""
    making = Making.objects.get(report=report)
    Making.objects.filter(report=report).update(touched_at=making.touched_at - QUIET - timedelta(seconds=1))
    house.send(RESUME)


def forget_attempts(report: Report) -> None:
    Making.objects.filter(report=report).update(attempts=0)


def assert_nothing_is_official(report: Report) -> None:
    assert Making.objects.get().under_way
    assert Event.objects.filter(case=report).count() == Document.objects.count() == 0


def assert_one_finished_report() -> None:
    report = Report.objects.get()
    assert (report.state, Making.objects.get().stage) == (ReportState.FROZEN, Stage.DONE)
    assert list(Event.objects.filter(case=report).values_list("move", flat=True)) == ["freeze"]
    assert DiaryEntry.objects.filter(case=report).count() == 1
    files = Document.objects.filter(case=report).order_by("content_type")
    assert [file.name.rpartition(".")[2] for file in files] == ["pdf", "xlsx"]
    assert {file.pk for file in files} == {report.pdf_id, report.xlsx_id}
    whole, part = figure(report, RECEIVED.key), figure(report, RECEIVED.key, "SOS")
    assert whole.value == part.value == part.count == 1
    assert Figure.objects.filter(report=report, indicator__key=RECEIVED.key, count__gt=0).count() == 2
    assert Drawing.objects.filter(report=report, indicator__key=RECEIVED.key).count() == 2


@pytest.mark.trust(5)
@pytest.mark.strategy("B5-11b")
def test_workers_killed_everywhere_lead_to_one_finished_report(cast: Cast, house: House) -> None:
    introduced("SOS")
    report = order_report(year=YEAR, by=cast.controller)
    with ExitStack() as places:
        place = places.enter_context(Standstill(*COUNTING))
        first = house.worker("reports,default")
        house.send(MAKE, report.pk)
        place.wait()

        second = house.worker("reports,default")
        house.send(MAKE, report.pk)
        second.wait_for("succeeded")  # it left the report to the first
        first.kill()
        resume(house, report)
        place.wait(2)
        for table, mode in LATER.values():
            assert_nothing_is_official(report)
            following = places.enter_context(Standstill(table, mode))
            second.kill_children()
            place.end()
            forget_attempts(report)
            place = following
            place.wait()
        assert_nothing_is_official(report)
        second.kill_children()
    wait_until_done(report)
    assert_one_finished_report()

    house.send(MAKE, report.pk)  # as the broker does with the first worker's message after its visibility timeout
    house.send(RESUME)
    wait_until(lambda: not house.broker.waiting(), LONG, "messages are left")
    assert_one_finished_report()


@pytest.mark.trust(5, 25, 26)
def test_a_report_that_kills_its_worker_each_time_is_given_up_with_a_sentence_and_can_be_ordered_again(
    cast: Cast, house: House
) -> None:
    introduced("SOS")
    controller = signed_in(cast.controller)
    house.broker.kill()
    with sending_to(house.broker.url):
        assert controller.post("/uppfoljning/", {"year": YEAR}).status_code == 302  # the page does not wait for it
    house.broker.start()
    report = Report.objects.get()
    assert (Making.objects.get().stage, house.broker.waiting().total()) == (Stage.WAITING, 0)

    worker = house.worker("reports,default")
    with Standstill(*COUNTING) as place:
        resume(house, report)
        for attempt in range(MOST_ATTEMPTS):
            place.wait(attempt + 1)
            worker.kill_children()
        wait_until_done(report)
    making = Making.objects.get()
    assert (making.stage, making.problem, making.attempts) == (Stage.FAILED, Problem.STOPPED, MOST_ATTEMPTS)
    page = controller.get(f"/uppfoljning/{YEAR}/1/", headers={"accept-language": "en"}).content.decode()
    assert str(Problem.STOPPED.label) in page

    with sending_to(house.broker.url):
        controller.post("/uppfoljning/", {"year": YEAR})
    wait_until_done(report)
    assert_one_finished_report()
