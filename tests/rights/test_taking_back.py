"""An author asks to take a disclosure back; a person answers, and the time runs on until then (LAU 5 §)."""

from typing import Any

import pytest

from portal.cases.errors import NotYours, Refused
from portal.cases.moving import perform
from portal.notices.models import Notice
from rights.flow import DisclosureFlow
from rights.states import DisclosureState as S
from tests.cast import Cast, again, case_in, signed_in

pytestmark = pytest.mark.strategy("B43-2")
WHY = "Det var en kollegas lösning, inte min."


@pytest.fixture
def disclosure(cast: Cast) -> Any:
    return case_in(DisclosureFlow, S.NOTIFIED, cast)


def ask(disclosure: Any, cast: Cast) -> Any:
    return perform(disclosure, "ask_to_take_back", person=cast.author, data={"reason": WHY})


def told(person: Any, move: str) -> int:
    return Notice.objects.filter(recipient=person, event__move=move, mandatory=True).count()


def test_the_reviewer_is_told_why_and_the_time_runs_on(cast: Cast, disclosure: Any) -> None:
    asked = ask(disclosure, cast)

    assert (asked.state, asked.due_at, asked.respond_by) == (S.NOTIFIED, disclosure.due_at, disclosure.respond_by)
    assert told(cast.jurist, "ask_to_take_back") == 1
    assert WHY in signed_in(again(cast.jurist)).get(asked.get_absolute_url()).content.decode()
    with pytest.raises(Refused):
        ask(asked, cast)  # once
    with pytest.raises(NotYours):
        perform(asked, "ask_to_take_back", person=cast.jurist, data={"reason": WHY})


def test_the_reviewer_goes_on_with_a_reason_that_the_author_reads_and_may_be_asked_again(
    cast: Cast, disclosure: Any
) -> None:
    with pytest.raises(Refused):
        perform(disclosure, "go_on", person=cast.jurist, data={"reason": "Nej"})
    asked = ask(disclosure, cast)
    answered = perform(asked, "go_on", person=cast.jurist, data={"reason": "Två har anmält den tillsammans."})

    assert answered.take_back_why == ""  # type: ignore[attr-defined]  # read as its own kind
    assert told(cast.author, "go_on") == 1
    assert answered.events.get(move="ask_to_take_back").note == WHY
    assert ask(answered, cast).take_back_why == WHY


def test_or_closes_it_and_only_that_stops_the_time(cast: Cast, disclosure: Any) -> None:
    asked = ask(disclosure, cast)
    data = {"what": "mistake", "reason": "Som du skriver.", "keeps_closed": "False"}
    closed = perform(asked, "close_mistaken", person=cast.jurist, data=data)

    assert closed.state == S.CLOSED
    assert closed.take_back_why == ""  # type: ignore[attr-defined]  # read as its own kind
