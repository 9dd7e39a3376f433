"""Screening keeps what each part came to and why; a dismissal tells it, and can be undone until the decision."""

from typing import Any

import pytest

from fund.flow import ApplicationFlow
from fund.models import Application, Call
from fund.states import ApplicationState as S
from fund.states import CallState
from portal.cases.errors import Refused
from portal.cases.moving import perform
from tests.cast import Cast, case_in, make_move, open_moves, signed_in
from tests.fund.story import UNMET

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]

REMARKED: dict[str, Any] = {"it": "remarks", "it_why": "Systemet kräver en säkerhetsprövning."}


@pytest.mark.parametrize(
    ("move", "data", "wrong"),
    [
        ("pass_on", {"it": "remarks"}, "it_why"),
        ("pass_on", {"quality": ""}, "quality"),
        ("pass_on", UNMET, "__all__"),
        ("dismiss", {"quality": "unmet"}, "quality_why"),
        ("dismiss", {"reason": "Det passar inte."}, "__all__"),
    ],
)
def test_each_part_has_a_result_and_what_speaks_against_has_a_reason(
    cast: Cast, move: str, data: dict[str, str], wrong: str
) -> None:
    application = case_in(ApplicationFlow, S.SCREENING, cast)
    form = application.kind_info.flow.moves[move].form(
        {"formal": "met", "quality": "met", "it": "none", **data}, case=application, person=cast.officer
    )
    assert list(form.errors) == [wrong]


def test_the_record_is_the_officers_to_read(cast: Cast) -> None:
    application = make_move(case_in(ApplicationFlow, S.SCREENING, cast), "pass_on", cast, **REMARKED)

    page = signed_in(cast.officer).get(application.get_absolute_url()).content.decode()
    assert REMARKED["it_why"] in page
    assert REMARKED["it_why"] not in signed_in(cast.author).get(application.get_absolute_url()).content.decode()


def test_a_dismissal_tells_what_each_part_came_to_and_can_be_undone_until_the_decision(cast: Cast) -> None:
    dismissed = make_move(case_in(ApplicationFlow, S.SCREENING, cast), "dismiss", cast, **REMARKED, reason="Hör av er.")

    note = dismissed.events.get(move="dismiss").note
    assert UNMET["formal_why"] in note
    assert REMARKED["it_why"] in note
    assert note.endswith("Hör av er.")
    assert UNMET["formal_why"] in signed_in(cast.author).get(dismissed.get_absolute_url()).content.decode()

    again = make_move(dismissed, "take_up", cast, reason="Vi läste fel.")
    assert (again.state, again.closed_at) == (S.SCREENING, None)
    assert again.events.get(move="take_up").note == "Vi läste fel."
    letters = signed_in(cast.author).get(again.get_absolute_url()).content.decode()
    assert all(name in letters for name in ("avvisning.pdf", "upptagande.pdf"))

    once_more = make_move(again, "dismiss", cast)
    Call.objects.filter(pk=once_more.call_id).update(state=CallState.DECIDED)
    fresh = Application.objects.get(pk=once_more.pk)
    assert "take_up" not in open_moves(fresh)
    with pytest.raises(Refused, match="avvisningen står fast"):
        perform(fresh, "take_up", person=cast.officer, data={"reason": "För sent."})
