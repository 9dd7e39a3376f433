"""While a resident writes: what everyone may read that is like it, and no more."""

import pytest
from django.test import Client
from django.urls import reverse

from ideas.actions.answering import publish
from ideas.flow import ChallengeFlow, IdeaFlow, SuggestionFlow
from ideas.models import Example, Suggestion
from ideas.queries.similar import similar_published
from ideas.states import IdeaState as S
from ideas.states import SuggestionState
from portal.cases.models import Case
from tests.cast import Cast, case_in, draft_of, make_move, signed_in
from tests.ideas.likeness import post
from tests.ideas.story import submitted, times

pytestmark = pytest.mark.strategy("B2-4", "B43-7")
HTMX = {"HX-Request": "true"}


def published(cast: Cast, text: str, public: str) -> Suggestion:
    suggestion: Suggestion = case_in(SuggestionFlow, SuggestionState.ANSWERED, cast, title=text, proposal=text)
    publish(suggestion, person=cast.lead, data={"public_text": public})
    suggestion.save()
    return suggestion


@pytest.mark.trust(1)
def test_residents_are_told_of_what_is_published_and_by_its_public_words_alone(cast: Cast) -> None:
    published(cast, "Min diabetes gör kallelsen viktig", "Skicka kallelser till mobilen")
    make_move(published(cast, "Kallelser på tavlan", "Kallelser på tavlan"), "unpublish", cast)
    submitted(cast, "Kallelser i mobilen")

    (one,) = similar_published("kallelser i mobilen")

    assert one["passage"] == "Skicka <mark>kallelser</mark> till <mark>mobilen</mark>"
    assert similar_published("diabetes") == []


def test_a_resident_is_shown_good_examples(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.INTRODUCED, cast)
    texts = {
        "title": "Kallad i fickan",
        "summary": "Kallelser i mobilen",
        "story": "Så gick det",
        "evidence": "Siffror",
    }
    Example.objects.create(idea=idea, written_by=cast.lead, published_at=idea.introduced_at, **texts)

    (one,) = similar_published("kallelsr i mobilen")

    assert str(one["story"]) == "Kallad i fickan"


@pytest.mark.trust(1)
def test_an_employee_who_writes_is_told_of_them_too_by_the_same_words(cast: Cast) -> None:
    shown = published(cast, "Min diabetes gör kallelsen viktig", "Skicka kallelser till mobilen")
    make_move(published(cast, "Kallelser på tavlan", "Kallelser på tavlan"), "unpublish", cast)
    idea = submitted(cast, "Kallelser i mobilen", "Brevet kommer för sent.")
    draft = draft_of(IdeaFlow, cast, owner=cast.colleague, need="", solution="")
    writer = signed_in(cast.colleague)

    page = post(writer, draft, title="Skicka kallelser till mobilen")
    assert page.index("Skicka</mark> <mark>kallelser") < page.index(idea.reference)
    assert "<mark>Skicka</mark> <mark>kallelser</mark> till <mark>mobilen</mark>" in page
    assert "Förslag: Går inte vidare, Södersjukhuset AB" in page
    assert "Tack! Vi har redan en plan för det här." in page
    assert ("tavlan" in page, str(shown.reference) in page) == (False, False)
    assert post(writer, draft, title="diabetes") == ""


def test_who_sees_the_suggestion_is_shown_it_once_as_the_case(cast: Cast) -> None:
    shown = published(cast, "Kallelser till mobilen", "Skicka kallelser till mobilen")
    draft = draft_of(IdeaFlow, cast, owner=cast.lead, need="", solution="")

    page = post(signed_in(cast.lead), draft, title="Kallelser till mobilen")
    assert page.count('<li class="similar">') == 1
    assert str(shown.reference) in page


@pytest.mark.trust(1)
@pytest.mark.strategy("B43-6")
def test_a_resident_is_shown_the_challenges_that_are_open_to_everyone_now(cast: Cast, client: Client) -> None:
    question = "Hur kan kallelser i mobilen bli begripliga?"
    openly, marked, coming = (
        make_move(draft_of(ChallengeFlow, cast, title=f"{name} kallelser", question=question), "announce", cast, **when)
        for name, when in (("Öppna", times(0, 30)), ("Hemliga", times(0, 30)), ("Kommande", times(2, 30)))
    )
    Case.objects.filter(pk=marked.pk).update(provision="21:7")

    (one,) = similar_published("kallelser i mobilen")

    assert one["challenge"].pk == openly.pk
    assert "<mark>mobilen</mark>" in one["passage"]
    sent = {"proposal": "Kallelser i mobilen, tack", "similar": "1"}
    page = client.post(reverse("suggestions:leave"), sent).content.decode()
    assert f'href="{openly.public_url}"' in page
    assert "Hemliga" not in page
    assert coming.public_url not in page


def test_the_challenge_that_one_answers_is_not_offered(cast: Cast, client: Client) -> None:
    question = "Hur kan kallelser i mobilen bli begripliga?"
    challenge = make_move(
        draft_of(ChallengeFlow, cast, title="Kallelser", question=question), "announce", cast, **times(0, 30)
    )
    sent = {"proposal": "Kallelser i mobilen, tack", "similar": "1"}

    page = client.post(f"{reverse('suggestions:leave')}?utmaning={challenge.pk}", sent, headers=HTMX)

    assert page.content.strip() == b""


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_the_form_of_a_resident_looks_without_sending(cast: Cast, client: Client, headers: dict[str, str]) -> None:
    published(cast, "Hemligt", "Skicka kallelser till mobilen")
    sent = {"proposal": "Kallelser i mobilen, tack", "place": "Vårdcentralen", "similar": "1"}

    page = client.post(reverse("suggestions:leave"), sent, headers=headers).content.decode()

    assert "<mark>mobilen</mark>" in page
    assert ("Vårdcentralen" in page) is (not headers)
    assert Suggestion.objects.count() == 1
