"""Spread: the kit, units that want it too, the check a year later, and how it goes at one's own unit."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from ideas.actions.examples import write_example
from ideas.actions.spreading import ask_if_lasting, check_adoption, correct_check, correct_uptake, take_up, write_kit
from ideas.actions.talking import write_comment
from ideas.curve import adoption_figure
from ideas.flow import IdeaFlow
from ideas.models import Adoption, Example, Idea, Kit
from ideas.panels import spread_panel
from ideas.queries.spreading import adoption_curve, units_using
from ideas.states import IdeaState as S
from ideas.states import Uptake
from ideas.tasks import ask_if_lasting as task
from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.states import Confidentiality
from portal.indicators.registry import by_key
from portal.notices.models import Notice
from portal.organisation.models import Unit
from tests.cast import PARTS, Cast, again, case_in, signed_in
from tests.days import this_year

pytestmark = pytest.mark.strategy("B2-1", "A17")


@pytest.fixture
def idea(cast: Cast) -> Any:
    """Introduced at SOS."""
    return case_in(IdeaFlow, S.INTRODUCED, cast)


@pytest.fixture
def karolinska(db: None) -> Unit:
    return Unit.objects.get(code="KAR")


def adopt(idea: Any, unit: Unit, person: User, uptake: Uptake = Uptake.ADOPTED, why: str = "") -> Adoption:
    return take_up(idea=idea, unit=unit, uptake=uptake, why=why, person=person)


def events(idea: Any) -> list[str]:
    return list(Case.objects.get(pk=idea.pk).events.order_by("number").values_list("move", flat=True))


def test_who_answers_for_another_unit_takes_it_up(cast: Cast, idea: Any, karolinska: Unit) -> None:
    address = reverse("ideas:take_up", args=[idea.pk])
    answers = {part: signed_in(getattr(cast, part)).get(address).status_code for part in PARTS if part != "inactive"}
    assert {part for part, status in answers.items() if status == 200} == {"lead", "other_lead"}
    assert {part for part, status in answers.items() if status == 404} == {"external", "admin"}

    client = signed_in(cast.other_lead)
    assert client.post(address, {"unit": karolinska.pk, "uptake": "declined"}).status_code == 200  # it must say why
    assert not Adoption.objects.exists()
    for uptake, why in (("considering", ""), ("adapted", "Med egna blanketter.")):
        answer = client.post(address, {"unit": karolinska.pk, "uptake": uptake, "why": why})
        assert answer.status_code == 302

    adoption = Adoption.objects.get()
    assert (adoption.unit, adoption.uptake, adoption.why) == (karolinska, "adapted", "Med egna blanketter.")
    assert adoption.adopted_at
    assert events(idea)[-3:] == ["uptake_considering", "uptake_adapted", "tried_elsewhere"]
    page = signed_in(again(cast.colleague)).get(idea.get_absolute_url()).content.decode()
    assert "Med egna blanketter." in page


def test_nobody_speaks_for_a_unit_that_is_not_theirs(cast: Cast, idea: Any) -> None:
    address, unit = reverse("ideas:take_up", args=[idea.pk]), Unit.objects.get(code="DS")

    assert signed_in(cast.other_lead).post(address, {"unit": unit.pk, "uptake": "adopted"}).status_code == 200
    assert signed_in(cast.lead).post(address, {"unit": idea.unit_id, "uptake": "adopted"}).status_code == 200
    assert not Adoption.objects.exists()
    with pytest.raises(Refused):
        adopt(idea, idea.unit, cast.lead)


@pytest.mark.parametrize("state", [S.ACCEPTED, S.ENDED, S.CLOSED])
def test_only_what_is_in_use_is_taken_up(cast: Cast, karolinska: Unit, state: S) -> None:
    idea = case_in(IdeaFlow, state, cast)

    assert signed_in(cast.other_lead).get(reverse("ideas:take_up", args=[idea.pk])).status_code == 409
    with pytest.raises(Refused):
        adopt(idea, karolinska, cast.other_lead)


def test_its_authors_are_told_the_first_time_and_those_who_introduced_it_each_time(
    cast: Cast, idea: Any, karolinska: Unit
) -> None:
    adopt(idea, karolinska, cast.other_lead)
    adopt(idea, Unit.objects.get(code="DS"), cast.other_lead)

    told = Notice.objects.filter(case=idea.pk)
    assert told.filter(recipient=cast.author, event__move="tried_elsewhere").count() == 1
    assert told.filter(recipient=cast.lead, event__move="uptake_adopted").count() == 2
    assert not told.filter(recipient=cast.author, event__move="uptake_adopted").exists()


def test_what_is_in_use_does_not_become_a_thought_again(cast: Cast, idea: Any, karolinska: Unit) -> None:
    adopt(idea, karolinska, cast.other_lead)

    for uptake in (Uptake.CONSIDERING, Uptake.DECLINED):
        with pytest.raises(Refused):
            adopt(idea, karolinska, cast.other_lead, uptake, "Nej")
    with pytest.raises(IntegrityError), transaction.atomic():
        Adoption.objects.create(idea=idea, unit=karolinska, uptake="considering", changed_by=cast.lead)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adoption.objects.filter(idea=idea).update(uptake="adapted", why="")


def test_a_mistake_is_corrected_with_a_reason_and_the_history_keeps_what_stood(
    cast: Cast, idea: Any, karolinska: Unit
) -> None:
    adoption = adopt(idea, karolinska, cast.other_lead)
    client, take = signed_in(again(cast.other_lead)), reverse("ideas:take_up", args=[idea.pk])
    said = {"unit": karolinska.pk, "uptake": "declined", "why": "Vi råkade trycka fel."}
    answer = client.post(take, said)
    assert answer.status_code == 200
    assert "uptake" in answer.context["form"].errors
    assert "Vi råkade trycka fel." in answer.content.decode()  # what was typed is not lost

    address = reverse("ideas:correct_adoption", args=[idea.pk, adoption.pk])
    assert address in client.get(idea.get_absolute_url()).content.decode()
    assert signed_in(cast.lead).get(address).status_code == 403
    assert client.post(address, {"uptake": "declined"}).status_code == 200  # it must say why
    assert client.post(address, {"uptake": "adopted", "reason": "Nej"}).status_code == 200
    assert client.post(address, {"uptake": "declined", "reason": "Vi valde fel svar."}).status_code == 302

    adoption.refresh_from_db()
    assert (adoption.uptake, adoption.adopted_at, adoption.why) == ("declined", None, "Vi valde fel svar.")
    event = idea.events.get(move="uptake_corrected")
    assert (event.data["stood"], event.note, event.person) == (
        "adopted",
        f"{karolinska}: Vi valde fel svar.",
        cast.other_lead,
    )
    assert Notice.objects.filter(event=event, recipient=cast.lead).exists()
    assert by_key("ideas.spread").whole(this_year()) == 0
    assert client.get(address).status_code == 409
    page = signed_in(again(cast.colleague)).get(idea.get_absolute_url())
    assert "Vi valde fel svar." in page.content.decode()


def test_a_unit_that_has_answered_that_it_stopped_does_not_correct_that_it_began(
    cast: Cast, idea: Any, karolinska: Unit
) -> None:
    adoption = adopt(idea, karolinska, cast.other_lead)
    Adoption.objects.update(checked_at=timezone.now(), in_use=False)
    with pytest.raises(Refused):
        correct_uptake(adoption=adoption, uptake="declined", reason="Nej", person=cast.other_lead)


def test_a_wrong_answer_after_a_year_is_corrected_with_a_reason_and_the_history_keeps_the_first(
    cast: Cast, idea: Any, karolinska: Unit
) -> None:
    adoption = adopt(idea, karolinska, cast.other_lead)
    address = reverse("ideas:correct_check", args=[idea.pk, adoption.pk])
    client = signed_in(again(cast.other_lead))
    assert client.get(address).status_code == 409  # nothing has been answered
    answered = timezone.now()
    Adoption.objects.update(checked_at=answered, in_use=False, check_note="Ingen använder den.")

    assert address in client.get(idea.get_absolute_url()).content.decode()
    assert signed_in(cast.lead).get(address).status_code == 403
    right = {"in_use": "True", "note": "Tre mottagningar använder den."}
    assert client.post(address, right).status_code == 200  # it must say why
    assert client.post(address, {**right, "reason": "Vi frågade fel mottagning."}).status_code == 302

    adoption.refresh_from_db()
    assert (adoption.in_use, adoption.check_note, adoption.checked_at) == (True, right["note"], answered)
    event = idea.events.get(move="check_corrected")
    assert (event.data["stood"], event.data["stood_note"]) == (False, "Ingen använder den.")
    assert event.note == f"{karolinska}: Vi frågade fel mottagning."
    assert Notice.objects.filter(event=event, recipient=cast.lead).exists()


def test_nothing_is_corrected_before_it_is_answered(cast: Cast, idea: Any, karolinska: Unit) -> None:
    adoption = adopt(idea, karolinska, cast.other_lead)
    with pytest.raises(Refused):
        correct_check(adoption=adoption, in_use=True, note="Ja", reason="Fel", person=cast.other_lead)


def test_units_that_have_stopped_do_not_count_as_using_it(cast: Cast, idea: Any, karolinska: Unit) -> None:
    for unit in (karolinska, Unit.objects.get(code="DS")):
        adopt(idea, unit, cast.other_lead)
    write_example(
        idea=idea, texts={"title": "A", "summary": "B", "story": "C", "evidence": "D"}, person=cast.coordinator
    )
    example = Example.objects.annotate(units=units_using())
    assert example.get().units == 2  # type: ignore[attr-defined]  # annotated
    Adoption.objects.filter(unit=karolinska).update(checked_at=timezone.now(), in_use=False)

    assert example.get().units == 1  # type: ignore[attr-defined]  # annotated
    assert [one.unit.code for one in Adoption.objects.in_use()] == ["DS"]
    curve = adoption_curve(Idea.objects.get(pk=idea.pk), Adoption.objects.all())
    assert (curve[-1].new, curve[-1].total) == (2, 1)
    Adoption.objects.update(checked_at=timezone.now(), in_use=False)
    assert adoption_figure(Idea.objects.get(pk=idea.pk), Adoption.objects.all())["rows"][-1][2] == 0


def test_a_year_later_the_unit_is_asked_once_and_answers_once(cast: Cast, idea: Any, karolinska: Unit) -> None:
    adoption = adopt(idea, karolinska, cast.other_lead)
    address = reverse("ideas:check_adoption", args=[idea.pk, adoption.pk])
    assert signed_in(cast.other_lead).get(address).status_code == 409
    assert ask_if_lasting() == 0

    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        task()
        task()
        asked = Notice.objects.filter(case=idea.pk, event__move="use_asked")
        assert list(asked.values_list("recipient", flat=True)) == [cast.other_lead.pk]
        assert signed_in(cast.lead).get(address).status_code == 403
        client = signed_in(again(cast.other_lead))
        assert client.post(address, {"in_use": "False", "note": "Ersattes."}).status_code == 302
        assert client.post(address, {"in_use": "True", "note": "Jo."}).status_code == 409
        with pytest.raises(Refused):
            check_adoption(adoption=adoption, in_use=True, note="Jo", person=cast.other_lead)

    adoption.refresh_from_db()
    assert (adoption.in_use, adoption.check_note) == (False, "Ersattes.")
    assert events(idea)[-2:] == ["use_asked", "no_longer_used_there"]


@pytest.mark.parametrize("closed", [Confidentiality.INTERNAL, Confidentiality.RESTRICTED])
def test_a_unit_that_may_not_see_the_idea_when_the_year_is_over_is_asked_when_it_may(
    cast: Cast, idea: Any, karolinska: Unit, closed: Confidentiality
) -> None:
    adoption = adopt(idea, karolinska, cast.other_lead)
    Adoption.objects.filter(pk=adoption.pk).update(adopted_at=timezone.now() - timedelta(days=366))
    Case.objects.filter(pk=idea.pk).update(confidentiality=closed)

    assert ask_if_lasting() == 0
    assert "use_asked" not in events(idea)
    Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.OPEN)

    assert [ask_if_lasting(), ask_if_lasting()] == [1, 0]
    assert Notice.objects.filter(recipient=cast.other_lead, event__move="use_asked").count() == 1


def test_those_who_introduced_it_tell_how(cast: Cast, idea: Any) -> None:
    address = reverse("ideas:kit", args=[idea.pk])
    answers = {part: signed_in(getattr(cast, part)).get(address).status_code for part in PARTS if part != "inactive"}
    assert {part for part, status in answers.items() if status == 200} == {"author", "lead", "manager", "coordinator"}

    told = {"text": "Börja med en avdelning.", "contact": "innovation@example.org"}
    assert signed_in(cast.author).post(address, told).status_code == 302
    assert Kit.objects.get().written_by == cast.author
    assert "Börja med en avdelning." in signed_in(cast.outsider).get(idea.get_absolute_url()).content.decode()


@pytest.mark.strategy("B2-1")
def test_the_figures_count_adoptions_and_how_many_last(cast: Cast, idea: Any, karolinska: Unit) -> None:
    other = Unit.objects.get(code="DS")
    for unit in (karolinska, other):
        adopt(idea, unit, cast.other_lead)
    adopt(idea, Unit.objects.get(code="FTV"), cast.other_lead, Uptake.CONSIDERING)
    Adoption.objects.filter(unit=karolinska).update(checked_at=timezone.now(), in_use=True)
    Adoption.objects.filter(unit=other).update(checked_at=timezone.now(), in_use=False)

    spread, lasting = by_key("ideas.spread"), by_key("ideas.spread_lasting")
    parts = {unit.pk: unit.pk for unit in Unit.objects.all()}
    assert (spread.whole(this_year()), lasting.whole(this_year())) == (Decimal("2.0"), Decimal("50.0"))
    assert spread.per_unit(this_year(), parts) == {idea.unit_id: Decimal("2.0")}
    assert lasting.per_unit(this_year(), parts) == {idea.unit_id: Decimal("50.0")}
    assert [case.pk for case in lasting.behind(this_year())] == [idea.pk]
    assert spread.whole(this_year() - 1) == 0


def test_the_curve_adds_up_by_quarter_and_is_told_in_a_table_too(cast: Cast, idea: Any, karolinska: Unit) -> None:
    now = timezone.now()
    Idea.objects.filter(pk=idea.pk).update(introduced_at=now - timedelta(days=400))
    for code, days in (("KAR", 300), ("DS", 10), ("FTV", 5)):
        adoption = adopt(idea, Unit.objects.get(code=code), cast.other_lead)
        Adoption.objects.filter(pk=adoption.pk).update(adopted_at=now - timedelta(days=days))
    fresh = Idea.objects.get(pk=idea.pk)

    curve = adoption_curve(fresh, Adoption.objects.filter(idea=idea.pk))
    assert curve[0].total == 0
    assert curve[-1].total == sum(quarter.new for quarter in curve) == 3
    assert [quarter.total for quarter in curve] == sorted(quarter.total for quarter in curve)
    page = signed_in(cast.colleague).get(idea.get_absolute_url()).content.decode()
    assert "<svg" in page
    assert "Andra enheter som använder idén" in page


def test_who_answers_for_no_unit_reads_who_does_and_how_to_reach_them(cast: Cast, idea: Any, karolinska: Unit) -> None:
    def said(person: User) -> str:
        page = signed_in(again(person)).get(idea.get_absolute_url()).content.decode()
        return page.split('id="spread-title"')[1].split("</section>")[0]

    link = f'<a href="mailto:{cast.other_lead.email}">{cast.other_lead}</a>'
    User.objects.filter(pk=cast.outsider.pk).update(unit=karolinska)
    assert link in said(cast.outsider)
    assert "mailto:" not in said(cast.colleague)  # the idea is their own unit’s
    assert "mailto:" not in said(cast.other_lead)
    adopt(idea, karolinska, cast.other_lead)
    assert "mailto:" not in said(cast.outsider)


def test_the_panel_costs_the_same_for_one_unit_and_for_three(cast: Cast, idea: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            spread_panel(Idea.objects.get(pk=idea.pk), cast.lead)
        return len(asked)

    adopt(idea, Unit.objects.get(code="KAR"), cast.other_lead)
    queries()  # the standing is read once
    one = queries()
    for code in ("DS", "FTV"):
        adopt(idea, Unit.objects.get(code=code), cast.other_lead)
    assert queries() == one


@pytest.mark.trust(23)
def test_a_page_with_everything_keeps_within_twenty_queries(cast: Cast, idea: Any) -> None:
    write_kit(idea=idea, text="Så", contact="Enheten", person=cast.lead)
    adopt(idea, Unit.objects.get(code="KAR"), cast.other_lead)
    write_comment(idea=idea, person=cast.colleague, text="Bra")
    write_example(
        idea=idea, texts={"title": "A", "summary": "B", "story": "C", "evidence": "D"}, person=cast.coordinator
    )
    client = signed_in(again(cast.lead))
    with CaptureQueriesContext(connection) as asked:
        assert client.get(idea.get_absolute_url()).status_code == 200
    assert len(asked) <= 20


# ── One's own unit ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B2-3")
def test_the_unit_page_is_for_leads_and_managers_and_counts_what_they_see(cast: Cast, idea: Any) -> None:
    address = reverse("ideas:unit")
    answers = {part: signed_in(getattr(cast, part)).get(address).status_code for part in PARTS if part != "inactive"}
    assert {part for part, status in answers.items() if status == 200} == {"lead", "other_lead", "manager"}
    case_in(IdeaFlow, S.RIGHTS, cast)  # which the manager does not see

    page = signed_in(again(cast.manager)).get(address)
    rows = {str(row["name"]): row["values"] for row in page.context["rows"]}
    assert rows[str(by_key("ideas.in").name)] == ["1", "0"]
    assert rows[str(by_key("ideas.answered_in_time").name)] == ["100\N{NO-BREAK SPACE}%", "–"]
    assert str(by_key("suggestions.answered_in_time").name) in rows
    assert signed_in(again(cast.manager)).get(f"{address}?enhet={Unit.objects.get(code='KAR').pk}").status_code == 404


def test_the_unit_page_costs_the_same_for_one_idea_and_for_three(cast: Cast) -> None:
    def queries() -> int:
        client = signed_in(again(cast.manager))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("ideas:unit"))
        return len(asked)

    case_in(IdeaFlow, S.INTRODUCED, cast)
    queries()
    one = queries()
    for _ in range(2):
        case_in(IdeaFlow, S.INTRODUCED, cast)
    assert queries() == one
