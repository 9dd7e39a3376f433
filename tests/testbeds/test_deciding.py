"""The result stands beside the promise, and no test ends without a decision (B44-3); hosts say what does not fit (B44-4)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.cases.errors import Invalid, NotYours, Refused
from portal.cases.workdays import due_at
from testbeds.flow import TestFlow
from testbeds.models import ModelFlag, Survey
from testbeds.states import Outcome, TestState
from tests.cast import Cast, case_in, make_move, signed_in
from tests.testbeds.story import pass_months, perform

pytestmark = pytest.mark.django_db
RESULT = {"result": "Fler hittade rätt.", "measured": "Nio frågor om dagen.", "reached": "True", "tested_hours": 11}
SURVEY = {"satisfied": 5, "answered": 4, "again": 5, "words": "Mer kaffe."}


@pytest.mark.strategy("B44-3")
def test_the_result_stands_beside_the_promise(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.RESULT_DUE, cast, question="Hittar fler rätt?", target="Tio frågor om dagen.")
    perform(request, "hand_in_result", person=cast.author, data=RESULT)
    for person in (cast.author, cast.host, cast.registrar):
        page = signed_in(person).get(reverse("cases:case", args=[request.key])).text
        assert all(
            text in page
            for text in ("Hittar fler rätt?", "Tio frågor om dagen.", "Fler hittade rätt.", "Nio frågor om dagen.")
        )


@pytest.mark.strategy("B44-3")
def test_nobody_writes_the_promise_when_the_result_is_known(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.RESULT_DUE, cast)
    assert signed_in(cast.author).get(reverse("testbeds:write", args=[request.pk])).status_code == 409


@pytest.mark.strategy("B44-3")
@pytest.mark.parametrize("outcome", [Outcome.INTRODUCE, Outcome.PROCURE])
def test_what_goes_on_has_a_receiver_and_is_followed_up_twice(cast: Cast, outcome: Outcome) -> None:
    request = case_in(TestFlow, TestState.WEIGHING, cast)
    with pytest.raises(Invalid):
        perform(
            request, "go_on", person=cast.host, data={"outcome": outcome, "reason": "Nyttan är visad.", "receiver": ""}
        )
    done = perform(
        request,
        "go_on",
        person=cast.host,
        data={"outcome": outcome, "reason": "Nyttan är visad.", "receiver": "SÖS, Ada"},
    )
    assert (done.outcome, done.receiver) == (outcome, "SÖS, Ada")
    assert done.due_at == due_at(timezone.now(), months=6)

    for name in ("follow_up", "close"):
        with pytest.raises(Refused):
            perform(request, name, person=cast.host, data={"became": "För tidigt"})
    pass_months(request, 6)
    half = perform(request, "follow_up", person=cast.host, data={"became": "Används på två avdelningar."})
    assert half.state == TestState.FOLLOWED
    assert half.due_at == due_at(half.decided_at, months=12)
    assert half.awaits
    pass_months(request, 12)
    closed = perform(request, "close", person=cast.host, data={"became": "Används överallt."})
    assert (closed.state, closed.after_half_year, closed.still_used) == (
        TestState.CLOSED, "Används på två avdelningar.", "Används överallt.",
    )  # fmt: skip
    assert "Används överallt." in signed_in(cast.author).get(reverse("cases:case", args=[request.key])).text


@pytest.mark.strategy("B44-3")
def test_what_stops_leaves_a_lesson(cast: Cast) -> None:
    for state in (TestState.WEIGHING, TestState.RESULT_DUE, TestState.RUNNING):
        request = case_in(TestFlow, state, cast)
        with pytest.raises(Invalid):
            perform(request, "stop", person=cast.host, data={"reason": "Det gick inte."})
        done = perform(
            request, "stop", person=cast.host, data={"reason": "Det gick inte.", "lesson": "Fråga fler först."}
        )
        assert (done.state, done.outcome, done.lesson) == (TestState.STOPPED, Outcome.STOP, "Fråga fler först.")


@pytest.mark.strategy("B44-3")
def test_a_longer_test_keeps_its_agreement_and_what_was_said(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.RESULT_DUE, cast)
    perform(request, "hand_in_result", person=cast.author, data=RESULT)
    done = perform(request, "extend", person=cast.host, data={"receiver": "SÖS, Ada", "reason": "Ett halvår till."})
    assert (done.state, done.outcome) == (TestState.CONDITIONAL, Outcome.EXTEND)
    for name in ("book", "begin", "finish"):
        make_move(request, name, cast)
    page = signed_in(cast.author).get(reverse("cases:move", args=[request.key, "hand_in_result"])).text
    assert "Fler hittade rätt." in page


@pytest.mark.strategy("B4-4")
def test_who_tested_is_asked_once_how_it_was(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.WEIGHING, cast)
    with pytest.raises(NotYours):
        perform(request, "answer_survey", person=cast.host, data=SURVEY)
    perform(request, "answer_survey", person=cast.author, data=SURVEY)
    with pytest.raises(Refused):
        perform(request, "answer_survey", person=cast.author, data=SURVEY)
    assert Survey.objects.get().words == "Mer kaffe."
    assert "Mer kaffe." in signed_in(cast.host).get(reverse("cases:case", args=[request.key])).text
    assert "Mer kaffe." not in signed_in(cast.registrar).get(reverse("cases:case", args=[request.key])).text


@pytest.mark.strategy("B44-4")
def test_a_host_says_that_the_reimbursement_needs_work_and_coordinators_read_it(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.RUNNING, cast, title="zqxtitle")
    perform(request, "flag_model", person=cast.host, data={"text": "Ersättningen täcker inte kvällar."})
    assert ModelFlag.objects.get().text == "Ersättningen täcker inte kvällar."
    assert request.events.filter(move="flag_model", internal=True).count() == 1
    address = reverse("testbeds:model_flags")
    page = signed_in(cast.coordinator).get(address).text
    assert "Ersättningen täcker inte kvällar." in page
    assert "zqxtitle" not in page
    assert [signed_in(person).get(address).status_code for person in (cast.host, cast.author, cast.external)] == [
        403
    ] * 3
    assert "kvällar" not in signed_in(cast.author).get(reverse("cases:case", args=[request.key])).text


def test_every_open_state_has_somebody_and_a_date(cast: Cast) -> None:
    for state in set(TestFlow.due):
        request = case_in(TestFlow, state, cast)
        assert request.awaits
        assert request.due_at > timezone.now() - timedelta(days=1)
