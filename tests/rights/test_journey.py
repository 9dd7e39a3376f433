"""A disclosure from the idea it came from to a right that is used, through the pages."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.links import tie_cases
from portal.cases.actions.people import name_person
from portal.cases.errors import NotYours, Refused
from portal.cases.exporting import Contents
from portal.cases.models import Case, CaseLink
from portal.cases.moving import judge, perform
from portal.cases.queries.listing import waiting_for
from portal.cases.states import Confidentiality, Relation
from portal.organisation.models import Unit
from portal.organisation.states import Role
from rights.flow import DisclosureFlow
from rights.models import Compensation, Disclosure, Protection
from rights.rules import has_assessor
from rights.states import DisclosureState as S
from rights.whos import REVIEWER
from tests.cast import Cast, again, appointment, case_in, make_move, signed_in
from tests.rights.story import NEXT_YEAR, contribute

pytestmark = pytest.mark.strategy("B43-2")
ANSWERS: dict[str, Any] = {
    "result_type": "invention",
    "description": "En ventil som stänger sig själv.",
    "novelty": "Ingen ström behövs.",
    "made_where": "Södersjukhuset",
    "made_on": "2026-09-01",
    "main_duty": "False",
    "specific_task": "False",
    "in_service": "True",
    "in_operations": "True",
    "disclosed": "False",
    "personal_data": "False",
}
CLAIM: dict[str, Any] = {
    "category": "b",
    "decision": "use",
    "basis": "LAU 3 § andra stycket",
    "reason": "Skälen är vägda.",
}


def page(client: Client, case: Any) -> str:
    return client.get(case.get_absolute_url()).content.decode()


def write(client: Client, disclosure: Disclosure, **answers: Any) -> None:
    address = reverse("rights:write", args=[disclosure.pk])
    form = client.get(address).context["form"]
    shown = {name: form[name].value() or "" for name in form.texts}
    assert client.post(address, {**shown, "version": form.token, **answers}).status_code == 302


def test_from_an_idea_to_use(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.RIGHTS, cast, title="Ventil", solution="Ett membran som fälls.")
    author, jurist = signed_in(cast.author), signed_in(cast.jurist)
    begin = f"{reverse('rights:begin')}?from={idea.pk}"
    offered = page(author, idea)
    assert offered.index(begin) < offered.index('id="people-title"')

    asked = author.get(begin)
    assert asked.context["form"]["title"].value() == "Ventil"
    author.post(begin, {"title": "Ventil"})
    disclosure = Disclosure.objects.get()
    assert "Ett membran som fälls." in disclosure.description
    assert disclosure.result_type == "invention"
    assert begin not in page(author, idea)
    assert disclosure.confidentiality == Confidentiality.RESTRICTED
    assert CaseLink.objects.filter(source=idea.pk, target=disclosure.pk, relation="led_to").exists()
    write(author, disclosure, **ANSWERS)
    assert "100 %" in page(author, disclosure)

    author.post(reverse("cases:move", args=[disclosure.key, "notify"]))
    disclosure.refresh_from_db()
    assert disclosure.state == S.NOTIFIED
    assert "Ventil" in page(jurist, disclosure)
    jurist.post(reverse("cases:move", args=[disclosure.key, "take_up"]), {"provision": "31:16"})
    assert "B: " in page(jurist, disclosure)
    assert "B: " not in page(author, disclosure)
    jurist.post(reverse("cases:move", args=[disclosure.key, "claim"]), CLAIM)
    disclosure.refresh_from_db()
    assert (disclosure.state, disclosure.category, disclosure.decision) == (S.DECIDED, "b", "use")
    assert "Skälen är vägda." in page(author, disclosure)
    use = {"reason": "På två avdelningar.", "use_plan": "Sprids till alla.", "follow_up_on": NEXT_YEAR}
    jurist.post(reverse("cases:move", args=[disclosure.key, "put_in_use"]), use)
    disclosure.refresh_from_db()
    assert (disclosure.state, disclosure.follow_up_on.isoformat()) == (S.IN_USE, NEXT_YEAR)  # type: ignore[union-attr]


def test_the_idea_opens_only_when_the_decision_lets_it(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.RIGHTS, cast)
    signed_in(cast.author).post(f"{reverse('rights:begin')}?from={idea.pk}", {"title": "Ventil"})
    draft = Disclosure.objects.get()
    open_up = IdeaFlow.moves["open_up"]

    def may_open() -> bool:
        return bool(judge(Case.objects.get(pk=idea.pk).as_kind(), open_up))

    assert not may_open()
    write(signed_in(cast.author), draft, **ANSWERS)
    case = make_move(perform(draft, "notify", person=cast.author), "take_up", cast)
    with pytest.raises(Refused, match="bedöms"):
        make_move(idea, "open_up", cast)
    assert "Ett annat ärende håller det här stängt" in page(signed_in(cast.author), idea)
    assert "hålls stängda" in page(signed_in(cast.author), case)
    case = make_move(case, "claim", cast, keeps_closed="on", **CLAIM)
    assert not may_open()
    make_move(case, "let_open", cast)
    assert not may_open()
    assert "Rättighetsbeslutet gör att det får öppnas." in page(signed_in(cast.author), idea)
    assert "kopplade till det här får öppnas" in page(signed_in(cast.author), case)
    with pytest.raises(Refused, match="rättighetsbeslut"):
        make_move(idea, "open_up", cast)
    assert make_move(idea, "open_freed", cast).state == IdeaState.SUBMITTED


def test_where_protection_is_applied_for_the_idea_is_not_opened_as_no_invention(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.RIGHTS, cast)
    assert not judge(idea, IdeaFlow.moves["open_freed"])
    case = case_in(DisclosureFlow, S.DECIDED, cast)
    tie_cases(source=idea, target=case, relation=Relation.LED_TO, by=cast.author)
    case = make_move(case, "protect", cast)
    if case.keeps_closed:
        make_move(case, "let_open", cast)

    idea = Case.objects.get(pk=idea.pk).as_kind()
    assert judge(idea, IdeaFlow.moves["open_freed"])
    assert not judge(idea, IdeaFlow.moves["open_up"])
    assert "skydd är sökt" in page(signed_in(cast.author), idea)
    assert "skydd är sökt" in page(signed_in(cast.jurist), idea)


def test_a_draft_left_lying_holds_nothing(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.RIGHTS, cast)
    signed_in(cast.author).post(f"{reverse('rights:begin')}?from={idea.pk}", {"title": "Ventil"})
    Case.objects.filter(kind="disclosure").update(changed_at=timezone.now() - timedelta(days=31))

    assert judge(idea, IdeaFlow.moves["open_up"])


def test_contributors_are_let_in_and_confirm_in_person(cast: Cast) -> None:
    author, coauthor = signed_in(cast.author), signed_in(cast.coauthor)
    author.post(reverse("rights:begin"), {"title": "Ventil"})
    draft = Disclosure.objects.get()
    own = draft.contributors.get()
    edit = reverse("rights:edit_contributor", args=[draft.pk, own.pk])
    add = reverse("rights:add_contributor", args=[draft.pk])
    author.post(edit, {"capacity": "employee", "employer": "SOS", "share": "33.34"})
    author.post(add, {"email": cast.coauthor.email, "capacity": "teacher", "employer": "KI", "share": "33.33"})
    author.post(add, {"name": "Lena Låtsas", "capacity": "patient", "share": "33.33"})
    assert author.post(add, {"capacity": "patient", "share": "101"}).status_code == 200
    assert {str(one): str(one.share) for one in draft.contributors.all()} == {
        "Author": "33.34",
        "Coauthor": "33.33",
        "Lena Låtsas": "33.33",
    }

    confirm = reverse("rights:confirm", args=[draft.pk])
    assert confirm in page(coauthor, draft)
    coauthor.post(confirm)
    theirs = draft.contributors.get(person=cast.coauthor)
    assert theirs.confirmed_at
    assert confirm not in page(coauthor, draft)
    assert signed_in(cast.colleague).post(confirm).status_code == 404
    author.post(
        reverse("rights:edit_contributor", args=[draft.pk, theirs.pk]), {"capacity": "employee", "share": "33.33"}
    )
    assert draft.contributors.get(person=cast.coauthor).confirmed_at is None
    author.post(reverse("rights:remove_contributor", args=[draft.pk, theirs.pk]))
    assert coauthor.get(draft.get_absolute_url()).status_code == 404


def test_who_contributed_does_not_decide(cast: Cast) -> None:
    """Also when they do not write the case with its author any more."""
    case = case_in(DisclosureFlow, S.ASSESSING, cast)
    contribute(case, cast.jurist, 1)

    with pytest.raises(NotYours):
        perform(case, "claim", person=again(cast.jurist), data=CLAIM)


@pytest.mark.parametrize("part", ["coauthor", "owner"])
def test_who_wrote_what_it_came_from_does_not_decide(cast: Cast, part: str) -> None:
    """A reviewer who wrote the idea has invented it too, or stands close to whoever did, though the disclosure does not say so."""
    other = User.objects.create(username="second_jurist", name="Second jurist", is_employee=True, unit=cast.jurist.unit)
    appointment(other, Role.RIGHTS_REVIEWER, Unit.objects.get(code="REGION")).save()
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, owner=cast.jurist if part == "owner" else cast.author)
    if part == "coauthor":
        name_person(case=idea, person=cast.jurist, grant="coauthor", by=cast.author)
    case = case_in(DisclosureFlow, S.NOTIFIED, cast)
    assert set(User.objects.filter(REVIEWER.people(case))) == {cast.jurist, other}

    tie_cases(source=idea, target=case, relation=Relation.LED_TO, by=cast.author)

    assert set(User.objects.filter(REVIEWER.people(case))) == {other}
    for move in DisclosureFlow.moves_from(S.NOTIFIED):
        if move.by is REVIEWER:
            with pytest.raises(NotYours):
                perform(case, move.name, person=again(cast.jurist))
    assert reverse("cases:move", args=[case.key, "take_up"]) not in page(signed_in(again(cast.jurist)), case)
    assert not waiting_for(again(cast.jurist)).filter(pk=case.pk).exists()
    assert reverse("cases:move", args=[case.key, "take_up"]) in page(signed_in(other), case)


def test_a_disclosure_is_not_notified_to_nobody_but_who_wrote_the_idea(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast, owner=cast.jurist)
    draft = case_in(DisclosureFlow, S.DRAFT, cast)
    assert has_assessor(draft)

    tie_cases(source=idea, target=draft, relation=Relation.LED_TO, by=cast.author)

    assert not has_assessor(draft)


@pytest.mark.parametrize(
    ("category", "decision"),
    [("b", "take_over"), ("b", "take_part"), ("c", "use"), ("d", "priority"), ("d", "take_over")],
)
def test_the_region_declares_no_more_than_the_act_gives(cast: Cast, category: str, decision: str) -> None:
    case = case_in(DisclosureFlow, S.ASSESSING, cast)
    client = signed_in(cast.jurist)
    answer = client.post(
        reverse("cases:move", args=[case.key, "claim"]), {**CLAIM, "category": category, "decision": decision}
    )

    assert "category" in answer.context["form"].errors
    with pytest.raises(IntegrityError, match="open_to_category"), transaction.atomic():
        Disclosure.objects.filter(pk=case.pk).update(
            category=category, decision=decision, basis="x", decided_at=timezone.now()
        )


@pytest.mark.strategy("B43-3")
def test_an_asset_is_paid_for_protected_and_looked_at_again(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.AGREED, cast)
    name_to = case.contributors.get()
    soon = (timezone.localdate() + timedelta(days=40)).isoformat()
    case = make_move(case, "compensate", cast, contributor=name_to.pk, amount=40_000)
    case = make_move(case, "protect", cast, renew_by=soon)
    assert timezone.localdate(case.due_at).isoformat() == soon

    author, jurist = page(signed_in(cast.author), case), page(signed_in(cast.jurist), case)
    assert "40\xa0000" in author
    assert "40\xa0000" in jurist
    case = make_move(case, "note_payment", cast, compensation=Compensation.objects.get().pk, paid_on="2026-10-01")
    case = make_move(case, "renew", cast, protection=Protection.objects.get().pk, what="ended", reason="Ny teknik.")
    assert timezone.localdate(case.due_at).isoformat() == NEXT_YEAR
    assert (str(Compensation.objects.get().paid_on), Protection.objects.get().ended_on) == (
        "2026-10-01",
        timezone.localdate(),
    )


def test_nobody_reads_what_another_is_paid(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.DECIDED, cast)
    other = contribute(case, cast.coauthor, 1)
    signed = signed_in(cast.author)
    make_move(case, "compensate", cast, contributor=other.pk, amount=77_777)

    assert "77\xa0777" not in page(signed, case)


@pytest.mark.strategy("B43-3")
def test_assets_that_are_not_in_use_are_a_list_of_their_own(cast: Cast) -> None:
    made = {
        state: case_in(DisclosureFlow, state, cast, title=f"Ting {state}")
        for state in (S.ASSESSING, S.DECIDED, S.AGREED, S.IN_USE, S.WAIVED)
    }
    make_move(made[S.IN_USE], "leave_unused", cast)
    used = case_in(DisclosureFlow, S.IN_USE, cast, title="Ting brukas")

    rows = signed_in(cast.jurist).get(reverse("rights:list"), {"unused": "on"}).content.decode()

    assert set(re.findall(r"Ting \w+", rows)) == {"Ting decided", "Ting agreed", "Ting in_use"}
    assert used.title not in rows


@pytest.mark.parametrize(("state", "letter"), [(S.NOTIFIED, "mottagningsbevis"), (S.WAIVED, "fribrev")])
def test_the_receipt_and_the_waiver_are_letters(cast: Cast, state: str, letter: str) -> None:
    case = case_in(DisclosureFlow, state, cast)
    address = reverse("rights:letter", args=[case.pk, letter])
    client = signed_in(cast.author)
    assert address in page(client, case)

    answer = client.get(address)

    assert answer["Content-Type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        assert pdf.Root.StructTreeRoot
    assert signed_in(cast.manager).get(address).status_code == 404
    assert client.get(reverse("rights:letter", args=[case.pk, "annat"])).status_code == 404


def test_only_employees_begin_one(cast: Cast) -> None:
    assert signed_in(cast.external).get(reverse("rights:begin")).status_code == 403


def test_contributors_go_with_the_case_when_it_is_taken_out(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.ASSESSING, cast)
    contents = Contents(case)

    assert [str(row) for row in contents.rows["contributors"]] == [str(one) for one in case.contributors.all()]
    assert any(str(cast.author) in fact.value and "100" in fact.value for fact in contents.record().facts)
