"""The making of a report as the controller sees it, on a real worker."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from followup.models import Making, Report
from followup.states import ReportState, Stage
from tests.cast import Cast, gather
from tests.followup.samples import INDICATORS, YEAR, introduced
from tests.followup.standstill import LONG, Standstill, sending_to
from tests.resilience.parts import House, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators")]


@pytest.fixture
def people(transactional_db: None) -> Cast:
    return gather()


@pytest.mark.strategy("B5-11b")
def test_the_bar_moves_survives_a_reload_and_is_cancelled_and_ends_in_the_report(
    people: Cast, open_page: Callable[..., Page], house: House
) -> None:
    introduced("SOS")
    page = open_page(people.controller, locale="en")
    with Standstill("followup_drawing", "SHARE") as place, sending_to(house.broker.url):
        page.goto("/uppfoljning/")
        page.get_by_label("Year").select_option(str(YEAR))
        page.get_by_role("button", name="Make the report").click()
        bar = page.get_by_role("progressbar", name="Waiting for its turn")
        expect(bar).to_have_attribute("value", "0")

        worker = house.worker("reports")
        bar = page.get_by_role("progressbar", name="Drawing the charts")
        expect(bar).to_have_attribute("value", str(len(INDICATORS)), timeout=LONG * 1000)
        expect(bar).to_have_attribute("max", str(2 * len(INDICATORS) + 2))
        page.reload()
        expect(bar).to_have_attribute("value", str(len(INDICATORS)))

        page.get_by_role("button", name="Cancel the making").click()
        expect(page.get_by_text("No figure was frozen")).to_be_visible()
        place.end()
        worker.wait_for("succeeded")
        assert (Making.objects.get().stage, Report.objects.get().state) == (Stage.CANCELLED, ReportState.DRAFT)

        page.get_by_role("button", name="Make the report again").click()
        expect(page.get_by_role("link", name="The report as PDF")).to_be_visible(timeout=LONG * 1000)
    wait_until(lambda: Report.objects.get().state == ReportState.FROZEN, 5, "the report is not frozen")
    with page.expect_download() as download:
        page.get_by_role("link", name="The report as PDF").click()
    assert download.value.suggested_filename == f"innovationsuppfoljning-{YEAR}-v1.pdf"
