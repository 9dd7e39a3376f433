"""Every suggestion is answered, with what became of it; an answer can be undone; what is published tells nobody's name."""

from typing import Any

import pytest
from django.test import Client

from ideas.flow import IdeaFlow, SuggestionFlow
from ideas.models import Idea, Suggestion
from ideas.states import IdeaState as S
from ideas.words import PUBLIC, what_became
from portal.cases.errors import Invalid
from portal.cases.models import Case, CaseLink
from portal.cases.moving import chances, perform
from portal.cases.states import Confidentiality, Relation
from tests.cast import Cast, again, case_in, make_move, signed_in

pytestmark = pytest.mark.strategy("B43-7")
THANKS = "Tack! Så här blir det."


@pytest.fixture
def suggestion(cast: Cast) -> Any:
    return case_in(
        SuggestionFlow, "received", cast, proposal="Fler bänkar. Jag heter 19850709-9805.", title="Fler bänkar"
    )


def answer(suggestion: Suggestion, cast: Cast, disposition: str, **more: Any) -> Any:
    data = {"disposition": disposition, "reason": THANKS, **more}
    return perform(suggestion, "answer", person=again(cast.lead), data=data)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"reason": THANKS}, "disposition"),
        ({"disposition": "not_taken"}, "reason"),
        ({"disposition": "other_route", "reason": THANKS}, "route"),
        ({"disposition": "joined", "reason": THANKS}, "idea"),
        ({"disposition": "joined", "reason": THANKS, "idea": "SOS 2020-9999"}, "idea"),
        ({"disposition": "new_idea", "reason": THANKS, "idea_title": ""}, "idea_title"),
        ({"disposition": "new_idea", "reason": THANKS, "idea_title": "Ny", "carrier": "extern@example.org"}, "carrier"),
        ({"disposition": "new_idea", "reason": THANKS, "idea_title": "Ny", "carrier": "author colleague"}, "carrier"),
    ],
)
def test_what_became_of_it_and_the_answer_are_mandatory(
    cast: Cast, suggestion: Any, data: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        perform(suggestion, "answer", person=again(cast.lead), data=data)
    assert set(refused.value.form.errors) == {field}


def test_what_is_not_asked_for_is_not_in_the_way(cast: Cast, suggestion: Any) -> None:
    answered = answer(suggestion, cast, "not_taken", idea="skräp", route="skräp")
    assert (answered.state, answered.route) == ("answered", "")


def test_the_suggestion_is_before_the_eyes_of_who_answers(cast: Cast, suggestion: Any) -> None:
    page = signed_in(cast.lead).get(f"/arenden/{suggestion.key}/answer/").content.decode()
    assert "Fler bänkar. Jag heter" in page


def test_a_new_idea_is_begun_for_somebody_to_complete(cast: Cast, suggestion: Any) -> None:
    answer(suggestion, cast, "new_idea", idea_title="Bänkar", carrier="author@example.org")

    idea = Idea.objects.get()
    assert (idea.title, idea.owner, idea.state, idea.unit) == ("Bänkar", cast.author, S.RETURNED, suggestion.unit)
    assert "Fler bänkar" in idea.need
    assert "19850709" not in idea.need
    assert idea.beneficiaries == ["resident"]
    assert idea.reference
    assert Case.objects.awaiting(again(cast.author)).filter(pk=idea.pk).exists()
    assert CaseLink.objects.get().relation == Relation.LED_TO
    assert "ett förslag från en invånare" in signed_in(cast.outsider).get(idea.get_absolute_url()).content.decode()
    assert signed_in(cast.author).get(f"/ideer/{idea.pk}/skriv/").status_code == 200


def test_who_takes_the_new_idea_on_does_not_decide_on_it(cast: Cast, suggestion: Any) -> None:
    answer(suggestion, cast, "new_idea", idea_title="Bänkar")
    idea = Idea.objects.get()
    assert idea.owner == cast.lead
    assert "go_on" not in _moves(idea, cast.lead)


def _moves(case: Any, person: Any) -> set[str]:
    return {chance.move.name for chance in chances(case, again(person))}


@pytest.mark.parametrize(("disposition", "relation"), [("joined", Relation.JOINED), ("exists", Relation.RELATED)])
def test_it_is_tied_to_the_idea_it_belongs_with(cast: Cast, suggestion: Any, disposition: str, relation: str) -> None:
    idea = case_in(IdeaFlow, S.TRYING, cast)
    answer(suggestion, cast, disposition, idea=idea.key.lower())
    link = CaseLink.objects.get()
    assert (link.source_id, link.target_id, link.relation) == (suggestion.pk, idea.pk, relation)


def test_it_is_not_joined_to_an_idea_the_handler_may_not_see(cast: Cast, suggestion: Any) -> None:
    closed = case_in(IdeaFlow, S.RIGHTS, cast)
    with pytest.raises(Invalid, match="Ingen idé"):
        answer(suggestion, cast, "joined", idea=closed.reference)


# ── What became of it ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("state", [S.TRYING, S.INTRODUCED, S.CLOSED, S.DECLINED])
def test_the_author_is_told_the_state_of_the_idea_and_nothing_of_its_inside(
    cast: Cast, suggestion: Any, state: str
) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast, title="Idéns hemliga rubrik")
    answer(suggestion, cast, "joined", idea=idea.reference)
    Case.objects.filter(pk=idea.pk).update(state=state)

    (sentence,) = what_became([suggestion])[suggestion.pk]

    assert str(PUBLIC[state]) in sentence
    assert "hemliga" not in sentence


