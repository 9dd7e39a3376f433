"""Everything of a call as a spreadsheet: the text as it was handed in, who may be late, and the reason of every move."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fund.flow import ApplicationFlow
from fund.models import Call, LateRight
from fund.states import ApplicationState as S
from fund.states import Outcome
from portal.accounts.models import User
from portal.cases.models import Considerations
from portal.cases.moving import perform
from tests.cast import Cast, again, case_in, signed_in
from tests.fund.granted import reviewed_call, second_officer
from tests.fund.story import RIGHT, open_call
from tests.fund.test_deciding import prepared

QUERIES = 32
pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]


def book_of(call: Call, person: User) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet, by the names of its columns."""
    answer: Any = signed_in(again(person)).post(reverse("fund:call_book", args=[call.key]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    sheets = {sheet.title: list(sheet.values) for sheet in book}
    return {
        title: [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]] for title, rows in sheets.items()
    }


def test_it_has_the_fields_that_were_handed_in_and_what_the_applicant_has_thought_of(cast: Cast) -> None:
    project = case_in(ApplicationFlow, S.SUBMITTED, cast)
    considered = Considerations.objects.get(case_id=project.pk)

    book = book_of(project.call, cast.officer)

    (handed_in,) = book["Inlämnad"]
    assert (handed_in["Rubrik"], handed_in["Sammanfattning"]) == (project.title, project.summary)
    assert handed_in["Perspektiv"] == project.text_of("perspectives")
    assert handed_in["Vem det är till nytta för"] == project.text_of("beneficiaries")
    assert [row["Ord"] for row in book["Överväganden"]] == [
        considered.text_of(f"{topic}_text") for topic in considered.TOPICS
    ]


def test_it_has_who_may_hand_in_late_and_why(cast: Cast) -> None:
    call = open_call()
    until = timezone.now() + timedelta(days=40)
    LateRight.objects.create(call=call, person=cast.colleague, until=until, why="Zqsjuk.", by=cast.officer)

    (right,) = book_of(call, cast.officer)["Rätt att söka sent"]

    assert (right["Person"], right["Varför"], right["Av"]) == (str(cast.colleague), "Zqsjuk.", str(cast.officer))


def test_it_has_the_reason_and_the_right_of_every_move_and_what_is_noted_inside_for_who_weighs_it(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague, cast.coauthor])
    up, gone, withdrawn = prepared(call, cast, *[Outcome.RESERVE] * 3)
    perform(call, "decide", person=again(cast.officer), data={**RIGHT, "reason": "Zqprotokoll."})
    right = {"delegation": "Delegation 4.3"}
    perform(up, "move_up", person=again(cast.officer), data=right)
    perform(gone, "let_go", person=again(cast.officer), data={"reason": "Zqslut.", **right})
    perform(withdrawn, "withdraw", person=again(cast.coauthor), data={"reason": "Zqändrat."})
    aside = second_officer()
    perform(up.as_kind(), "stand_aside", person=aside, data={"reason": "Zqgranne."})

    rows = book_of(call, cast.officer)["Steg med skäl"]

    assert {(row["Diarienummer"], row["Skäl"]) for row in rows} == {
        (call.reference, "Zqprotokoll."), (up.reference, None), (up.reference, "Zqgranne."), (gone.reference, "Zqslut."),
        (withdrawn.reference, "Zqändrat."),
    }  # fmt: skip
    rights = {row["Diarienummer"]: row["Med stöd av"] for row in rows if row["Med stöd av"]}
    assert (rights[call.reference], rights[up.reference]) == (RIGHT["delegation"], "Delegation 4.3")
    assert "Zqgranne." not in {row["Skäl"] for row in book_of(call, aside)["Steg med skäl"]}


@pytest.mark.parametrize("number", [1, 3])
def test_it_costs_the_same_however_many_moves_there_are(
    cast: Cast, number: int, django_assert_num_queries: Any
) -> None:
    owners = [cast.author, cast.colleague, cast.coauthor][:number]
    call = reviewed_call(cast, owners)
    for application, owner in zip(call.applications.order_by("pk"), owners, strict=True):
        perform(application, "withdraw", person=again(owner), data={"reason": "Zqändrat."})
    client = signed_in(again(cast.officer))
    with django_assert_num_queries(QUERIES):
        answer: Any = client.post(reverse("fund:call_book", args=[call.key]))
        assert b"".join(answer.streaming_content)
