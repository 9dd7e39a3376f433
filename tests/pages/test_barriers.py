"""A report of a barrier comes in without an account, waits for the coordinators and is answered."""

import re

import pytest
from django.test import Client

from portal.cases.models import Case, CaseContact, DiaryEntry
from portal.cases.moving import judge
from portal.pages.barriers import rules
from portal.pages.barriers.flow import BarrierFlow
from portal.pages.barriers.models import Barrier
from portal.pages.barriers.states import BarrierState
from tests.cast import Cast, case_in, make_move, signed_in
from tests.matrix import Grid

pytestmark = pytest.mark.django_db
REPORT = {"place": "/ideer/", "description": "Menyn går inte att öppna med tangentbord."}

GRID = Grid(
    BarrierFlow,
    """
              author colleague coauthor outsider lead other_lead former_lead assessor manager jurist coordinator registrar controller officer host external inactive admin anonymous
    draft
      see        o       .        o        .      .       .          .          .       .      .        .          .         .         .         .    .        .       .       .
      receive    x       .        x        .      .       .          .          .       .      .        .          .         .         .         .    .        .       .       x
    received
      see        o       .        o        .      .       .          .          .       .      .        o          o         .         .         .    .        .       .       .
      answer     o       .        o        .      .       .          .          .       .      .        x          o         .         .         .    .        .       .       .
      pass_on    o       .        o        .      .       .          .          .       .      .        x          o         .         .         .    .        .       .       .
      refuse     o       .        o        .      .       .          .          .       .      .        x          o         .         .         .    .        .       .       .
    answered
      see        o       .        o        .      .       .          .          .       .      .        o          o         .         .         .    .        .       .       .
    refused
      see        o       .        o        .      .       .          .          .       .      .        o          o         .         .         .    .        .       .       .
    passed_on
      see        o       .        o        .      .       .          .          .       .      .        o          o         .         .         .    .        .       .       .
    """,  # noqa: E501  # a column for every part
)


@pytest.mark.parametrize("state", GRID.states)
def test_who_may_do_what_with_a_report(cast: Cast, state: str) -> None:
    GRID.verify(state, cast)


def receipt_of(client: Client) -> tuple[str, str]:
    page = client.get("/tillganglighet/anmal/kvitto/").content.decode()
    found = re.findall(r"<dd>([^<]+)</dd>", page)
    return found[0], found[1]


@pytest.mark.trust(30)
@pytest.mark.strategy("B62-1b")
def test_a_report_becomes_a_case_that_someone_must_answer_and_the_answer_reaches_the_author(
    cast: Cast, client: Client
) -> None:
    client.post("/tillganglighet/anmal/", REPORT | {"email": "svar@example.org"})
    reference, code = receipt_of(client)
    case = Case.objects.awaiting(cast.coordinator).get()

    assert (case.reference, case.unit.code, case.due_at is not None) == (reference, "RLK", True)
    assert DiaryEntry.objects.get(case=case).concerns == "Anmälan om hinder har kommit in"
    make_move(case.as_kind(), "answer", cast, reason="Menyn är rättad i dag.")
    page = client.post("/tillganglighet/folj/", {"reference": reference, "code": code.lower()}).content.decode()
    assert "Menyn är rättad i dag." in page


def test_the_receipt_stays_until_the_browser_is_told_to_forget(client: Client) -> None:
    client.post("/tillganglighet/anmal/", REPORT)

    assert receipt_of(client) == receipt_of(client)
    assert client.get("/tillganglighet/anmal/kvitto/").headers["Cache-Control"] == "no-store"
    client.post("/tillganglighet/anmal/glom/")
    assert client.get("/tillganglighet/anmal/kvitto/").headers["Location"] == "/tillganglighet/folj/"


def test_a_receipt_is_shown_to_nobody_else(client: Client) -> None:
    client.post("/tillganglighet/anmal/", REPORT)

    assert Client().get("/tillganglighet/anmal/kvitto/").headers["Location"] == "/tillganglighet/folj/"


def test_nobody_follows_a_report_without_its_code(client: Client) -> None:
    client.post("/tillganglighet/anmal/", REPORT)
    reference, _code = receipt_of(client)
    page = client.post("/tillganglighet/folj/", {"reference": reference, "code": "AAAA-BBBB-CCCC"}).content.decode()

    assert "Menyn" not in page
    assert "hör inte ihop" in page


def test_an_author_without_an_account_never_reads_what_is_internal(cast: Cast, client: Client) -> None:
    from portal.cases.actions.people import assign_holder

    client.post("/tillganglighet/anmal/", REPORT)
    reference, code = receipt_of(client)
    assign_holder(case=Barrier.objects.get(), holder=cast.coordinator, by=cast.coordinator)
    page = client.post("/tillganglighet/folj/", {"reference": reference, "code": code}).content.decode()

    assert str(cast.coordinator) not in page


def test_a_person_with_an_account_finds_the_report_among_their_cases(cast: Cast) -> None:
    signed_in(cast.external).post("/tillganglighet/anmal/", REPORT)

    assert Case.objects.visible_to(cast.external).get().owner == cast.external
    assert not CaseContact.objects.exists()


def test_only_a_request_can_be_refused(cast: Cast) -> None:
    report = case_in(BarrierFlow, BarrierState.RECEIVED, cast, is_request=False)
    request = case_in(BarrierFlow, BarrierState.RECEIVED, cast, is_request=True)
    refuse = BarrierFlow.moves["refuse"]

    assert not judge(report, refuse)
    assert judge(request, refuse)


def test_a_report_without_words_comes_back(client: Client) -> None:
    page = client.post("/tillganglighet/anmal/", REPORT | {"description": " "}).content.decode()

    assert 'href="#id_description"' in page
    assert 'value="/ideer/"' in page
    assert not Barrier.objects.exists()


def test_a_form_that_was_filled_in_by_itself_comes_back_with_the_text(client: Client) -> None:
    page = client.post("/tillganglighet/anmal/", REPORT | {"website": "https://example.org"}).content.decode()

    assert "Skicka” en gång till" in page
    assert REPORT["description"] in page
    assert "https://example.org" not in page, "sent once more, it comes in"
    assert not Barrier.objects.exists()


def test_a_flood_is_stopped_with_a_sentence_and_the_text_stays(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_AN_HOUR", 1)
    case_in(BarrierFlow, BarrierState.RECEIVED, cast)
    answer = client.post("/tillganglighet/anmal/", REPORT)

    assert answer.status_code == 429
    assert REPORT["description"] in answer.content.decode()
    assert Barrier.objects.count() == 1
