"""Hostile words in every field of an idea and a suggestion: kept as text or refused with a sentence, never run, never stored half."""

from collections.abc import Callable
from typing import Any

import pytest
from django import forms
from django.urls import reverse
from playwright.sync_api import Page

from ideas.flow import IdeaFlow
from ideas.forms.suggesting import SuggestionForm
from ideas.forms.writing import IdeaDraftForm
from ideas.models import Idea, Suggestion
from ideas.states import IdeaState as S
from portal.cases.forms.versioned import version_token
from tests.cast import Cast, again, case_in, draft_of, gather, make_move, signed_in
from tests.ideas.test_suggesting import send

SCRIPT = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">{{ 7*7 }}"
TURNED, PLAIN = "Bänkar \u202eraksnab\u202c \u2066vid\u2069 hållplatsen", "Bänkar raksnab vid hållplatsen"
NUL = "Bänkar\x00 vid hållplatsen"
TEN_MEGABYTES = "å" * 5 * 1024 * 1024


def free_texts(form: Any) -> list[str]:
    """The names of the fields that take any words."""
    return sorted(
        name for name, asked in form.fields.items() if isinstance(asked.widget, forms.TextInput | forms.Textarea)
    )


def own_texts(draft: Idea) -> list[str]:
    return [name for name in free_texts(IdeaDraftForm(instance=draft)) if name not in ("version", "keep")]


def save(draft: Idea, cast: Cast, words: str) -> Any:
    """Fill every free text of the idea with the words and press save."""
    form = IdeaDraftForm(instance=draft)
    shown = {name: form[name].value() for name in form.texts if name != "technologies"}
    data = {"version": version_token(draft, form.texts), **shown, **dict.fromkeys(own_texts(draft), words)}
    return signed_in(cast.author).post(reverse("ideas:write", args=[draft.pk]), data)


def written(draft: Idea) -> set[str]:
    saved = Idea.objects.get(pk=draft.pk)
    return {getattr(saved, name) for name in own_texts(draft)}


@pytest.mark.strategy("B43-1", "B43-7")
def test_what_no_reader_sees_is_taken_away(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast)
    assert save(draft, cast, TURNED).status_code == 302
    send(proposal=TURNED, place=TURNED)

    assert written(draft) == {PLAIN}
    suggestion = Suggestion.objects.get()
    assert {suggestion.proposal, suggestion.place, suggestion.title} == {PLAIN}


@pytest.mark.parametrize(("words", "status"), [(NUL, 200), (TEN_MEGABYTES, 413)])
def test_what_cannot_be_kept_is_refused_whole(cast: Cast, words: str, status: int) -> None:
    draft = draft_of(IdeaFlow, cast)
    before = written(draft)

    answers = [save(draft, cast, words), send(proposal=words, place=words)]

    assert [answer.status_code for answer in answers] == [status, status]
    assert all("ds-error-summary" in answer.content.decode() for answer in answers if status == 200)
    assert written(draft) == before
    assert not Suggestion.objects.exists()


def test_the_forms_have_no_free_text_that_is_not_tried_here(cast: Cast) -> None:
    assert free_texts(SuggestionForm()) == ["place", "proposal", "website"]
    assert len(own_texts(draft_of(IdeaFlow, cast))) == 11


@pytest.mark.browser
def test_a_script_in_every_field_is_shown_as_what_it_is(transactional_db: None, open_page: Callable[..., Page]) -> None:
    cast = gather()
    draft = draft_of(IdeaFlow, cast)
    assert save(draft, cast, SCRIPT).status_code == 302
    make_move(Idea.objects.get(pk=draft.pk), "submit", cast)
    idea = case_in(IdeaFlow, S.TRYING, cast, title="Annan idé")
    make_move(idea, "close", cast, reason=SCRIPT)
    send(proposal=SCRIPT, place=SCRIPT)
    suggestion = Suggestion.objects.get()
    suggestion.unit = again(cast.author).unit  # type: ignore[assignment]  # everyone in the cast who works has one
    suggestion.save()
    make_move(suggestion, "answer", cast, person=cast.lead, reason=SCRIPT, disposition="not_taken")
    make_move(Suggestion.objects.get(), "publish", cast, person=cast.lead, public_text=SCRIPT)

    hostile = Idea.objects.get(pk=draft.pk)
    page = open_page(cast.lead)
    for address in (
        hostile.get_absolute_url(),
        idea.get_absolute_url(),
        suggestion.get_absolute_url(),
        f"{hostile.get_absolute_url()}take_up/",
        f"{suggestion.get_absolute_url()}reopen/",
        "/arenden/",
        "/ideer/",
        "/forslag/",
        "/forslag/hantera/",
        "/diarium/",
        "/sok/?q=script",
    ):
        answer = page.goto(address)
        assert answer is not None
        assert (address, answer.status) == (address, 200)
        assert (address, page.title()) != (address, "run")
        assert page.locator("main img[src=x]").count() == 0, address
    page.goto(hostile.get_absolute_url())
    assert page.locator("main").inner_text().count(SCRIPT) >= 5
