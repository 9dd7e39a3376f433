"""The pages: who reads what, and each figure opened into its cases."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from followup.actions import cancel_report, order_report
from followup.models import Drawing, FrozenIndicator, Making, Report
from followup.states import Problem, Stage
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.cases.states import Confidentiality
from portal.organisation.models import Unit
from tests.cast import Cast, signed_in
from tests.days import this_year
from tests.followup.samples import RECEIVED, YEAR, counted, freeze, frozen, idea, introduced, published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators")]


def addresses(report: Report) -> dict[str, str]:
    """Every address of one report that is read, by the name of its page."""
    at = [report.year, report.edition]
    unit = Unit.objects.get(code="SOS")
    return {
        "report": reverse("followup:report", args=at),
        "progress": reverse("followup:progress", args=at),
        "pdf": reverse("followup:file", args=[*at, "pdf"]),
        "xlsx": reverse("followup:file", args=[*at, "xlsx"]),
        "part": reverse("followup:part", args=[*at, unit.pk]),
        "figure": reverse("followup:figure", args=[*at, RECEIVED.key]),
        "figure of a unit": reverse("followup:figure", args=[*at, RECEIVED.key]) + f"?enhet={unit.pk}",
        "chart": reverse("followup:chart", args=[*at, RECEIVED.key, "sv"]),
        "year": reverse("followup:year", args=[report.year]),
    }


def with_chart(report: Report) -> Report:
    indicator = FrozenIndicator.objects.get(report=report, key=RECEIVED.key)
    for language in ("sv", "en"):
        Drawing.objects.create(report=report, indicator=indicator, language=language, svg="<svg/>", alt="Ett")
    return report


def opened_by(person: object, report: Report) -> set[str]:
    """Names of the pages that answer the person with something else than 404."""
    client = signed_in(person) if person else Client()  # type: ignore[arg-type]  # a person or nobody
    found = {name: client.get(url) for name, url in addresses(report).items()}
    assert {answer.status_code for answer in found.values()} <= {200, 302, 404}
    for answer in found.values():
        answer.close()
    return {name for name, answer in found.items() if answer.status_code != 404}


@pytest.mark.trust(1)
def test_what_is_not_published_is_there_for_those_who_make_it_and_for_nobody_else(cast: Cast) -> None:
    introduced("SOS")
    report = freeze(with_chart(counted(cast.controller)), cast)
    everything = set(addresses(report))
    assert {name: opened_by(person, report) for name, person in cast} == {
        name: everything if name in ("controller", "coordinator") else set() for name, _person in cast
    }
    assert opened_by(None, report) == set()


def test_a_chart_is_kept_by_the_browser_only_when_its_report_is_published(cast: Cast) -> None:
    introduced("SOS")
    report = freeze(with_chart(counted(cast.controller)), cast)
    client, chart = signed_in(cast.controller), addresses(report)["chart"]

    before = client.get(chart)["Cache-Control"]
    perform(report, "publish", person=cast.controller)

    assert before == "private, no-store"
    assert "immutable" in client.get(chart)["Cache-Control"]


@pytest.mark.trust(1)
def test_a_published_report_is_everyones(cast: Cast) -> None:
    introduced("SOS")
    report = freeze(with_chart(counted(cast.controller)), cast)
    perform(report, "publish", person=cast.controller)
    everything = set(addresses(report))
    assert opened_by(None, report) == opened_by(cast.external, report) == opened_by(cast.outsider, report) == everything


@pytest.mark.trust(1)
def test_of_a_draft_there_is_only_its_progress_and_only_by_role(cast: Cast) -> None:
    introduced("SOS")
    report = with_chart(counted(cast.controller))
    assert opened_by(cast.controller, report) == {"report", "progress", "year"}
    assert opened_by(cast.author, report) == opened_by(None, report) == set()


def test_a_version_set_aside_goes_back_to_those_who_make_it(cast: Cast) -> None:
    report = frozen(cast)
    perform(report, "set_aside", person=cast.controller, data={"reason": "Ett fel i underlaget."})
    assert opened_by(None, report) == opened_by(cast.author, report) == set()
    assert "report" in opened_by(cast.controller, report)


NOT_THERE = (
    "/uppfoljning/2024/",
    "/uppfoljning/2025/2/",
    "/uppfoljning/99999999999999999999/1/",
    "/uppfoljning/2025/99999999999999999999/",
    "/uppfoljning/2025/1/rapport.exe",
    "/uppfoljning/2025/1/rapport.pk",
    "/uppfoljning/2025/1/enhet/99999999999999999999/",
    "/uppfoljning/2025/1/tal/saknas/",
    "/uppfoljning/2025/1/tal/sample_received/?enhet=0",
    "/uppfoljning/2025/1/tal/sample_received/?enhet=%00",
    "/uppfoljning/2025/1/tal/sample_used/diagram-sv.svg",
    "/uppfoljning/2025/1/tal/sample_received/diagram-xx.svg",
)


def test_what_is_not_there_is_not_found(cast: Cast) -> None:
    published(cast)
    assert {path: Client().get(path).status_code for path in NOT_THERE} == dict.fromkeys(NOT_THERE, 404)


def test_a_strange_place_to_go_on_from_harms_nothing(cast: Cast) -> None:
    introduced("SOS")
    published(cast)
    client, strange = signed_in(cast.author), ("0", "-1", "x", "%00", "9" * 40, "²")
    figure = "/uppfoljning/2025/1/tal/sample_received/?fore="
    assert {before: client.get(figure + before).status_code for before in strange} == dict.fromkeys(strange, 200)


def test_a_published_report_says_when_there_is_a_later_one_and_the_year_leads_to_it(cast: Cast) -> None:
    published(cast)
    assert Client().get("/uppfoljning/2025/")["Location"] == "/uppfoljning/2025/1/"
    second = frozen(cast, reason="Ett ärende till.")
    assert "/uppfoljning/2025/2/" not in Client().get("/uppfoljning/2025/1/").content.decode()
    perform(second, "publish", person=cast.controller)
    assert "/uppfoljning/2025/2/" in Client().get("/uppfoljning/2025/1/").content.decode()
    assert Client().get("/uppfoljning/2025/")["Location"] == "/uppfoljning/2025/2/"


# ── Figures and their cases ──────────────────────────────────────────────────────────────────────────────────────────


def cases_on(page: str) -> list[str]:
    return re.findall(r'href="/arenden/(PROV-[\d-]+)/"', page)


@pytest.mark.trust(3)
def test_the_cases_behind_a_figure_are_those_that_the_reader_may_see(cast: Cast) -> None:
    open_one = idea("SOS")
    closed_one = idea("SOS", confidentiality=Confidentiality.INTERNAL)
    for case in (open_one, closed_one):
        case.refresh_from_db()
    published(cast)
    url = "/uppfoljning/2025/1/tal/sample_received/"
    seen = {
        name: cases_on(client.get(url).content.decode())
        for name, client in {
            "nobody": Client(),
            "employee": signed_in(cast.author),
            "lead": signed_in(cast.lead),
        }.items()
    }
    assert seen == {"nobody": [], "employee": [open_one.key], "lead": [closed_one.key, open_one.key]}


def test_a_figure_says_that_cases_may_be_missing_from_its_list_whether_any_is_or_not(cast: Cast) -> None:
    idea("SOS")
    published(cast)
    for client in (Client(), signed_in(cast.author)):
        page = client.get("/uppfoljning/2025/1/tal/sample_received/", headers={"accept-language": "en"})
        assert "Cases that you may not see are not listed." in page.content.decode()


def test_the_cases_of_one_unit_are_listed_apart(cast: Cast) -> None:
    mine, _other = idea("SOS"), idea("DS")
    published(cast)
    unit = Unit.objects.get(code="SOS")
    page = signed_in(cast.author).get(f"/uppfoljning/2025/1/tal/sample_received/?enhet={unit.pk}").content.decode()
    assert cases_on(page) == [mine.key]


def test_the_cases_come_fifty_at_a_time_and_each_once(cast: Cast) -> None:
    made = [idea("SOS").key for _ in range(103)]
    published(cast)
    client, url, found = signed_in(cast.author), "/uppfoljning/2025/1/tal/sample_received/", []
    while True:
        page = client.get(url).content.decode()
        found.append(cases_on(page))
        more = re.search(r'href="(\?fore=\d+)#cases"', page)
        if more is None:
            break
        url = f"/uppfoljning/2025/1/tal/sample_received/{more[1]}"
    assert [len(page) for page in found] == [50, 50, 3]
    assert [key for page in found for key in page] == made[::-1]


def test_a_case_that_came_later_is_not_behind_the_frozen_figure(cast: Cast) -> None:
    before = idea("SOS")
    published(cast)
    idea("SOS")
    page = signed_in(cast.author).get("/uppfoljning/2025/1/tal/sample_received/").content.decode()
    assert cases_on(page) == [before.key]


@pytest.mark.strategy("B4-10", "B3-1")
def test_the_page_shows_every_unit_and_zero_as_zero(cast: Cast) -> None:
    idea("SOS")
    published(cast)
    unit = Unit.objects.get(code="DS")
    page = Client().get("/uppfoljning/2025/1/").content.decode()
    names = Unit.objects.current().exclude(kind__in=("forvaltning", "region")).values_list("name", flat=True)
    assert [name for name in names if name not in page] == []
    part = Client().get(f"/uppfoljning/2025/1/enhet/{unit.pk}/").content.decode()
    assert re.findall(r'class="number"[^>]*>([^<]*)</t[dh]>', part)[3:] != []
    assert ">0</td>" in part


@pytest.mark.parametrize("page", ["report", "part", "figure", "figure of a unit"])
def test_a_page_costs_the_same_queries_whatever_it_shows(
    cast: Cast, page: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    costs = {"report": 10, "part": 5, "figure": 5, "figure of a unit": 5}
    published(cast)
    for cases in (1, 3):
        for _ in range(cases):
            introduced("SOS")
        url = addresses(published(cast, reason="Fler ärenden."))[page]
        with django_assert_num_queries(costs[page]):
            assert Client().get(url).status_code == 200


def test_the_cases_behind_a_figure_cost_the_same_queries_for_one_as_for_more_than_a_page(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    published(cast)
    lead, external = signed_in(cast.lead), signed_in(cast.external)
    for cases, shown in ((1, 1), (60, 50)):
        for _ in range(cases):
            idea("SOS")
        url = addresses(published(cast, reason="Fler ärenden."))["figure"]
        with django_assert_num_queries(11):
            assert len(cases_on(lead.get(url).content.decode())) == shown
        with django_assert_num_queries(10):
            assert len(cases_on(external.get(url).content.decode())) == 0


def test_the_list_costs_the_same_queries_for_one_report_as_for_three(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = signed_in(cast.controller)
    for year in (2023, 2024, 2025):
        published(cast, year)
        if year != 2024:
            with django_assert_num_queries(5):
                assert client.get("/uppfoljning/").status_code == 200


# ── Making ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_list_has_the_form_for_controllers_only(cast: Cast) -> None:
    def offers_form(client: Client) -> bool:
        return 'name="year"' in client.get("/uppfoljning/").content.decode()

    assert offers_form(signed_in(cast.controller))
    assert not any(offers_form(client) for client in (Client(), signed_in(cast.author), signed_in(cast.coordinator)))


@pytest.mark.strategy("B5-4", "B5-11b")
def test_the_year_that_closed_is_asked_for_and_a_frozen_report_waits_a_month_for_the_controller(cast: Cast) -> None:
    page = signed_in(cast.controller).get("/uppfoljning/").content.decode()
    assert re.findall(r'value="(\d{4})" selected', page) == [str(this_year() - 1)]
    report = frozen(cast)
    assert report.due_at is not None
    assert 29 <= (report.due_at - timezone.now()).days <= 30
    assert report in Report.objects.awaiting(cast.controller)
    assert report not in Report.objects.awaiting(cast.author)


@pytest.mark.parametrize(("part", "status"), [("author", 403), ("coordinator", 403), ("admin", 403), (None, 403)])
def test_only_a_controller_orders(cast: Cast, part: str | None, status: int) -> None:
    client = signed_in(getattr(cast, part)) if part else Client()
    assert client.post("/uppfoljning/", {"year": YEAR}).status_code == status
    assert Report.objects.count() == 0


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was sent to the workers; the worker itself is in test_crash."""
    found: list[int] = []
    monkeypatch.setattr("followup.tasks.make.delay", found.append)
    return found


