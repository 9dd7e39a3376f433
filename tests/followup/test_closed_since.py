"""A case that a report tells of by name, and that is closed afterwards: no longer told of to those who may not see it."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from followup.counting import count_year
from followup.models import Example, Report
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from tests.cast import Cast, signed_in
from tests.followup.samples import YEAR, freeze, introduced, published

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("indicators"), pytest.mark.trust(3)]

TITLE = "Hemlig metod"
PAGE, PDF, XLSX = (f"/uppfoljning/{YEAR}/1/{name}" for name in ("", "rapport.pdf", "rapport.xlsx"))
REASON = "Ett ärende som nämndes i rapporten är inte längre öppet för alla."


@pytest.fixture
def report(cast: Cast) -> Report:
    """Published, and telling of a case by name that only the rights reviewers see now."""
    case = introduced("SOS", title=TITLE)
    report = published(cast)
    assert TITLE in text(Client(), PAGE)
    assert status(Client(), PDF) == 200
    Case.objects.filter(pk=case.pk).update(confidentiality=Confidentiality.RESTRICTED)
    return report


def text(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def status(client: Client, url: str) -> int:
    answer = client.get(url)
    answer.close()
    return answer.status_code


def readers(cast: Cast) -> dict[str, Client]:
    return {
        "": Client(),
        **{part: signed_in(getattr(cast, part)) for part in ("author", "controller", "lead", "jurist")},
    }


def test_its_pages_name_the_case_to_those_who_may_see_it_and_to_nobody_else(cast: Cast, report: Report) -> None:
    part = reverse("followup:part", args=[YEAR, 1, Example.objects.filter(report=report).last().part.unit_id])  # type: ignore[union-attr]
    for url in (PAGE, part):
        assert [name for name, client in readers(cast).items() if TITLE in text(client, url)] == ["jurist"]


def test_its_pdf_is_held_back_from_who_may_not_see_the_case_wherever_it_is_asked_for(
    cast: Cast, report: Report
) -> None:
    answers = {name: (status(client, PDF), status(client, XLSX)) for name, client in readers(cast).items()}
    assert answers == {**dict.fromkeys(answers, (403, 200)), "jurist": (200, 200)}
    assert "inte längre är öppet för alla" in text(Client(), PDF)
    case_page = reverse("cases:document", args=[report.pdf_id])
    assert [status(signed_in(person), case_page) for person in (cast.author, cast.controller, cast.jurist)] == [
        409,
        409,
        200,
    ]
    assert status(signed_in(cast.author), reverse("cases:document", args=[report.xlsx_id])) == 200


def test_its_pdf_is_not_in_what_is_taken_out_of_the_case(cast: Cast, report: Report) -> None:
    answer: Any = signed_in(cast.coordinator).post(reverse("cases:export", args=[report.key]))
    archive = ZipFile(BytesIO(b"".join(answer.streaming_content)))
    assert [document["file"].split("-")[0] for document in json.loads(archive.read("case.json"))["documents"]] == [
        f"documents/{report.xlsx_id}"
    ]


def test_the_controller_is_told_and_orders_a_new_version_by_one_button(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("followup.tasks.make.delay", lambda pk: None)
    assert [name for name, client in readers(cast).items() if REASON in text(client, PAGE)] == ["controller"]

    controller = signed_in(cast.controller)
    controller.post("/uppfoljning/", {"year": YEAR, "reason": REASON})
    second = Report.objects.get(edition=2)
    assert (second.before, second.reason) == (report, REASON)

    count_year(second, lambda done: None)
    freeze(second, cast)
    assert REASON not in text(controller, PAGE)
    assert status(controller, f"/uppfoljning/{YEAR}/2/rapport.pdf") == 200
    assert not Example.objects.filter(report=second).exists()


def test_a_report_that_names_no_such_case_is_as_it_was(cast: Cast) -> None:
    introduced("SOS", title=TITLE)
    published(cast)
    assert REASON not in text(signed_in(cast.controller), PAGE)
    assert {status(client, PDF) for client in readers(cast).values()} == {200}
