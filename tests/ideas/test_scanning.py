"""Scanning notes: every employee writes and reads them, and ties them to any case that they see."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ideas.actions.banking import tie_note, untie_note
from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import ScanningNote, ScanningTie
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.drafts import discard_draft
from portal.cases.models import Event
from tests.cast import PARTS, Cast, again, case_in, draft_of, signed_in

pytestmark = pytest.mark.strategy("B1-2", "A20")
LIST = "/omvarld/"


def sent(**more: Any) -> dict[str, Any]:
    return {
        "title": "Väntetid på skärm", "source": "Studiebesök", "link": "https://example.org/", "seen": "En skärm visar tiden.",
        "seen_on": timezone.localdate().isoformat(), "meaning": "Vi kan pröva detsamma.", **more,
    }  # fmt: skip


def note_of(person: User) -> ScanningNote:
    values = {**sent(), "seen_on": timezone.localdate()}
    return ScanningNote.objects.create(written_by=person, **values)


def shown(person: User, case: Any, title: str = "Väntetid på skärm") -> bool:
    answer = signed_in(again(person)).get(case.get_absolute_url())
    assert answer.status_code == 200
    return title in answer.content.decode()


@pytest.mark.trust(1)
def test_every_employee_reads_and_writes_and_nobody_else(cast: Cast) -> None:
    note = note_of(cast.colleague)
    employees = {part for part, is_of in PARTS.items() if is_of.employee and is_of.active}
    for address in (LIST, reverse("scanning:add"), note.get_absolute_url(), reverse("scanning:tie", args=[note.pk])):
        for part in PARTS:
            if part != "inactive":
                status = signed_in(getattr(cast, part)).get(address).status_code
                assert (part, status) == (part, 200 if part in employees else 403)
    change = reverse("scanning:change", args=[note.pk])
    assert signed_in(cast.colleague).get(change).status_code == 200
    assert signed_in(cast.lead).get(change).status_code == 403


@pytest.mark.parametrize("wrong", [{"link": "javascript:alert(1)"}, {"seen_on": "2999-01-01"}, {"seen": "850709-9805"}])
def test_what_is_wrong_is_sent_back(cast: Cast, wrong: dict[str, Any]) -> None:
    assert signed_in(cast.colleague).post(reverse("scanning:add"), sent(**wrong)).status_code == 200
    assert not ScanningNote.objects.exists()


@pytest.mark.parametrize(
    ("kind", "state", "reader"),
    [
        ("idea", "submitted", "lead"),
        ("suggestion", "received", "lead"),
        ("challenge", "announced", "lead"),
        ("disclosure", "assessing", "jurist"),
        ("barrier", "received", "coordinator"),
    ],
)
def test_a_note_is_tied_to_a_case_of_any_kind(cast: Cast, kind: str, state: str, reader: str) -> None:
    case = case_in(kinds.by_key(kind).flow, state, cast)
    tie_note(note=note_of(cast.colleague), case=case, person=cast.colleague)

    assert shown(getattr(cast, reader), case)


def test_it_is_written_from_a_case_and_shown_to_those_inside_and_to_the_units_own(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    client = signed_in(cast.colleague)
    add = f"{reverse('scanning:add')}?from={idea.key}"
    assert add in client.get(idea.get_absolute_url()).content.decode()
    assert client.post(add, sent()).status_code == 302

    assert shown(cast.lead, idea)  # inside
    assert shown(cast.colleague, idea)  # at the unit
    assert shown(cast.author, idea)
    assert not shown(cast.outsider, idea)
    event = Event.objects.get(case=idea.pk, move="scanning_tied")
    assert (event.internal, event.note) == (True, "Väntetid på skärm")
    assert signed_in(cast.external).get(add).status_code == 403


@pytest.mark.trust(1)
def test_nobody_ties_to_or_learns_of_a_case_that_they_do_not_see(cast: Cast) -> None:
    closed = case_in(SuggestionFlow, "received", cast)
    note = note_of(cast.colleague)
    address = reverse("scanning:tie", args=[note.pk])
    assert signed_in(cast.colleague).post(address, {"reference": closed.reference}).status_code == 200
    assert signed_in(cast.colleague).get(f"{reverse('scanning:add')}?from={closed.key}").status_code == 404
    assert not ScanningTie.objects.exists()

    assert signed_in(cast.lead).post(address, {"reference": closed.reference}).status_code == 302
    seen = {part: signed_in(again(getattr(cast, part))).get(note.get_absolute_url()) for part in ("lead", "colleague")}
    assert closed.reference in seen["lead"].content.decode()
    assert closed.reference not in seen["colleague"].content.decode()


def test_a_tie_is_undone_by_who_made_it_or_who_handles_the_case_with_a_trace(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    note = note_of(cast.colleague)
    for person, status in ((cast.author, 403), (cast.outsider, 403), (cast.colleague, 302), (cast.lead, 302)):
        tie = tie_note(note=note, case=idea, person=cast.colleague)
        answer = signed_in(again(person)).post(reverse("scanning:untie", args=[tie.pk]))
        assert (person.username, answer.status_code) == (person.username, status)
    untie_note(tie=tie, person=cast.lead)  # again changes nothing

    assert not ScanningTie.objects.exists()
    assert list(Event.objects.filter(case=idea.pk, move__startswith="scanning").values_list("move", flat=True)) == [
        "scanning_tied",
        "scanning_untied",
        "scanning_tied",
        "scanning_untied",
    ]


def test_a_draft_with_a_note_can_be_discarded(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast)
    note = note_of(cast.author)
    tie_note(note=note, case=draft, person=cast.author)
    assert not Event.objects.filter(case=draft.pk).exists()
    discard_draft(case=draft)

    assert ScanningNote.objects.filter(pk=note.pk).exists()


def test_the_list_is_searched_and_costs_the_same_for_one_and_for_three(cast: Cast) -> None:
    client = signed_in(cast.colleague)

    def queries() -> int:
        client.get(LIST)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(LIST).status_code == 200
        return len(asked)

    note_of(cast.colleague)
    one = queries()
    for _ in range(2):
        note_of(cast.colleague)
    assert queries() == one <= 8
    year = timezone.localdate().year
    assert len(client.get(f"{LIST}?q=skärmar&year={year}").context["page_obj"].object_list) == 3
    assert len(client.get(f"{LIST}?q=buss").context["page_obj"].object_list) == 0


def test_what_one_has_written_goes_with_ones_data(cast: Cast) -> None:
    note_of(cast.colleague)
    challenge = kinds.by_key("challenge")

    assert [row["text"] for row in challenge.said_by(cast.colleague)] == ["Väntetid på skärm"]
    assert list(challenge.said_by(cast.lead)) == []
