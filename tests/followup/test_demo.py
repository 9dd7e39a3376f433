"""The demo's annual report: made and published at its own time, once, whatever happens to the runs that make it."""

import pytest

from followup.actions import cancel_report, order_report
from followup.demo import CLOSED, tell
from followup.making import MOST_ATTEMPTS
from followup.models import Making, Report
from portal.demo.people import Cast, make_cast, read_cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(transactional_db: None) -> Cast:
    make_cast(password="-")
    return read_cast()


def test_the_closed_year_has_a_report_even_after_runs_that_were_killed(people: Cast) -> None:
    order_report(year=CLOSED, by=people["controller"])
    Making.objects.update(attempts=MOST_ATTEMPTS)
    said: list[str] = []
    tell(people, said.append)
    tell(people, said.append)

    report = Report.objects.get(year=CLOSED)
    assert report.published_at is not None
    assert (report.published_at.year, report.published_at.month) == (CLOSED + 1, 2)
    assert report.documents.filter(content_type="application/pdf").count() == 1
    assert len(said) == 2, "the second time there is nothing to tell"


def test_what_somebody_cancels_stays_cancelled(people: Cast) -> None:
    cancel_report(report=order_report(year=CLOSED, by=people["controller"]))
    tell(people, pytest.fail)

    assert Report.objects.get(year=CLOSED).published_at is None
