"""From a call to its applications; and the ranking with the decisions, to be read when they have been made."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from fund.models import Call
from fund.states import Outcome
from portal.accounts.models import User
from portal.cases.moving import perform
from tests.cast import Cast, again, signed_in
from tests.fund.granted import reported, reviewed_call, running
from tests.fund.story import RIGHT
from tests.fund.test_deciding import prepared
from tests.paper.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]


def decided_call(cast: Cast, owners: list[User], outcome: Outcome = Outcome.GRANT) -> Call:
    call = reviewed_call(cast, owners)
    prepared(call, cast, *[outcome] * len(owners))
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    return Call.objects.get(pk=call.pk)


def page_of(person: User, call: Call) -> str:
    return signed_in(person).get(call.get_absolute_url()).content.decode()


def test_the_call_leads_those_who_may_see_its_applications_to_them(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    address = f"{reverse('fund:applications')}?call={call.pk}"

    for person in (cast.officer, cast.author, cast.manager):
        assert address in page_of(person, call)
    assert address not in page_of(cast.outsider, call)
    listed = signed_in(cast.officer).get(address).content.decode()
    assert "Ansökan 0" in listed


def test_the_ranking_can_be_read_with_its_decisions_when_they_are_made(cast: Cast) -> None:
    call = decided_call(cast, [cast.author, cast.colleague])
    address = reverse("fund:decide", args=[call.pk])
    assert address in page_of(cast.officer, call)

    page = signed_in(cast.officer).get(address).content.decode()

    for text in ("Ansökan 0", "Ansökan 1", "Skäl 1", "Skäl 2", "Beviljad helt"):
        assert text in page
    assert "data-ruling" not in page


def test_what_is_decided_after_the_reserve_list_stands_first_on_the_page(cast: Cast) -> None:
    application = decided_call(cast, [cast.author], Outcome.RESERVE).applications.get()

    def decision() -> str:
        page = signed_in(again(cast.author)).get(application.get_absolute_url()).content.decode()
        return page.split('id="grant-title"')[1].split("</section>")[0]

    assert "Tidigare beslut" not in decision()
    perform(application, "let_go", person=again(cast.officer), data={"reason": "Zqslut: pengarna räckte inte."} | RIGHT)

    now, before = decision().split("Tidigare beslut")
    assert "Avslagen: pengarna räckte inte" in now
    assert "Zqslut" in now
    assert str(cast.officer) in now
    assert "På reservlistan" in before


def test_a_decision_reads_as_one_that_has_been_made_wherever_it_is_read(cast: Cast, tmp_path: Path) -> None:
    application = decided_call(cast, [cast.author], Outcome.RESERVE).applications.get()
    officer = signed_in(cast.officer)

    page = officer.get(application.get_absolute_url()).content.decode()
    dossier = words(officer.post(reverse("fund:dossier", args=[application.key])).content, tmp_path)
    sheet: Any = officer.post(reverse("fund:call_book", args=[application.call.key]))
    rows = load_workbook(BytesIO(b"".join(sheet.streaming_content)))["Beslut"].rows

    assert "<strong>På reservlistan: " in page
    assert "Utfall: På reservlistan" in dossier
    assert [row[1].value for row in rows] == ["Utfall", "På reservlistan"]


def test_what_a_project_is_answered_is_called_an_answer_and_what_it_took_accepted(cast: Cast, tmp_path: Path) -> None:
    project = running(cast)
    reported(project, by=cast.author, approved_by=cast.officer, words="Zqtack.")
    officer = signed_in(cast.officer)

    assert "<strong>Svaret:</strong> Zqtack." in officer.get(project.get_absolute_url()).content.decode()
    dossier = words(officer.post(reverse("fund:dossier", args=[project.key])).content, tmp_path)
    assert "Tackade ja: " in dossier
    assert "Gick vidare" not in dossier


def test_the_ranking_with_decisions_is_the_officers_alone(cast: Cast) -> None:
    address = reverse("fund:decide", args=[decided_call(cast, [cast.author]).pk])

    given = {name: signed_in(person).get(address).status_code for name, person in cast if person.is_active}

    assert {name for name, status in given.items() if status == 200} == {"officer"}


def test_what_an_officer_has_a_part_in_is_not_in_their_ranking(cast: Cast) -> None:
    call = decided_call(cast, [cast.author, cast.colleague], Outcome.RESERVE)
    own = call.applications.get(owner=cast.author)
    perform(own, "stand_aside", person=again(cast.officer), data={"reason": "Vi är grannar."})

    page = signed_in(cast.officer).get(reverse("fund:decide", args=[call.pk])).content.decode()

    assert "Ansökan 1" in page
    assert "Ansökan 0" not in page


def test_the_decided_ranking_costs_the_same_however_many_there_are(cast: Cast, django_assert_num_queries: Any) -> None:
    people = User.objects.bulk_create(User(username=f"p{n}", name=f"P {n}", is_employee=True) for n in range(3))
    client = signed_in(cast.officer)
    for call in (decided_call(cast, people[:1]), decided_call(cast, people)):
        with django_assert_num_queries(11):
            assert client.get(reverse("fund:decide", args=[call.pk])).status_code == 200
