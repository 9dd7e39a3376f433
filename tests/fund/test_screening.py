"""Screening keeps what each part came to and why; a dismissal tells it, and can be undone until the decision."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.urls import reverse

from fund.flow import ApplicationFlow
from fund.models import Application, Call
from fund.states import ApplicationState as S
from fund.states import CallState
from fund.workbook import call_sheets
from portal.accounts.mine import my_data_zip
from portal.cases.errors import Refused
from portal.cases.moving import perform
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cast import Cast, again, appointment, case_in, make_move, open_moves, signed_in
from tests.fund.story import RIGHT, UNMET

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
        {"formal": "met", "quality": "met", "it": "none", **RIGHT, **data}, case=application, person=cast.officer
    )
    assert list(form.errors) == [wrong]


def test_the_record_is_the_officers_to_read(cast: Cast) -> None:
    application = make_move(case_in(ApplicationFlow, S.SCREENING, cast), "pass_on", cast, **REMARKED)

    page = signed_in(cast.officer).get(application.get_absolute_url()).content.decode()
    assert REMARKED["it_why"] in page
    assert REMARKED["it_why"] not in signed_in(cast.author).get(application.get_absolute_url()).content.decode()


def test_who_passes_it_on_is_told_that_the_author_reads_what_else_was_noted(cast: Cast) -> None:
    application = case_in(ApplicationFlow, S.SCREENING, cast)
    asked = signed_in(cast.officer).get(reverse("cases:move", args=[application.key, "pass_on"])).content.decode()
    assert "Upphovspersonen läser detta" in asked

    passed = make_move(application, "pass_on", cast, reason="Zqnoterat")
    assert "Zqnoterat" in signed_in(cast.author).get(passed.get_absolute_url()).content.decode()


def test_nobody_takes_the_record_of_their_own_application_out(cast: Cast) -> None:
    """Neither among a person's own data, nor as a fund officer who has applied."""
    application = make_move(case_in(ApplicationFlow, S.SCREENING, cast), "pass_on", cast, **REMARKED)
    with ZipFile(BytesIO(my_data_zip(again(cast.author)))) as packed:
        own = packed.read("cases.json").decode()
    assert "pass_on" in own
    assert REMARKED["it_why"] not in own

    appointment(cast.author, Role.FUND_OFFICER, Unit.objects.get(code="REGION")).save()
    for person, told in ((cast.author, False), (cast.officer, True)):
        rows = next(
            table.rows
            for name, table in call_sheets(application.call, again(person))
            if name in ("Genomgång", "Screening")
        )
        assert any(REMARKED["it_why"] in str(row) for row in rows) is told


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
