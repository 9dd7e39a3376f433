"""The needs bank: written by innovation leads and coordinators, read by every employee."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ideas.flow import ChallengeFlow
from ideas.models import Gathering, Need
from ideas.states import ChallengeState
from portal.organisation.models import Unit
from tests.cast import PARTS, Cast, again, case_in, signed_in

pytestmark = pytest.mark.strategy("B43-6")
NEEDS, GATHERINGS = "/behov/", "/behov/insamlingar/"
WRITERS = {"lead", "other_lead", "coordinator"}


def sent(cast: Cast, **more: Any) -> dict[str, Any]:
    return {
        "title": "Samtal i väntrummet", "method": "interview", "groups": ["patient", "relative"], "unit": cast.lead.unit_id,
        "held_on": timezone.localdate().isoformat(), "held_by": "Innovationsteamet", "result": "Tjugotvå samtal.", **more,
    }  # fmt: skip


def need(cast: Cast, sentence: str = "Den som väntar behöver veta hur länge", **more: Any) -> Need:
    values = {"groups": ["patient"], "evidence": "Många frågar.", "unit": cast.lead.unit, "written_by": cast.lead}
    return Need.objects.create(sentence=sentence, **{**values, **more})


def answers(cast: Cast, address: str) -> dict[str, int]:
    return {part: signed_in(getattr(cast, part)).get(address).status_code for part in PARTS if part != "inactive"}


def allowed(found: dict[str, int]) -> set[str]:
    assert set(found.values()) <= {200, 403}
    return {part for part, status in found.items() if status == 200}


@pytest.mark.trust(1)
def test_employees_read_and_those_who_gather_write(cast: Cast) -> None:
    one = need(cast)
    held = Gathering.objects.create(
        title="Samtal", method="interview", groups=["patient"], unit=Unit.objects.get(code="LISAB"), held_on=timezone.localdate(),
        held_by="Teamet", result="Ja", written_by=cast.lead,
    )  # fmt: skip
    employees = {part for part, is_of in PARTS.items() if is_of.employee and is_of.active}
    for address in (NEEDS, GATHERINGS, one.get_absolute_url(), held.get_absolute_url()):
        assert allowed(answers(cast, address)) == employees, address
    for address in (reverse("needs:add"), reverse("needs:add_gathering")):
        assert allowed(answers(cast, address)) == WRITERS, address
    for address in (reverse("needs:change", args=[one.pk]), reverse("needs:change_gathering", args=[held.pk])):
        assert allowed(answers(cast, address)) == {"lead", "coordinator"}, address


def test_an_activity_leads_to_needs(cast: Cast) -> None:
    client = signed_in(cast.lead)
    assert client.post(reverse("needs:add_gathering"), sent(cast)).status_code == 302
    held = Gathering.objects.get()
    add = f"{reverse('needs:add')}?insamling={held.pk}"
    assert add in client.get(held.get_absolute_url()).content.decode()
    assert client.get(add).context["form"].initial["groups"] == ["patient", "relative"]
    told = {
        "sentence": "Den som väntar",
        "groups": ["patient"],
        "evidence": "Arton av tjugotvå.",
        "unit": cast.lead.unit_id,
    }
    assert client.post(add, {**told, "gathering": held.pk}).status_code == 302

    found = Need.objects.get()
    assert (found.gathering, found.written_by) == (held, cast.lead)
    assert found.get_absolute_url() in client.get(held.get_absolute_url()).content.decode()
    change = reverse("needs:change", args=[found.pk])
    assert signed_in(cast.coordinator).post(change, {**told, "sentence": "Den som väntar länge"}).status_code == 302
    found.refresh_from_db()
    assert (found.sentence, found.written_by) == ("Den som väntar länge", cast.lead)


@pytest.mark.parametrize(
    "wrong",
    [
        {"held_on": "2999-01-01"},
        {"groups": ["staff"]},
        {"groups": []},
        {"result": "Hon hade 850709-9805."},
        {"method": "guess"},
    ],
)
def test_what_is_wrong_is_sent_back(cast: Cast, wrong: dict[str, Any]) -> None:
    answer = signed_in(cast.lead).post(reverse("needs:add_gathering"), sent(cast, **wrong))

    assert answer.status_code == 200
    assert not Gathering.objects.exists()


def test_nobody_writes_for_a_unit_that_is_not_theirs(cast: Cast) -> None:
    elsewhere = Unit.objects.get(code="KAR")
    answer = signed_in(cast.lead).post(reverse("needs:add_gathering"), sent(cast, unit=elsewhere.pk))

    assert answer.status_code == 200
    assert not Gathering.objects.exists()


def test_the_five_groups_are_kept_by_the_database(cast: Cast) -> None:
    for groups in ([], ["staff"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            need(cast, groups=groups)


def test_the_bank_is_searched_and_filtered_by_what_stands_in_the_address(cast: Cast) -> None:
    waiting = need(cast)
    lost = need(cast, "Besökaren behöver hitta rätt", groups=["visitor"], unit=Unit.objects.get(code="KAR"))
    case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast, need=waiting)
    case_in(ChallengeFlow, ChallengeState.DRAFT, cast, need=lost)

    def found(query: str) -> set[int]:
        return {row.pk for row in signed_in(again(cast.outsider)).get(f"{NEEDS}?{query}").context["page_obj"]}

    assert found("") == {waiting.pk, lost.pk}
    assert found("q=väntar") == found("group=patient") == found("challenge=yes") == {waiting.pk}
    assert found("group=visitor") == found("challenge=no") == {lost.pk}
    assert found(f"unit={cast.other_lead.unit_id}") == {lost.pk}


def test_the_lists_cost_the_same_for_one_and_for_three(cast: Cast) -> None:
    client = signed_in(cast.outsider)

    def queries() -> int:
        client.get(NEEDS)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(NEEDS).status_code == 200
        return len(asked)

    need(cast)
    one = queries()
    for _ in range(2):
        need(cast)
    assert queries() == one <= 8
