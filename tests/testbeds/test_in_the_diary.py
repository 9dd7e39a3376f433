"""From whom a request came, as the public diary says it (OSL 5:2)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.cases.actions.openness import change_openness
from portal.cases.models import DiaryEntry
from portal.cases.states import Confidentiality
from testbeds.flow import TestFlow
from testbeds.models import TestRequest
from testbeds.states import TestState
from tests.cast import Cast, case_in

pytestmark = pytest.mark.django_db
COMPANY = {"actor": "company", "organisation": "Zqxverket AB", "orgnr": "556036-0793"}


def sent(cast: Cast, owner: Any = None, **values: Any) -> TestRequest:
    request = case_in(TestFlow, TestState.SUBMITTED, cast, owner=owner or cast.external, **{**COMPANY, **values})
    change_openness(case=request, confidentiality=Confidentiality.OPEN, provision="", reason="Öppet.", person=cast.host)
    done: TestRequest = TestRequest.objects.get(pk=request.pk)
    return done


def public(request: TestRequest) -> str:
    return Client().get(reverse("diary:case", args=[request.key])).text


def counterparts(request: TestRequest) -> list[tuple[str, str]]:
    return list(
        DiaryEntry.objects.filter(case=request.pk).values_list("counterpart", "counterpart_public").order_by("line")
    )


@pytest.mark.parametrize("actor", ["company", "municipality", "civil_society"])
def test_an_organisation_is_named_and_who_wrote_for_it_is_not(cast: Cast, actor: str) -> None:
    request = sent(cast, actor=actor)
    assert counterparts(request)[0] == (f"Zqxverket AB ({cast.external})", "Zqxverket AB")
    page = public(request)
    assert "Zqxverket AB" in page
    assert "privatperson" not in page
    assert cast.external.name not in page


def test_who_writes_for_themselves_or_is_their_own_business_is_a_private_person(cast: Cast) -> None:
    alone = sent(cast, orgnr="850709-9805", organisation="Zqxannas snickeri")
    assert counterparts(alone)[0][1] == "privatperson"
    assert "Zqxannas" not in public(alone)


def test_no_person_is_named_where_an_organisation_should_have_been_written(cast: Cast) -> None:
    own = sent(cast, organisation=cast.external.name.upper())
    assert counterparts(own)[0][1] == "privatperson"
    assert cast.external.name.upper() not in public(own)
    numbered = sent(cast, organisation="Zqxverket 850709-9805")
    assert "Zqxverket [personnummer" in public(numbered)
    assert "850709" not in public(numbered)


def test_an_employee_stands_with_their_workplace(cast: Cast) -> None:
    request = sent(cast, owner=cast.author)
    assert "Zqxverket" not in str(counterparts(request))
    assert str(cast.author.unit) in counterparts(request)[0][1]


@pytest.mark.parametrize("openness", [Confidentiality.INTERNAL, Confidentiality.RESTRICTED])
def test_of_a_case_that_is_not_open_the_organisation_is_left_out(cast: Cast, openness: Confidentiality) -> None:
    request = sent(cast)
    change_openness(case=request, confidentiality=openness, provision="31:16", reason="Affär.", person=cast.host)
    assert "Zqxverket" not in public(request)
