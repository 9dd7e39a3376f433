"""Figures about people: frozen as they are, and shown without small numbers wherever a report is published or printed."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import DjangoAssertNumQueries

from followup.drawing import chart_of
from followup.models import Report
from followup.printing import as_paper, report_sheets
from followup.queries import Snapshot, differences
from followup.tables import told
from ideas.models import Idea
from ideas.states import IdeaType
from portal.cases.moving import perform
from portal.indicators.registry import register
from portal.organisation.models import Unit
from tests.cast import Cast, signed_in
from tests.followup.samples import RECEIVED, YEAR, figure, frozen, idea, published, split

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("groups")]

TYPES = (IdeaType.SERVICE, IdeaType.PROCESS, IdeaType.PRODUCT)


@pytest.fixture
def groups(indicators: object) -> None:
    """The ideas received split by three types, as if those were people."""
    for kind in TYPES:
        register(split(kind, of_type(kind)))


def of_type(kind: IdeaType) -> Callable[[int], Any]:
    return lambda year: Idea.objects.filter(opened_at__year=year, type=kind)


@pytest.fixture
def counts(cast: Cast) -> None:
    """One at SOS, eleven at DS: of one type one, of the next five, of the last six. Of RECEIVED, all are shown."""
    idea("SOS", type=IdeaType.SERVICE)
    for kind in [IdeaType.PROCESS] * 5 + [IdeaType.PRODUCT] * 6:
        idea("DS", type=kind)


HIDDEN = {"": ["..", "..", "6"], "SOS": ["..", "..", ".."], "DS": ["..", "..", ".."]}
TRUE = {"": ["1", "5", "6"], "SOS": ["1", "0", "0"], "DS": ["0", "5", "6"]}


def numbers(client: Client, url: str) -> dict[str, list[str]]:
    """By the heading of each row in the tables of a page: what its cells say."""
    page = html.fromstring(client.get(url).content)
    return {
        row.find("th").text_content().strip(): [cell.text_content() for cell in row.findall("td")]
        for row in page.xpath("//tbody/tr")
    }


def on_pages(client: Client, report: Report) -> dict[str, list[str]]:
    """The values of the three groups, as the pages of the Region and of two parts show them."""
    found = {}
    for code in HIDDEN:
        page, unit = ("part", [Unit.objects.get(code=code).pk]) if code else ("report", [])
        rows = numbers(client, reverse(f"followup:{page}", args=[report.year, report.edition, *unit]))
        value, _previous, count = zip(*(rows[kind.value] for kind in TYPES), strict=True)
        assert value == count
        found[code] = list(value)
    return found


@pytest.mark.usefixtures("counts")
def test_small_numbers_are_there_for_who_reviews_a_report_and_for_nobody_once_it_is_published(cast: Cast) -> None:
    report = frozen(cast)
    controller = signed_in(cast.controller)
    assert on_pages(controller, report) == on_pages(signed_in(cast.coordinator), report) == TRUE
    perform(report, "publish", person=cast.controller)
    assert (
        on_pages(controller, report) == on_pages(signed_in(cast.author), report) == on_pages(Client(), report) == HIDDEN
    )
    assert figure(report, "service", "SOS").value == len(figure(report, "service", "SOS").cases) == 1


@pytest.mark.usefixtures("counts")
def test_the_page_of_a_figure_shows_dots_and_says_what_they_mean(cast: Cast) -> None:
    published(cast)
    url, units = f"/uppfoljning/{YEAR}/1/tal/service/", {unit.code: unit.name for unit in Unit.objects.all()}
    page = numbers(Client(), url)
    shown = {code: page[units[code]] for code in ("SOS", "DS", "KAR")}
    assert shown == {"SOS": ["..", "0", ".."], "DS": ["..", "0", ".."], "KAR": ["0", "0", "0"]}
    explained = [
        b"prickar (..)" in Client().get(f"/uppfoljning/{YEAR}/1/tal/{key}/").content
        for key in ("service", RECEIVED.key)
    ]
    assert explained == [True, False]


@pytest.mark.usefixtures("counts")
def test_files_and_charts_are_printed_without_small_numbers(cast: Cast) -> None:
    report = frozen(cast)

    rows = openpyxl.load_workbook(BytesIO(report_sheets(report))).worksheets[0].values
    sheet = {(row[1], row[2]): row[4:] for row in rows}
    region, sos = str(Snapshot(report).region), "Södersjukhuset AB"
    assert [sheet[kind.value, region][0] for kind in TYPES] == ["..", "..", 6]
    assert {sheet[kind.value, sos] for kind in TYPES} == {("..", 0, "..", "..")}

    paper = as_paper(report)
    printed = {
        (part.unit_name, one.key): (one.shown, one.change)
        for part in paper.parts for section in part.sections for one in section.figures
    }  # fmt: skip
    assert [printed[region, kind.value] for kind in TYPES] == [("..", ""), ("..", ""), ("6", "+6")]
    assert {printed[sos, kind.value] for kind in TYPES} == {("..", "")}
    tables = [
        one.table
        for section in paper.parts[0].sections
        for one in section.figures
        if one.table and one.key == "service"
    ]
    assert {row[0]: row[1] for table in tables for row in table.rows if row[1]} == {
        sos: "..",
        "Danderyds Sjukhus AB": "..",
    }
    assert ".." not in [one.shown for one in paper.highlights]

    snapshot = Snapshot(report)
    drawn = {indicator.key: chart_of(snapshot, indicator) for indicator in snapshot.indicators}
    assert [drawn[kind.value] for kind in TYPES] == [None, None, None]
    assert drawn[RECEIVED.key] is not None


@pytest.mark.usefixtures("counts")
def test_what_differs_between_versions_tells_nothing_of_what_both_hide(cast: Cast) -> None:
    published(cast)
    idea("SOS", type=IdeaType.SERVICE)
    report = published(cast, reason="Ett ärende till.")
    lines = {told(difference)[:2] for difference in differences(Snapshot(report))}
    assert lines == {("Inkomna idéer", str(part)) for part in Snapshot(report).parts[:1]} | {
        ("Inkomna idéer", "Södersjukhuset AB")
    }


@pytest.mark.usefixtures("counts")
def test_of_many_differences_the_first_are_told_those_of_the_region_before_all_and_the_workbook_has_every_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followup.printing.MOST_DIFFERENCES", 1)
    monkeypatch.setattr("followup.views.reading.MOST_DIFFERENCES", 1)
    published(cast)
    idea("SOS", type=IdeaType.SERVICE)
    report = published(cast, reason="Ett ärende till.")
    paper = as_paper(report)
    assert [one.unit_name for one in paper.differences] == [str(Snapshot(report).region)]
    assert paper.more_differences == 1
    page = Client().get(reverse("followup:report", args=[YEAR, report.edition])).text
    assert "Ytterligare 1 skillnad står i kalkylbladet." in page
    rows = list(openpyxl.load_workbook(BytesIO(report_sheets(report)))["Det som skiljer"].values)
    assert [row[1] for row in rows[1:]] == [str(Snapshot(report).region), "Södersjukhuset AB"]


@pytest.mark.usefixtures("counts")
def test_figures_about_people_cost_a_page_no_query_more(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    published(cast)
    for url, queries in ((f"/uppfoljning/{YEAR}/1/", 6), (f"/uppfoljning/{YEAR}/1/tal/service/", 5)):
        with django_assert_num_queries(queries):
            Client().get(url)