def test_a_closed_idea_says_nothing_of_how_far_it_has_come(cast: Cast, suggestion: Any) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    answer(suggestion, cast, "joined", idea=idea.reference)
    make_move(idea, "send_to_rights", cast)
    (sentence,) = what_became([suggestion])[suggestion.pk]
    assert sentence.endswith("Den ses över.")


def test_what_became_of_many_suggestions_costs_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    several = [case_in(SuggestionFlow, "received", cast) for _ in range(3)]
    for one in several:
        answer(one, cast, "joined", idea=idea.reference)
    with django_assert_num_queries(1):
        assert [len(sentences) for sentences in what_became(several).values()] == [1, 1, 1]


# ── Undoing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mistaken_answer_is_undone_with_what_it_began(cast: Cast, suggestion: Any) -> None:
    answered = answer(suggestion, cast, "new_idea", idea_title="Bänkar", carrier="author@example.org")

    reopened = make_move(answered, "reopen", cast, reason="Jag läste fel.")

    assert (reopened.state, reopened.disposition, reopened.answer, reopened.answered_at) == ("looking", "", "", None)
    assert CaseLink.objects.get().undone_by == cast.lead
    assert Idea.objects.get().state == S.WITHDRAWN
    assert what_became([reopened]) == {suggestion.pk: []}
    assert answer(reopened, cast, "not_taken").state == "answered"


def test_an_idea_that_somebody_has_worked_on_is_not_taken_back(cast: Cast, suggestion: Any) -> None:
    answered = answer(suggestion, cast, "new_idea", idea_title="Bänkar", carrier="author@example.org")
    make_move(Idea.objects.get(), "go_on", cast)

    make_move(answered, "reopen", cast, reason="Jag läste fel.")

    assert Idea.objects.get().state == S.ASSESSING


def test_an_undone_answer_is_no_longer_public(cast: Cast, suggestion: Any) -> None:
    answered = make_move(answer(suggestion, cast, "not_taken"), "publish", cast, public_text="Fler bänkar.")
    assert "Fler bänkar." in Client().get("/forslag/").content.decode()
    make_move(answered, "reopen", cast, reason="Jag läste fel.")
    assert "Fler bänkar." not in Client().get("/forslag/").content.decode()


def test_a_suggestion_for_another_unit_is_passed_on(cast: Cast, suggestion: Any) -> None:
    moved = make_move(suggestion, "pass_on", cast, unit=cast.outsider.unit_id, reason="Ert område.")
    assert (moved.unit, moved.state, moved.holder) == (cast.outsider.unit, "received", None)
    assert Case.objects.awaiting(again(cast.other_lead)).filter(pk=moved.pk).exists()


# ── Publishing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_published_has_been_masked_and_read_by_a_handler(cast: Cast, suggestion: Any) -> None:
    answered = answer(suggestion, cast, "not_taken")
    page = signed_in(cast.lead).get(f"/arenden/{answered.key}/publish/").content.decode()
    assert "Jag heter [personnummer]" in page
    with pytest.raises(Invalid):
        make_move(answered, "publish", cast, public_text="Jag heter 19850709-9805.")

    make_move(answered, "publish", cast, public_text="Fler bänkar vid hållplatsen.")

    public = Client().get("/forslag/").content.decode()
    assert "Fler bänkar vid hållplatsen." in public
    assert THANKS in public
    assert "19850709" not in public
    make_move(answered, "unpublish", cast)
    assert "Fler bänkar vid hållplatsen." not in Client().get("/forslag/").content.decode()


@pytest.mark.trust(1)
def test_nothing_unpublished_or_closed_is_on_the_public_list(cast: Cast, suggestion: Any) -> None:
    answered = make_move(answer(suggestion, cast, "not_taken"), "publish", cast, public_text="Synligt förslag.")
    case_in(SuggestionFlow, "answered", cast, proposal="Opublicerat förslag.")
    Case.objects.filter(pk=answered.pk).update(confidentiality=Confidentiality.RESTRICTED)
    public = Client().get("/forslag/").content.decode()
    assert "Synligt förslag." not in public
    assert "Opublicerat" not in public


@pytest.mark.parametrize("rows", [1, 3])
def test_the_public_list_costs_the_same_at_any_length(
    cast: Cast, rows: int, django_assert_max_num_queries: Any
) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    for _ in range(rows):
        one = case_in(SuggestionFlow, "received", cast)
        make_move(answer(one, cast, "joined", idea=idea.reference), "publish", cast)
    client = Client()
    client.get("/forslag/")
    with django_assert_max_num_queries(4):
        client.get("/forslag/")
