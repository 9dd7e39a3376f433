"""The API says what the pages say, to the same people."""

import json
from base64 import urlsafe_b64encode
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from portal.cases import kinds
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Event
from tests.cast import Cast, case_in, draft_of, make_move, signed_in

IDEA = kinds.by_key("idea").flow


def get(client: Client, path: str, **query: Any) -> Any:
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_list_is_read_page_by_page_to_its_end(cast: Cast) -> None:
    cases = [case_in(IDEA, "submitted", cast) for _ in range(5)]
    draft_of(IDEA, cast)
    client, found, after = signed_in(cast.author), [], ""

    while True:
        page = get(client, "cases", limit=2, after=after)
        found += [item["reference"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break

    assert found == [case.reference for case in reversed(cases)]
    assert get(signed_in(cast.external), "cases")["items"] == []


def test_one_case_its_steps_events_and_documents(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast, title="Drönare")
    client = signed_in(cast.lead)

    assert get(client, f"cases/{case.key}")["title"] == "Drönare"
    moves = {move["name"]: move["open"] for move in get(client, f"cases/{case.key}/moves")}
    assert moves["take_up"] is True
    assert "withdraw" not in moves
    assert [event["move"] for event in get(client, f"cases/{case.key}/events")] == ["submit"]
    assert get(client, f"cases/{case.key}/documents") == []


@pytest.mark.trust(1)
def test_what_is_told_of_events_does_not_tell_how_many_are_internal(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast)
    name_person(case=case, person=cast.assessor, grant="assess", by=cast.lead)
    make_move(case, "take_up", cast)
    inside, outside = (get(signed_in(person), f"cases/{case.key}/events") for person in (cast.lead, cast.author))

    assert [(event["number"], event["internal"]) for event in inside] == [(1, False), (2, True), (3, False)]
    assert [event["hash"] for event in inside] == list(case.events.order_by("number").values_list("hash", flat=True))
    assert [(event["number"], event["move"], event["hash"]) for event in outside] == [
        (1, "submit", None),
        (2, "take_up", None),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"after": "nonsense"},
        {"after": "\0"},
        {"after": urlsafe_b64encode(b"2026-01-01T00:00:00|1").decode()},
        {"after": urlsafe_b64encode(b"0001-01-01T00:00:00+23:59|1").decode()},
        {"after": urlsafe_b64encode(b"9999-12-31T23:59:59-23:59|1").decode()},
        {"kind": "idea\0"},
        {"state": "SUBMITTED"},
        {"limit": 0},
    ],
)
def test_what_no_list_can_mean_is_refused(cast: Cast, asked: dict[str, Any]) -> None:
    assert signed_in(cast.author).get("/api/v1/cases", asked).status_code == 422


@pytest.mark.trust(1)
def test_what_one_may_not_see_is_not_found_and_a_stranger_is_asked_to_sign_in(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast)
    paths = [f"cases/{case.key}{rest}" for rest in ("", "/moves", "/events", "/documents")]

    for person in (cast.external, cast.admin):
        client = signed_in(person)
        assert {client.get(f"/api/v1/{path}").status_code for path in paths} == {404}
        moved = client.post(f"/api/v1/cases/{case.key}/moves/take_up", {}, content_type="application/json")
        assert moved.status_code == 404
    assert {Client().get(f"/api/v1/{path}").status_code for path in [*paths, "cases"]} == {401}


def test_a_step_goes_through_the_same_door(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast)
    address = f"/api/v1/cases/{case.key}/moves/"

    def post(person: Any, name: str, **body: Any) -> Any:
        return signed_in(person).post(f"{address}{name}", body, content_type="application/json")

    assert post(cast.author, "take_up").status_code == 403
    assert post(cast.lead, "no_such").status_code == 404
    assert post(cast.lead, "take_up", version=case.version).json()["state"] == "assessing"
    stale = post(cast.lead, "take_up", version=case.version)
    assert (stale.status_code, bool(stale.json()["reasons"])) == (409, True)
    wrong = post(cast.lead, "send_back")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (422, ["reason"])
    assert Event.objects.filter(case=case.pk).count() == 2


def test_a_step_without_the_token_of_the_session_is_refused(cast: Cast) -> None:
    case = case_in(IDEA, "submitted", cast)
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.lead, backend="portal.accounts.backends.ActiveBackend")

    answer = client.post(f"/api/v1/cases/{case.key}/moves/take_up", {}, content_type="application/json")

    assert answer.status_code == 403
    assert Case.objects.get(pk=case.pk).state == "submitted"


def test_the_documentation_lists_every_operation(db: None) -> None:
    schema = Client().get("/api/v1/openapi.json").json()
    with translation.override("sv"):
        page = Client().get("/api/v1/docs").content.decode()

    assert len(schema["paths"]) == 6
    assert all(path.replace("{", "{") in page for path in schema["paths"])


def test_the_queries_of_a_list_do_not_grow_with_it(cast: Cast, django_assert_num_queries: Any) -> None:
    client = signed_in(cast.author)
    for number in (1, 2):
        for _ in range(number):
            case_in(IDEA, "submitted", cast)
        with django_assert_num_queries(4):
            get(client, "cases")


@pytest.mark.parametrize("answer", [["2026-12-31"], [], [None], 20261231, 1.5, True, None, "\ud800", "\0"])
def test_an_answer_of_the_wrong_sort_is_a_wrong_answer_and_no_error(cast: Cast, answer: Any) -> None:
    case = case_in(IDEA, "accepted", cast)
    fields = ("question", "measure", "baseline", "target", "stop_rule", "ends_on", "cost")
    sent = json.dumps({"data": dict.fromkeys(fields, answer)})
    client = signed_in(cast.lead)
    address = f"/api/v1/cases/{case.key}/moves/try_out"
    assert client.post(address, sent, content_type="application/json").status_code == 422
    nested = json.dumps({"data": {"ends_on": [["2026-12-31"]], "question": {"a": 1}}})
    assert client.post(address, nested, content_type="application/json").status_code == 422
