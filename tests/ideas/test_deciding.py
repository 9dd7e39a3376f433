"""Decisions on ideas: impartial, reasoned, within the unit's own mandate; trials with a plan; the end is always an answer."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import Idea, Trial
from ideas.states import IdeaState as S
from portal.cases.actions.people import name_person
from portal.cases.errors import Invalid, NotYours, Refused
from portal.cases.models import Case, Event
from portal.cases.moving import chances, perform
from portal.cases.states import Perspective
from portal.notices.models import Notice
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cast import Cast, again, appointment, case_in, draft_of, make_move, open_moves, signed_in
from tests.ideas.story import PLAN, score

DECIDING = {
    "take_up", "ask_assessors", "accept", "decline", "send_back", "try_out", "evaluate", "introduce", "try_again", "close",
    "confirm_lasting", "end_use", "go_on", "consent", "pass_on", "stand_aside", "ask_host",
    "accept_hosting", "decline_hosting", "keep_here", "develop",
}  # fmt: skip
REASON: dict[str, Any] = {"reason": "Skälen är vägda mot varandra."}
PLANNED: dict[str, Any] = {
    "question": "Hjälper det?",
    "measure": "Antal.",
    "target": "Hälften.",
    "baseline": "Tolv fall i månaden.",
    "stop_rule": "Om någon skadas.",
    **PLAN,
}
OPEN_STATES = [state for state in IdeaFlow.due if state not in (S.RIGHTS, S.PROTECTED)]


# ── Who decides ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("X8")
@pytest.mark.parametrize("part", ["lead", "manager", "coordinator"])
@pytest.mark.parametrize("state", OPEN_STATES)
def test_nobody_handles_an_idea_of_their_own(cast: Cast, state: str, part: str) -> None:
    author = getattr(cast, part)
    appointment(cast.colleague, Role.INNOVATION_LEAD, Unit.objects.get(code="REGION")).save()
    idea = case_in(IdeaFlow, state, cast, owner=author)
    assert not {chance.move.name for chance in chances(idea, again(author))} & DECIDING


@pytest.mark.strategy("X8")
@pytest.mark.parametrize("grant", ["coauthor", "recuse"])
@pytest.mark.parametrize("state", OPEN_STATES)
def test_nobody_handles_an_idea_they_wrote_with_someone_or_have_an_interest_in(
    cast: Cast, state: str, grant: str
) -> None:
    idea = case_in(IdeaFlow, state, cast)
    name_person(case=idea, person=cast.lead, grant=grant, by=None)
    assert not {chance.move.name for chance in chances(idea, again(cast.lead))} & DECIDING


@pytest.mark.strategy("X8")
def test_declaring_a_conflict_of_interest_is_written_down_and_leaves_the_case_to_others(cast: Cast) -> None:
    appointment(cast.colleague, Role.INNOVATION_LEAD, Unit.objects.get(code="REGION")).save()
    idea = make_move(case_in(IdeaFlow, S.SUBMITTED, cast), "take_up", cast, person=cast.lead)

    idea = make_move(idea, "stand_aside", cast, person=cast.lead, reason="Författaren är min bror.")

    event = Event.objects.get(move="stand_aside")
    assert (event.person, event.note, event.internal) == (cast.lead, "Författaren är min bror.", True)
    assert idea.holder is None
    with pytest.raises(NotYours):
        perform(idea, "decline", person=again(cast.lead), data=REASON)
    assert Case.objects.awaiting(again(cast.colleague)).filter(pk=idea.pk).exists()
    assert "decline" in {chance.move.name for chance in chances(idea, again(cast.colleague))}


@pytest.mark.strategy("X8", "B4-7")
def test_the_nearest_leads_own_idea_waits_for_the_leads_above(cast: Cast) -> None:
    appointment(cast.colleague, Role.INNOVATION_LEAD, Unit.objects.get(code="REGION")).save()
    own = case_in(IdeaFlow, S.SUBMITTED, cast, owner=cast.lead)
    other = case_in(IdeaFlow, S.SUBMITTED, cast)

    assert set(Case.objects.awaiting(again(cast.colleague)).values_list("pk", flat=True)) == {own.pk}
    assert set(Case.objects.awaiting(again(cast.lead)).values_list("pk", flat=True)) == {other.pk}
    told = Notice.objects.filter(case=own).values_list("recipient__username", flat=True)
    assert set(told) == {"colleague"}


# ── What a decision is ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("X7", "X9", "B2-3")
@pytest.mark.parametrize("move", ["accept", "decline"])
def test_a_decision_has_reasons_a_decider_and_its_right(cast: Cast, move: str) -> None:
    idea = case_in(IdeaFlow, S.ASSESSING, cast)
    make_move(idea, "ask_assessors", cast, assessors=cast.assessor.email)
    score(idea, cast.assessor)
    with pytest.raises(Invalid):
        perform(idea, move, person=again(cast.manager), data={"reason": " "})

    perform(
        idea, move, person=again(cast.manager), data={**REASON, "decided_by": "Sjukhusstyrelsen", "delegation": "4.2"}
    )

    event = Event.objects.get(move=move)
    assert (event.person, event.note) == (cast.manager, REASON["reason"])
    assert event.data == {"decided_by": "Sjukhusstyrelsen", "delegation": "4.2"}
    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()
    for said in ("Tack för din idé", REASON["reason"], "Sjukhusstyrelsen", "4.2"):
        assert said in page
    assert Notice.objects.filter(recipient=cast.author, event=event, mandatory=True).exists()


@pytest.mark.strategy("B2-3", "B42-2")
@pytest.mark.parametrize("state", [S.DECLINED, S.CLOSED, S.ENDED, S.LASTING, S.INTRODUCED, S.ACCEPTED])
def test_every_answered_idea_thanks_its_authors(cast: Cast, state: str) -> None:
    idea = case_in(IdeaFlow, state, cast)
    name_person(case=idea, person=cast.coauthor, grant="coauthor", by=cast.author)
    for person in (cast.author, cast.coauthor):
        assert "Tack för din idé" in signed_in(person).get(idea.get_absolute_url()).content.decode()
    assert "Tack för din idé" not in signed_in(cast.lead).get(idea.get_absolute_url()).content.decode()


@pytest.mark.strategy("B42-2")
@pytest.mark.parametrize("state", [S.ACCEPTED, S.TRYING, S.EVALUATED])
def test_stopping_with_a_lesson_is_a_good_outcome_that_can_be_found(cast: Cast, state: str) -> None:
    idea = make_move(case_in(IdeaFlow, state, cast), "close", cast, reason="Zebrafinkar trivs inte i väntrum.")

    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()
    assert "det är ett bra resultat" in page
    found = signed_in(cast.outsider).get("/ideer/?q=zebrafinkar").content.decode()
    assert str(idea.reference) in found


def test_the_author_withdraws_before_a_decision_and_not_after(cast: Cast) -> None:
    for state in (S.SUBMITTED, S.ASSESSING, S.RETURNED):
        assert make_move(case_in(IdeaFlow, state, cast), "withdraw", cast).state == S.WITHDRAWN
    with pytest.raises(Refused):
        perform(case_in(IdeaFlow, S.ACCEPTED, cast), "withdraw", person=again(cast.author))


def test_an_idea_at_the_wrong_unit_is_passed_on_and_keeps_its_number(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    unit = Unit.objects.get(code="KAR")

    moved = make_move(idea, "pass_on", cast, unit=unit.pk, reason="Det här är ert område.")

    assert (moved.unit, moved.reference) == (unit, idea.reference)
    assert Case.objects.awaiting(again(cast.other_lead)).filter(pk=idea.pk).exists()
    assert Notice.objects.filter(case=idea, recipient=cast.other_lead).exists()


# ── What is asked of an idea ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B41-0", "B41-1", "B41-2", "B41-3", "B41-4", "B2-2", "B1-1", "B1-2")
@pytest.mark.parametrize("perspective", list(Perspective))
def test_each_perspective_asks_its_own_question(cast: Cast, perspective: Perspective) -> None:
    asked = Idea.asks_for[perspective]
    empty: dict[str, Any] = dict.fromkeys(asked, "")
    draft = draft_of(IdeaFlow, cast, perspectives=[perspective], **empty)

    verdict = next(chance.verdict for chance in chances(draft, again(cast.author)) if chance.move.name == "submit")

    assert {reason.field for reason in verdict.reasons} == set(asked)


@pytest.mark.strategy("B41-0", "B2-2", "B1-1", "B1-2")
def test_an_empty_draft_lists_what_is_missing_with_links_to_the_fields(cast: Cast) -> None:
    signed_in(cast.author).post("/ideer/ny/", {"title": "Tom", "possible_invention": "False"})
    idea = Idea.objects.get()

    page = signed_in(cast.author).get(idea.get_absolute_url()).content.decode()

    for field in ("need", "solution", "type", "origin", "perspectives", "beneficiaries", "short_effect"):
        assert f"/ideer/{idea.pk}/skriv/#id_{field}" in page


@pytest.mark.strategy("A13", "A14", "B42-7")
def test_any_employee_may_submit_whatever_their_title_and_nobody_from_outside(cast: Cast) -> None:
    codes = {part: signed_in(person).get("/ideer/ny/").status_code for part, person in cast}
    assert {part for part, code in codes.items() if code == 200} == set(codes) - {"external", "admin", "inactive"}
    assert codes["external"] == codes["admin"] == 403


@pytest.mark.strategy("B5-1", "A16")
def test_an_idea_belongs_to_a_unit_and_names_a_goal_of_its_plan_or_of_those_above(cast: Cast) -> None:
    Unit.objects.filter(code="SOS").update(goal="Kortare väntan")
    Unit.objects.filter(code="LISAB").update(goal="Säkrare vård\n\nKortare väntan\n")
    Unit.objects.filter(code="KAR").update(goal="Någon annans mål")
    draft = draft_of(IdeaFlow, cast)
    address = f"/ideer/{draft.pk}/skriv/"

    page = signed_in(cast.author).get(address).content.decode()
    assert re.findall(r'<option value="([^"]+)"></option>', page) == ["Kortare väntan", "Säkrare vård"]

    signed_in(cast.author).post(
        address, {"version": f"{draft.version}:", "goal": "Säkrare vård", "beneficiaries": "staff"}
    )
    saved = Idea.objects.get(pk=draft.pk)
    assert (saved.goal, saved.beneficiaries, saved.unit.code) == ("Säkrare vård", ["staff"], "SOS")
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=draft.pk).update(unit=None)


# ── Trying and using ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B62-1a", "B62-1b", "B62-2")
def test_nothing_is_tried_before_the_considerations_are_answered(cast: Cast) -> None:
    assert "try_out" not in open_moves(case_in(IdeaFlow, S.ACCEPTED, cast, considered=False))
    assert "try_out" in open_moves(case_in(IdeaFlow, S.ACCEPTED, cast))


@pytest.mark.strategy("A22")
def test_a_unit_tries_small_on_its_own_and_large_with_consent(cast: Cast, settings: Any) -> None:
    settings.SMALL_TRIAL_SEK = 50_000
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    large = {**PLANNED, "cost": 50_001}
    with pytest.raises(Invalid, match="samordnare"):
        perform(idea, "try_out", person=again(cast.manager), data=large)

    perform(idea, "consent", person=again(cast.coordinator), data={**REASON, "ceiling": 60_000})
    perform(idea, "try_out", person=again(cast.manager), data=large)

    assert Trial.objects.get().cost == 50_001


@pytest.mark.strategy("A22", "B44-3")
def test_a_trial_has_its_plan_before_it_begins_and_is_due_when_it_ends(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    with pytest.raises(Invalid):
        perform(idea, "try_out", person=again(cast.lead), data={**PLANNED, "question": ""})
    for day in (timezone.localdate(), timezone.localdate() + timedelta(days=600)):
        with pytest.raises(Invalid):
            perform(idea, "try_out", person=again(cast.lead), data={**PLANNED, "ends_on": day.isoformat()})

    tried = perform(idea, "try_out", person=again(cast.lead), data=PLANNED)

    assert tried.due_at is not None
    assert timezone.localdate(tried.due_at).isoformat() == PLAN["ends_on"]
    assert signed_in(cast.author).get(idea.get_absolute_url()).content.decode().count("Om någon skadas.") >= 1


def test_an_idea_can_be_developed_and_tried_again(cast: Cast) -> None:
    idea = make_move(case_in(IdeaFlow, S.EVALUATED, cast), "try_again", cast, **PLANNED)
    make_move(idea, "evaluate", cast, outcome="missed", reason="Det hjälpte inte.")

    assert list(Trial.objects.values_list("outcome", flat=True)) == ["reached", "missed"]
    page = signed_in(cast.lead).get(idea.get_absolute_url()).content.decode()
    assert "Prövning 2" in page


@pytest.mark.strategy("B1-3")
def test_value_counts_when_it_has_been_seen_in_use(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.EVALUATED, cast, values=["economic"])
    assert idea.actual_values == []

    idea = make_move(idea, "introduce", cast, where="Alla vårdavdelningar", values=["social", "functional"])

    assert (idea.values, idea.actual_values) == (["economic"], ["social", "functional"])
    assert idea.introduced_where == "Alla vårdavdelningar"


@pytest.mark.strategy("B2-1")
def test_lasting_use_is_checked_after_twelve_months_and_ended_use_at_any_time(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.INTRODUCED, cast)
    assert open_moves(idea) == {"end_use"}
    assert idea.due_at is not None
    assert idea.due_at > timezone.now() + timedelta(days=364)

    Case.objects.filter(pk=idea.pk).update(due_at=timezone.now() + timedelta(days=29))
    idea.refresh_from_db()

    assert open_moves(idea) == {"end_use", "confirm_lasting"}


@pytest.mark.strategy("B43-7")
def test_those_whose_suggestions_became_the_idea_are_told_when_it_is_introduced(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.EVALUATED, cast)
    suggestion = case_in(SuggestionFlow, "received", cast)
    make_move(suggestion, "answer", cast, disposition="joined", idea=idea.reference, reason="Tack! Kopplat.")

    make_move(idea, "introduce", cast)

    event = Event.objects.get(case=suggestion, move="idea_introduced")
    assert event.data == {"idea": idea.pk}
