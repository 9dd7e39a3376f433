"""Asking for a test: for who comes from outside as for employees, with sentences for what is missing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ideas.flow import IdeaFlow
from portal.cases.errors import Refused
from portal.cases.models import Case, CaseLink
from portal.cases.workdays import due_at
from testbeds.flow import TestFlow
from testbeds.models import CHECKS, Testbed, TestRequest
from testbeds.states import Actor, Check, TestState
from tests.cast import Cast, answer_considerations, case_in, draft_of, signed_in
from tests.testbeds.places import place
from tests.testbeds.story import perform

pytestmark = pytest.mark.django_db
FILLED = {
    "actor": "company", "organisation": "Skyltverket AB", "orgnr": "5560360793", "title": "Talande skyltar", "summary": "De talar.",
    "question": "Hittar fler rätt?", "baseline": "Var femte frågar.", "measure": "Frågor om dagen.", "target": "Hälften så många.",
    "maturity": "6", "hours": "12", "operational": "True", "operational_text": "Färre frågor.", "operational_by": "Enhetschefen",
    "user": "True", "user_text": "Hittar själva.", "user_by": "Patientföreningen", "afterwards": "Beslut om införande.",
    **dict.fromkeys(CHECKS, "handled"), **{f"{check}_text": "Det är löst." for check in CHECKS},
}  # fmt: skip


def write(client: Client, request: TestRequest, **values: Any) -> Any:
    """Save what stands in the form, as a browser without script does."""
    address = reverse("testbeds:write", args=[request.pk])
    shown = client.get(address).context["form"]
    return client.post(address, {**values, "version": shown.token})


def refusal(request: Any, name: str, person: Any, data: Any = None) -> str:
    with pytest.raises(Refused) as refused:
        perform(request, name, person=person, data=data)
    return str(refused.value)


@pytest.mark.strategy("B4-4", "B4-8")
@pytest.mark.parametrize("owner", ["author", "external"])
def test_no_two_fields_of_the_form_are_called_the_same(cast: Cast, owner: str) -> None:
    draft = draft_of(TestFlow, cast, owner=getattr(cast, owner))
    form = signed_in(getattr(cast, owner)).get(reverse("testbeds:write", args=[draft.pk])).context["form"]
    labels = [field.label for field in form.visible_fields()]
    assert [label for label in labels if labels.count(label) > 1] == []
    assert "”Hur det är nu”: är det en företagshemlighet?" in labels


@pytest.mark.parametrize("state", ["draft", "submitted", "weighing"])
def test_the_page_of_a_request_says_whom_to_ask_and_leads_to_the_testbed(cast: Cast, state: str) -> None:
    told = {"contact": "Testbäddens växel", "email": "vaxel@example.org", "phone": "08-987 65"}
    request = case_in(TestFlow, state, cast, testbed=place(**told))
    page = signed_in(cast.author).get(reverse("cases:case", args=[request.key])).text
    assert f'href="{request.testbed.get_absolute_url()}"' in page
    assert all(one in page for one in told.values())
    Testbed.objects.filter(pk=request.testbed_id).update(closed_at=timezone.now())
    closed = signed_in(cast.author).get(reverse("cases:case", args=[request.key])).text
    assert f'href="{request.testbed.get_absolute_url()}"' not in closed
    assert "vaxel@example.org" in closed


def test_a_company_asks_for_a_test_and_is_promised_an_answer(cast: Cast) -> None:
    testbed = place(answer_days=7)
    client = signed_in(cast.external)
    begun = client.post(
        f"{reverse('testbeds:begin')}?testbed={testbed.slug}", {"testbed": testbed.pk, "title": "Talande skyltar"}
    )
    request = TestRequest.objects.get()
    assert begun["Location"] == reverse("testbeds:write", args=[request.pk])
    assert (request.unit, request.owner) == (testbed.unit, cast.external)

    assert write(client, request, **FILLED).status_code == 302
    request.refresh_from_db()
    assert request.orgnr == "556036-0793"
    assert request.maturity == 6
    answer_considerations(request)
    page = client.get(reverse("cases:move", args=[request.key, "submit"]))
    assert "7 arbetsdagar" in page.text or "7 working days" in page.text

    client.post(reverse("cases:move", args=[request.key, "submit"]))
    request = TestRequest.objects.get()
    assert request.state == TestState.SUBMITTED
    assert request.due_at == due_at(timezone.now(), workdays=7)
    assert not request.is_told_openly


@pytest.mark.strategy("B44-2")
def test_an_employee_asks_in_the_same_way_and_is_not_asked_for_whom(cast: Cast) -> None:
    testbed = place()
    client = signed_in(cast.author)
    client.post(reverse("testbeds:begin"), {"testbed": testbed.pk, "title": "Talande skyltar"})
    request = TestRequest.objects.get()
    assert request.actor == Actor.EMPLOYEE
    form = client.get(reverse("testbeds:write", args=[request.pk])).context["form"]
    assert {"actor", "organisation", "orgnr"}.isdisjoint(form.fields)

    write(client, request, **{name: value for name, value in FILLED.items() if name in form.fields})
    answer_considerations(request)
    sent = perform(TestRequest.objects.get(), "submit", person=cast.author)
    assert sent.due_at == due_at(timezone.now(), workdays=testbed.answer_days)


@pytest.mark.strategy("B44-2")
def test_an_idea_becomes_a_request_and_the_two_are_tied(cast: Cast) -> None:
    testbed = place()
    idea = draft_of(IdeaFlow, cast)
    address = f"{reverse('testbeds:begin')}?from={idea.pk}"
    client = signed_in(cast.author)
    assert client.get(address).context["form"].initial["title"] == idea.title
    client.post(address, {"testbed": testbed.pk, "title": idea.title})
    request = TestRequest.objects.get()
    assert (request.summary, request.baseline) == (idea.summary, idea.need)
    assert CaseLink.objects.filter(source=idea.pk, target=request.pk).exists()


@pytest.mark.parametrize(
    ("number", "said"), [("5560360794", "sista siffran"), ("12345", "tio siffror"), ("abc", "tio siffror"), ("", "")]
)
def test_an_organisation_number_is_checked_and_nothing_is_lost(cast: Cast, number: str, said: str) -> None:
    request = draft_of(TestFlow, cast, owner=cast.external, orgnr="")
    answer = write(signed_in(cast.external), request, orgnr=number, question="Ny fråga")
    if said:
        assert said in answer.text
        assert "Ny fråga" in answer.text
    else:
        assert answer.status_code == 302


@pytest.mark.strategy("B44-1")
@pytest.mark.parametrize("part", ["operational", "user"])
@pytest.mark.parametrize("lacking", ["answer", "no", "text", "by"])
def test_both_parts_of_the_benefit_gate_must_be_yes_with_text_and_somebody(cast: Cast, part: str, lacking: str) -> None:
    values: dict[str, dict[str, Any]] = {
        "answer": {part: None},
        "no": {part: False},
        "text": {f"{part}_text": ""},
        "by": {f"{part}_by": ""},
    }
    request = draft_of(TestFlow, cast, **values[lacking])
    answer_considerations(request)
    assert str(request._meta.get_field(part).verbose_name).capitalize() in refusal(request, "submit", cast.author)


@pytest.mark.strategy("B4-9b")
@pytest.mark.parametrize("check", CHECKS)
def test_no_legal_check_is_left_open_or_without_a_sentence(cast: Cast, check: str) -> None:
    for values in ({check: Check.UNANSWERED}, {check: Check.OPEN}, {f"{check}_text": ""}):
        request = draft_of(TestFlow, cast, **values)
        answer_considerations(request)
        label = str(request._meta.get_field(check).verbose_name)
        assert (label[0].upper() + label[1:]) in refusal(request, "submit", cast.author)


def test_who_comes_from_outside_says_for_whom(cast: Cast) -> None:
    request = draft_of(TestFlow, cast, owner=cast.external, organisation="", orgnr="", actor="")
    answer_considerations(request)
    said = refusal(request, "submit", cast.external)
    assert "Organisationsnummer" in said
    as_employee = draft_of(TestFlow, cast, owner=cast.external, actor="employee")
    answer_considerations(as_employee)
    assert refusal(as_employee, "submit", cast.external)


def test_a_closed_testbed_takes_no_requests(cast: Cast) -> None:
    testbed = place()
    request = draft_of(TestFlow, cast, testbed=testbed)
    answer_considerations(request)
    type(testbed).objects.filter(pk=testbed.pk).update(closed_at=timezone.now())
    assert refusal(TestRequest.objects.get(pk=request.pk), "submit", cast.author)
    answer = signed_in(cast.author).post(reverse("testbeds:begin"), {"testbed": testbed.pk, "title": "Igen"})
    assert answer.status_code == 200
    assert TestRequest.objects.count() == 1


def test_two_windows_never_overwrite_each_other_silently(cast: Cast) -> None:
    request = draft_of(TestFlow, cast)
    client = signed_in(cast.author)
    address = reverse("testbeds:write", args=[request.pk])
    stale = client.get(address).context["form"].token
    values = {name: str(request.value_of(name)) for name in ("title", "question")}
    client.post(address, {**values, "question": "Den ena frågan", "version": stale})
    answer = client.post(address, {**values, "question": "Den andra frågan", "version": stale})
    assert answer.status_code == 409
    assert "Den ena frågan" in answer.text
    assert TestRequest.objects.get().question == "Den ena frågan"


def test_completing_goes_back_to_the_host_with_a_new_promise(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.COMPLETING, cast)
    assert signed_in(cast.author).get(reverse("testbeds:write", args=[request.pk])).status_code == 200
    again = perform(request, "hand_in", person=cast.author)
    assert again.due_at == due_at(timezone.now(), workdays=again.testbed.answer_days)
    assert signed_in(cast.author).get(reverse("testbeds:write", args=[request.pk])).status_code == 409


@pytest.mark.strategy("B4-4", "B4-8")
def test_everyone_finds_the_way_and_the_terms(client: Client, cast: Cast) -> None:
    place()
    assert client.get(reverse("testbeds:how")).status_code == 200
    for audience in ("organisation", "medarbetare"):
        assert reverse("testbeds:list") in client.get(reverse("pages:doors", args=[audience])).text
    assert client.get(reverse("testbeds:begin")).status_code == 302
    assert Case.objects.count() == 0