def test_ordering_leads_to_the_page_of_the_report_and_sends_it_to_the_workers_once(cast: Cast, sent: list[int]) -> None:
    answer = signed_in(cast.controller).post("/uppfoljning/", {"year": YEAR})
    assert (answer.status_code, answer["Location"]) == (302, "/uppfoljning/2025/1/")
    assert sent == [Report.objects.get().pk]


def test_ordering_what_is_being_made_or_lacks_its_reason_is_answered_in_the_form(cast: Cast, sent: list[int]) -> None:
    client = signed_in(cast.controller)
    client.post("/uppfoljning/", {"year": YEAR})
    again = client.post("/uppfoljning/", {"year": YEAR})
    assert (again.status_code, len(again.context["form"].non_field_errors())) == (200, 1)
    frozen(cast, 2024)
    unexplained = client.post("/uppfoljning/", {"year": 2024})
    assert list(unexplained.context["form"].errors) == ["reason"]
    assert len(sent) == 1


def test_the_progress_is_shown_until_there_is_something_new_to_show(cast: Cast) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    client = signed_in(cast.controller)
    url = addresses(report)["progress"]
    Making.objects.filter(report=report).update(stage=Stage.DRAWING, done=12, total=40)
    answer = client.get(url, headers={"HX-Request": "true"})
    assert 'value="12" max="40"' in answer.content.decode()
    assert "HX-Refresh" not in answer
    page = client.get(addresses(report)["report"]).content.decode()
    assert page.count(str(Stage.DRAWING.label)) == 1, "said once, where it is kept fresh"
    cancel_report(report=report)
    assert client.get(url)["HX-Refresh"] == "true"


