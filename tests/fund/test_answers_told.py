"""What is asked for, answered or lacking is told as it is: above the form that answers it, and on the page."""

import pytest
from django.urls import reverse

from fund.flow import ApplicationFlow
from fund.models import Application, ChangeRequest
from fund.rules.applying import answered
from fund.states import ApplicationState as S
from fund.states import Outcome
from portal.cases.moving import perform
from tests.cast import Cast, again, case_in, draft_of, signed_in
from tests.fund.granted import reported, reviewed_call, running
from tests.fund.story import ANSWERS, ASKED, RIGHT
from tests.fund.test_deciding import prepared

pytestmark = pytest.mark.django_db


def form_of(application: Application, move: str, cast: Cast) -> str:
    address = reverse("cases:move", args=[application.key, move])
    return signed_in(again(cast.officer)).get(address).content.decode()


@pytest.mark.parametrize("move", ["approve_report", "send_back"])
def test_the_report_stands_above_the_form_that_answers_it(cast: Cast, move: str) -> None:
    project = running(cast)
    reported(project, by=cast.author, approved_by=None)
    assert "Prövat" in form_of(project, move, cast).split("<blockquote", 1)[1].split("</blockquote>")[0]


def test_the_request_stands_above_the_form_that_answers_it(cast: Cast) -> None:
    project = running(cast)
    ChangeRequest.objects.create(application=project, by=cast.author, what="Fler skyltar", why="Huset har byggts ut")
    quoted = form_of(project, "answer_change", cast).split("<blockquote", 1)[1].split("</blockquote>")[0]
    assert "Fler skyltar" in quoted
    assert "Huset har byggts ut" in quoted


def test_only_a_place_on_the_reserve_list_is_told_as_one(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague])
    granted, waits = prepared(call, cast, Outcome.GRANT, Outcome.RESERVE)
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    officer = signed_in(again(cast.officer))
    assert "på reservlistan" not in officer.get(granted.get_absolute_url()).content.decode()
    assert "plats 2 på reservlistan" in officer.get(waits.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"half_time": False}, "måste besvaras med ja"),
        ({"timetable": [{"what": "Prova", "starts": "2027-03-01", "ends": "2027-02-01"}]}, "slutar innan den börjar"),
    ],
)
def test_a_wrong_answer_is_told_as_what_it_is(cast: Cast, answers: dict[str, object], said: str) -> None:
    draft = draft_of(ApplicationFlow, cast, answers={**ANSWERS, **answers})
    (reason,) = answered(draft).reasons
    assert said in str(reason)
    assert "saknas" not in str(reason)


def test_where_a_part_is_granted_the_budget_is_said_to_be_what_was_applied_for(cast: Cast) -> None:
    project = case_in(ApplicationFlow, S.RUNNING, cast)
    said = "Det är vad som söktes."
    officer = signed_in(again(cast.officer))
    assert said not in officer.get(project.get_absolute_url()).content.decode()
    call = reviewed_call(cast, [cast.author])
    (part,) = prepared(call, cast, Outcome.PART)
    perform(call, "decide", person=again(cast.officer), data=RIGHT)
    assert part.amount == ASKED
    assert said in officer.get(part.get_absolute_url()).content.decode()
