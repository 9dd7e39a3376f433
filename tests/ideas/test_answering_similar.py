"""Answering what is like the text that one writes: join it, or say that it is not the same, and take that back."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from ideas.flow import ChallengeFlow, IdeaFlow
from ideas.models import Follow, Idea, Support
from ideas.states import ChallengeState
from ideas.states import IdeaState as S
from portal.cases.models import Case, NotSame
from portal.cases.states import Confidentiality, Relation
from tests.cast import Cast, case_in, draft_of, signed_in
from tests.ideas.likeness import HTMX, post
from tests.ideas.story import submitted

pytestmark = pytest.mark.strategy("B2-4")


# ── While one writes ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def draft(cast: Cast) -> Any:
    return draft_of(IdeaFlow, cast, owner=cast.colleague, title="Kallelse i mobil", need="", solution="")


def test_the_title_alone_or_all_that_is_written(cast: Cast, draft: Any) -> None:
    submitted(cast, "Kallelser i mobilen")
    submitted(cast, "Grönare tvätt")
    client = signed_in(cast.colleague)
    address = reverse("cases:similar", args=[draft.key])
    sent = {"title": "kallelser mobilen", "need": "tvätten ska bli grönare"}

    title = client.post(f"{address}?part=title", sent, headers=HTMX).content.decode()
    whole = client.post(address, sent, headers=HTMX).content.decode()

    assert "mobilen" in title
    assert "tvätt" not in title
    assert "tvätt" in whole
    assert "<html" not in whole
    assert post(client, draft, title="något helt annat") == ""


def test_without_script_a_button_saves_and_leads_to_a_page(cast: Cast, draft: Any) -> None:
    submitted(cast, "Kallelser i mobilen")
    client = signed_in(cast.colleague)
    write = reverse("ideas:write", args=[draft.pk])
    version = client.get(write).context["form"]["version"].value()

    answer = client.post(
        write, {"title": "Kallelser till mobilen", "version": version, "go_on": "similar"}, follow=True
    )

    assert answer.redirect_chain[-1][0] == reverse("cases:similar", args=[draft.key])
    assert Idea.objects.get(pk=draft.pk).title == "Kallelser till mobilen"
    assert "<mark>Kallelser</mark>" in answer.content.decode()


@pytest.mark.trust(1)
def test_only_those_who_write_it_ask_and_answer(cast: Cast, draft: Any) -> None:
    other = submitted(cast, "Kallelser i mobilen")
    address = reverse("cases:similar", args=[draft.key])
    answer = reverse("cases:similar_answer", args=[draft.key, other.pk])

    assert [signed_in(person).get(address).status_code for person in (cast.colleague, cast.lead, cast.author)] == [
        200,
        404,
        404,
    ]
    assert signed_in(cast.lead).post(answer, {"answer": "other"}).status_code == 404
    submitted_one = reverse("cases:similar", args=[other.key])
    assert signed_in(cast.author).get(submitted_one).status_code == 403
    assert not NotSame.objects.exists()


def test_what_is_not_the_same_is_remembered_for_that_draft_alone(cast: Cast, draft: Any) -> None:
    other = submitted(cast, "Kallelser i mobilen")
    second = draft_of(IdeaFlow, cast, owner=cast.colleague)
    client = signed_in(cast.colleague)
    address = reverse("cases:similar_answer", args=[draft.key, other.pk])

    for _time in range(2):
        assert "mobilen" in client.post(address, {"answer": "other"}, headers=HTMX).content.decode()

    assert "<mark>" not in post(client, draft, title="kallelser i mobilen")
    assert "<mark>" in post(client, second, title="kallelser i mobilen")
    client.post(reverse("cases:discard", args=[draft.key]))
    assert not NotSame.objects.exists()


def test_what_was_said_not_to_be_the_same_is_shown_and_taken_back(cast: Cast, draft: Any) -> None:
    other = submitted(cast, "Kallelser i mobilen")
    client = signed_in(cast.colleague)
    address = reverse("cases:similar_answer", args=[draft.key, other.pk])
    assert 'value="again"' in client.post(address, {"answer": "other"}, headers=HTMX).content.decode()

    for shown in (
        post(client, draft, title="kallelser i mobilen"),
        client.get(reverse("cases:similar", args=[draft.key])).content.decode(),
    ):
        assert other.reference in shown
        assert 'value="again"' in shown
    assert signed_in(cast.lead).post(address, {"answer": "again"}).status_code == 404
    assert client.post(address, {"answer": "again"}, headers=HTMX).status_code == 200

    assert not NotSame.objects.exists()
    found = post(client, draft, title="kallelser i mobilen")
    assert "<mark>" in found
    assert 'value="again"' not in found


@pytest.mark.trust(1)
def test_what_was_said_not_to_be_the_same_is_not_told_of_once_it_is_closed(cast: Cast, draft: Any) -> None:
    other = submitted(cast, "Kallelser i mobilen")
    NotSame.objects.create(draft=draft, case=other, by=cast.colleague)
    Case.objects.filter(pk=other.pk).update(confidentiality=Confidentiality.RESTRICTED)

    assert other.reference not in post(signed_in(cast.colleague), draft, title="kallelser i mobilen")


def test_joining_it_is_to_support_and_follow(cast: Cast, draft: Any) -> None:
    other = submitted(cast, "Kallelser i mobilen")
    client = signed_in(cast.colleague)

    answer = client.post(reverse("cases:similar_answer", args=[draft.key, other.pk]), {"answer": "same"})

    assert answer["Location"] == other.get_absolute_url()
    assert [model.objects.filter(idea=other.pk, person=cast.colleague).count() for model in (Support, Follow)] == [1, 1]
    assert Idea.objects.filter(pk=draft.pk).exists()


def test_an_idea_that_has_ended_is_shown_but_not_joined(cast: Cast, draft: Any) -> None:
    ended = case_in(IdeaFlow, S.CLOSED, cast, title="Kallelser i mobilen", need="Kallelser", solution="Zzz")
    address = reverse("cases:similar_answer", args=[draft.key, ended.pk])
    client = signed_in(cast.colleague)

    page = post(client, draft, title="kallelser i mobilen")
    assert ended.get_absolute_url() in page
    assert 'value="same"' not in page
    assert client.post(address, {"answer": "same"}).status_code == 409
    assert not Support.objects.exists()


@pytest.mark.strategy("B43-6")
def test_an_open_challenge_is_offered_and_answered_with_the_draft(cast: Cast, draft: Any) -> None:
    challenge = case_in(ChallengeFlow, ChallengeState.ANNOUNCED, cast, title="Kallelser som når fram")
    client = signed_in(cast.colleague)
    address = reverse("cases:similar_answer", args=[draft.key, challenge.pk])
    assert "Svara med det du skriver" in post(client, draft, title="kallelser når inte fram")

    answer = client.post(address, {"answer": "same"})

    assert answer["Location"] == reverse("ideas:write", args=[draft.pk])
    assert draft.links_out.get(relation=Relation.ANSWERS).target_id == challenge.pk
    assert post(client, draft, title="kallelser når inte fram") == ""  # it is tied already
    undo = reverse("cases:untie", args=[draft.key, draft.links_out.get().pk])
    assert undo in client.get(reverse("cases:case", args=[draft.key])).content.decode()
    assert client.post(undo).status_code == 302
    assert "Svara med det du skriver" in post(client, draft, title="kallelser når inte fram")
    client.post(address, {"answer": "same"})
    second = draft_of(IdeaFlow, cast, owner=cast.colleague)
    with time_machine.travel(challenge.closes_at + timedelta(days=1), tick=False):
        late = signed_in(cast.colleague)
        assert post(late, second, title="kallelser når inte fram") == ""
        again_late = reverse("cases:similar_answer", args=[second.key, challenge.pk])
        assert late.post(again_late, {"answer": "same"}).status_code == 409


@pytest.mark.strategy("B43-6")
def test_a_challenge_is_compared_while_it_is_written_but_answers_no_other(cast: Cast) -> None:
    other = case_in(
        ChallengeFlow, ChallengeState.ANNOUNCED, cast, title="Kallelser som når fram", owner=cast.other_lead
    )
    mine = draft_of(ChallengeFlow, cast, owner=cast.lead)
    client = signed_in(cast.lead)

    page = client.get(reverse("challenges:write", args=[mine.pk])).content.decode()
    answer = post(client, mine, title="kallelser når inte fram")

    assert page.count(reverse("cases:similar", args=[mine.key])) == 2
    assert "Kallelser</mark> som" in answer
    assert 'value="same"' not in answer
    address = reverse("cases:similar_answer", args=[mine.key, other.pk])
    assert client.post(address, {"answer": "same"}).status_code == 409


def test_one_does_not_join_oneself_nor_what_one_may_not_see(cast: Cast, draft: Any) -> None:
    own = submitted(cast, "Kallelser i mobilen", owner=cast.colleague)
    closed = case_in(IdeaFlow, S.RIGHTS, cast)
    client = signed_in(cast.colleague)
    join = [reverse("cases:similar_answer", args=[draft.key, pk]) for pk in (own.pk, closed.pk, 0)]

    assert [client.post(address, {"answer": "same"}).status_code for address in join] == [409, 404, 404]
    assert "join it" not in post(client, draft, title="kallelser i mobilen")
    assert not Support.objects.exists()