@pytest.mark.parametrize("part", ["author", "coordinator", None])
def test_only_a_controller_cancels(cast: Cast, part: str | None) -> None:
    report = order_report(year=YEAR, by=cast.controller)
    client = signed_in(getattr(cast, part)) if part else Client()
    answer = client.post(reverse("followup:cancel", args=[YEAR, 1]))
    assert answer.status_code == {"author": 404, "coordinator": 403, None: 302}[part]
    assert Making.objects.get(report=report).under_way


def test_a_cancelled_and_a_failed_report_say_what_to_do_and_are_made_again_by_one_button(
    cast: Cast, sent: list[int]
) -> None:
    client = signed_in(cast.controller)
    client.post("/uppfoljning/", {"year": YEAR})
    cancelled = client.post(reverse("followup:cancel", args=[YEAR, 1]), follow=True).content.decode()
    assert 'name="year" value="2025"' in cancelled
    client.post("/uppfoljning/", {"year": YEAR})
    report = Report.objects.get()
    Making.objects.update(stage=Stage.FAILED, problem=Problem.TOO_LONG)
    failed = client.get("/uppfoljning/2025/1/", headers={"accept-language": "en"}).content.decode()
    assert str(Problem.TOO_LONG.label) in failed
    assert 'name="year" value="2025"' in failed
    assert sent == [report.pk, report.pk]
    assert "progress" in opened_by(cast.coordinator, report)


def test_the_page_of_the_case_leads_to_the_report_and_its_files(cast: Cast) -> None:
    report = published(cast)
    page = signed_in(cast.author).get(report.get_absolute_url()).content.decode()
    assert "/uppfoljning/2025/1/" in page
    assert all(reverse("cases:document", args=[pk]) in page for pk in (report.pdf_id, report.xlsx_id))


def test_publishing_goes_through_the_page_of_the_move(cast: Cast) -> None:
    report = frozen(cast)
    client = signed_in(cast.controller)
    page = client.get("/uppfoljning/2025/1/").content.decode()
    move = reverse("cases:move", args=[report.key, "publish"])
    assert move in page
    assert client.get(move).status_code == 200
    assert client.post(move, {"version": Case.objects.get(pk=report.pk).version}).status_code == 302
    assert Client().get("/uppfoljning/2025/1/").status_code == 200
