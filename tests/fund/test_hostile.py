"""Hostile words and numbers in every field of an application: kept as text or refused with a sentence, never run, never stored half."""

from collections.abc import Callable
from typing import Any
from typing import cast as cast_to

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from fund.actions.papers import count_pages, keep_receipts
from fund.flow import ApplicationFlow
from fund.forms.tables import MOST_ROWS
from fund.models import Application
from tests.cases.hostile import FORMULAS, RTL_OVERRIDE, SCRIPTS
from tests.cast import Cast, answer_considerations, draft_of, gather, make_move
from tests.fund.story import ANSWERS
from tests.fund.test_writing import Window, in_english

SCRIPT = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">{{ 7*7 }}"
TEXTS = ("title", "summary", "q_need", "q_approach", "q_benefit", "q_competition")
CELLS = (
    "q_timetable-0-what",
    "q_participants-0-name",
    "q_participants-0-role",
    "q_participants-0-unit",
    "q_budget-0-what",
)


@pytest.fixture
def draft(cast: Cast) -> Any:
    return draft_of(ApplicationFlow, cast)


def everywhere(words: str) -> dict[str, Any]:
    return dict.fromkeys((*TEXTS, *CELLS), words)


def stored(draft: Any) -> Application:
    return Application.objects.get(pk=draft.pk)


def test_words_are_kept_as_they_are_and_shown_as_words(cast: Cast, draft: Any) -> None:
    """One after the other in every field, and at last all of them together on paper."""
    window, hostile = Window(in_english(cast.author), draft), (*SCRIPTS, *FORMULAS, SCRIPT)
    for words in hostile:
        window.open()
        assert window.send(**everywhere(words)).status_code == 302, words

        assert stored(draft).answers["need"] == words.strip()
        assert stored(draft).answers["budget"][0]["what"] == words.strip()
        assert "<img src=x" not in window.client.get(draft.get_absolute_url()).content.decode()

    window.open()
    window.send(q_need=" ".join(hostile))
    count_pages(application_id=draft.pk)
    assert stored(draft).counted
    assert stored(draft).answers["need"].startswith(SCRIPTS[0])


def test_what_no_reader_sees_is_taken_away(cast: Cast, draft: Any) -> None:
    Window(in_english(cast.author), draft).send(**everywhere(f"a{RTL_OVERRIDE}b\u200bc"))

    found = stored(draft)
    assert {found.title, found.answers["need"], found.answers["participants"][0]["name"]} == {"abc"}


REFUSED = (
    *[(name, "a\x00b") for name in (*TEXTS, *CELLS)],
    *[(name, "å" * 20_001) for name in (*TEXTS, *CELLS)],
    ("q_budget-0-amount", "-1"),
    ("q_budget-0-amount", "1e9"),
    ("q_budget-0-amount", "9" * 30),
    ("q_budget-0-amount", "1 OR 1=1"),
    ("q_budget-0-amount", "²"),
    ("q_budget-0-kind", "bribe"),
    ("q_timetable-0-starts", "2026-02-30"),
    ("q_timetable-0-ends", "99999-01-01"),
    ("q_half_time", "perhaps"),
    ("project", "holiday"),
    ("perspectives", "wealth"),
)


def test_what_cannot_be_kept_is_refused_with_a_sentence_and_nothing_is_lost(cast: Cast, draft: Any) -> None:
    client = in_english(cast.author)
    for name, value in REFUSED:
        window, sent = Window(client, draft), cast_to(dict[str, Any], {name: value})

        assert window.send(**sent).status_code == 200, (name, value[:40])
        problem = window.send(script=True, **sent).json()["problem"]

        assert problem.startswith("Not saved"), (name, value[:40])
        assert stored(draft).answers == ANSWERS, (name, value[:40])
        assert stored(draft).title == draft.title, (name, value[:40])


def test_no_more_rows_are_taken_than_there_is_room_for(cast: Cast, draft: Any) -> None:
    window = Window(in_english(cast.author), draft)
    window.rows("q_participants", [{"name": str(at), "role": "x"} for at in range(MOST_ROWS + 20)])

    window.send()

    assert len(stored(draft).answers["participants"]) == MOST_ROWS


@pytest.mark.parametrize("version", ["", "x", "-1:", "99999999999999999999:", "1:" + "0" * 1990, "²:"])
def test_a_forged_version_never_overwrites(cast: Cast, draft: Any, version: Any) -> None:
    window, other = (Window(in_english(cast.author), draft) for _window in range(2))
    other.send(q_need="Deras")

    answer = window.send(script=True, version=version, q_need="Mitt")

    assert answer.status_code in (200, 409)
    assert (stored(draft).answers["need"] == "Mitt") == (answer.status_code == 200 and version[:2] == "99")


@pytest.mark.parametrize("field", ["x" * 10_000, "<b>", "\x00", "q_need\r\nSet-Cookie: a=b"])
def test_where_somebody_writes_is_only_words(cast: Cast, draft: Any, field: str) -> None:
    answer = in_english(cast.author).post(reverse("fund:writing", args=[draft.pk]), {"field": field})

    assert answer.status_code == 200
    assert answer.json()["present"] == {}


@pytest.mark.browser
def test_a_script_in_every_field_is_shown_as_what_it_is(transactional_db: None, open_page: Callable[..., Page]) -> None:
    cast = gather()
    draft = draft_of(ApplicationFlow, cast)
    answer_considerations(draft)
    Window(in_english(cast.author), draft).send(**everywhere(SCRIPT))
    hostile = make_move(stored(draft), "submit", cast)
    make_move(hostile, "receive", cast)
    assert keep_receipts() == 1
    page = open_page(cast.manager)

    for address in (
        hostile.get_absolute_url(),
        reverse("fund:receipt", args=[draft.pk]),
        reverse("fund:applications"),
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200
        assert page.title() != "run"
        assert page.locator("main img[src=x]").count() == 0
