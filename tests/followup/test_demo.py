"""The demo's annual report: made and published at its own time, once."""

import pytest

from followup.demo import CLOSED, tell
from followup.models import Report
from portal.demo.people import make_cast, read_cast


@pytest.mark.django_db(transaction=True)
def test_the_closed_year_has_a_report_that_everyone_may_read() -> None:
    make_cast(password="-", staff_per_unit=6)
    said: list[str] = []
    tell(read_cast(), said.append)
    tell(read_cast(), said.append)

    report = Report.objects.get(year=CLOSED)
    assert report.published_at is not None
    assert (report.published_at.year, report.published_at.month) == (CLOSED + 1, 2)
    assert report.documents.filter(content_type="application/pdf").count() == 1
    assert len(said) == 2, "the second time there is nothing to tell"
