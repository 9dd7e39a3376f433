"""What came of tests is read by everyone, but not what is marked, and not who tested (B4-4, OSL 31:12, 31:16)."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from ideas.actions.examples import publish_example, write_example
from ideas.models import Example
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.links import tie_cases
from portal.cases.actions.people import name_person
from portal.cases.errors import Invalid, NotYours
from portal.cases.states import Confidentiality, Relation
from testbeds.flow import TestFlow
from testbeds.models import TestRequest
from testbeds.states import TestState
from tests.cast import Cast, case_in, signed_in
from tests.testbeds.story import perform

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B4-4")]
ASKER: dict[str, Any] = {"organisation": "Skyltverket Norden AB", "orgnr": "556036-0793", "actor": "company"}
RESULT = {
    "result": "Skyltverket Nordens skylt lästes av alla. 850709-9805", "measured": "Nio av tio hittade.", "reached": "True",
    "tested_hours": 11, "secret_measured": "31:16", "why_secret_measured": "Siffrorna är våra.",
}  # fmt: skip
GO_ON = {"outcome": "introduce", "receiver": "zqxmottagare", "reason": "zqxskäl"}


def weighed(cast: Cast, **result: Any) -> TestRequest:
    """By a company, all the way from the draft; as closed to others as every request is begun."""
    request = case_in(
        TestFlow, TestState.RESULT_DUE, cast, owner=cast.external, title="zqxtitel", question="Hittar fler rätt med 556036-0793?", **ASKER
    )  # fmt: skip
    assert request.confidentiality == Confidentiality.INTERNAL
    done: TestRequest = perform(request, "hand_in_result", person=cast.external, data={**RESULT, **result})
    return done


def public(request: TestRequest) -> str:
    """What everyone reads at the testbed."""
    page = Client().get(request.testbed.get_absolute_url()).text
    return page.split('id="results-title"')[1].split("</section>")[0]


def decide(cast: Cast, request: TestRequest, **said: str) -> Any:
    return signed_in(cast.host).post(reverse("cases:move", args=[request.key, "go_on"]), {**GO_ON, **said})


def test_a_result_is_shared_when_the_host_has_decided_though_the_case_is_not_opened(cast: Cast) -> None:
    request = weighed(cast)
    assert "Hittar fler rätt" not in public(request)
    asked = signed_in(cast.host).get(reverse("cases:move", args=[request.key, "go_on"])).text
    assert "Hittar fler rätt med" in asked.split("<blockquote")[1].split("</blockquote>")[0]
    assert decide(cast, request).status_code == 302
    page = public(request)
    assert {word for word in ("Hittar fler rätt med", "lästes av alla", "Inför", "företagshemlighet", "Frågan") if word in page} == {
        "Hittar fler rätt med", "lästes av alla", "Inför", "företagshemlighet", "Frågan",
    }  # fmt: skip
    request.refresh_from_db()
    assert request.confidentiality == Confidentiality.INTERNAL
    assert signed_in(cast.colleague).get(request.get_absolute_url()).status_code == 404


@pytest.mark.strategy("A17")
def test_a_test_stands_in_the_chain_of_a_good_example_as_long_as_its_result_is_shared(cast: Cast) -> None:
    """The case is as closed as it was; what is told of it is told at the testbed already."""
    idea = case_in(kinds.by_key("idea").flow, "introduced", cast)
    write_example(idea=idea, texts=dict.fromkeys(Example.TEXTS, "Skylten"), person=cast.lead)
    publish_example(idea=idea, person=cast.lead)
    request = weighed(cast)
    tie_cases(source=idea, target=request, relation=Relation.LED_TO, by=cast.lead)

    def chain() -> str:
        return (
            Client().get(Example.objects.get().get_absolute_url()).text.split('id="chain-title"')[1].split("</ol>")[0]
        )

    shown = f'<a href="{request.testbed.get_absolute_url()}#results-title">Hittar fler rätt med [namn utelämnat]?</a>'
    assert shown not in chain()
    decide(cast, request)
    assert shown in chain()
    kept = ("Skyltverket", "zqxtitel", "556036", str(request.reference), request.key)
    assert [word for word in kept if word in chain()] == []
    perform(
        TestRequest.objects.get(), "share", person=cast.host, data={"withheld": "19:3", "withheld_why": "Upphandling."}
    )
    assert "Hittar fler" not in chain()


def test_an_outsider_does_not_learn_who_tested(cast: Cast) -> None:
    request = weighed(cast)
    decide(cast, request)
    page = public(request).casefold()
    kept = (
        "skyltverket", "norden", "556036", cast.external.name, cast.external.email, "zqxtitel", "zqxmottagare", "zqxskäl", "nio av tio",
        "850709", str(request.reference),
    )  # fmt: skip
    assert [word for word in kept if word.casefold() in page] == []


def test_neither_a_part_of_a_name_nor_who_tested_with_them_is_told(cast: Cast) -> None:
    User.objects.filter(pk=cast.external.pk).update(name="Berg-Lotta Strömkvist")
    User.objects.filter(pk=cast.coauthor.pk).update(name="Ulla Zqmedtestare")
    request = weighed(cast, result="Strömkvists skylt på berget lästes. Lotta såg det, och Ulla Zqmedtestare.")
    name_person(case=request, person=cast.coauthor, grant="coauthor", by=cast.external)
    decide(cast, request)
    page = public(request)
    assert [word for word in ("Strömkvist", "Lotta", "Ulla", "Zqmedtestare") if word in page] == []
    assert "skylt på berget lästes" in page


def test_who_has_said_yes_to_it_is_named(cast: Cast) -> None:
    request = weighed(cast, may_be_named="on")
    decide(cast, request)
    page = public(request)
    assert "Skyltverket Norden AB" in page
    assert cast.external.name not in page


def test_the_host_says_by_which_paragraph_and_why_a_result_is_not_shared(cast: Cast) -> None:
    request = weighed(cast)
    assert decide(cast, request, withheld="19:3").status_code == 200
    assert decide(cast, request, withheld="19:3", withheld_why="En upphandling pågår.").status_code == 302
    assert "Hittar fler rätt" not in public(request)
    assert "En upphandling pågår." in signed_in(cast.external).get(request.get_absolute_url()).text
    request.refresh_from_db()
    with pytest.raises(NotYours):
        perform(request, "share", person=cast.external, data={"withheld": ""})
    with pytest.raises(Invalid):
        perform(request, "share", person=cast.host, data={"withheld": "19:3", "withheld_why": " "})
    perform(request, "share", person=cast.host, data={"withheld": ""})
    assert "Hittar fler rätt" in public(request)


def test_a_closed_or_marked_case_shares_nothing_whatever_was_said(cast: Cast) -> None:
    request = weighed(cast)
    decide(cast, request)
    rows = TestRequest.objects.filter(pk=request.pk)
    for told in ({"confidentiality": "restricted"}, {"provision": "19:3"}, {"state": TestState.WEIGHING}):
        before = rows.values(*told).get()
        rows.update(**told)
        assert "Hittar fler rätt" not in public(request), told
        rows.update(**before)
    assert "Hittar fler rätt" in public(request)


def test_a_longer_test_is_shared_when_it_too_is_decided_on(cast: Cast) -> None:
    request = weighed(cast)
    perform(request, "extend", person=cast.host, data={"receiver": "SÖS, Ada", "reason": "Ett halvår till."})
    assert "Hittar fler rätt" not in public(request)


@pytest.mark.parametrize("told", [{"shared": True, "withheld": "19:3", "withheld_why": "x"}, {"withheld": "19:3"}])
def test_the_database_holds_that_a_result_is_shared_or_withheld_with_a_reason(cast: Cast, told: dict[str, Any]) -> None:
    request = weighed(cast)
    with pytest.raises(IntegrityError), transaction.atomic():
        TestRequest.objects.filter(pk=request.pk).update(**told)
