"""What is marked as a trade secret is met by nobody but who wrote it, the host and the reviewers (OSL 31:12, 31:16)."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.cases.errors import Invalid, Refused
from portal.cases.exporting import Contents
from testbeds.flow import TestFlow
from testbeds.models import SECRET, TestRequest
from testbeds.states import TestState
from tests.cast import Cast, case_in, draft_of, signed_in
from tests.testbeds.story import perform

pytestmark = pytest.mark.django_db
WORD = "zqxsecret"
WHY = f"{WORD}why"
"""Told of what is marked: it tells of the secret, so it is kept from the same people."""
PROMISED = ("question", "baseline", "measure", "target", "afterwards")


def marked(cast: Cast) -> TestRequest:
    """Weighed, with every text that can be marked full of the word, and marked."""
    texts: dict[str, Any] = {name: f"{WORD} {name}" for name in PROMISED}
    marks: dict[str, Any] = {
        "secrets": dict.fromkeys(PROMISED, "31:16"),
        "secret_whys": {name: f"{WHY} {name}" for name in PROMISED},
    }
    request = case_in(TestFlow, TestState.RESULT_DUE, cast, **texts, **marks)
    result = {
        "result": f"{WORD} result", "measured": f"{WORD} measured", "reached": "True", "tested_hours": 3, "secret_result": "31:12",
        "secret_measured": "31:12", "why_secret_result": f"{WHY} result", "why_secret_measured": f"{WHY} measured",
    }  # fmt: skip
    perform(request, "hand_in_result", person=cast.author, data=result)
    stopped = {
        "reason": "Det räcker.",
        "lesson": f"{WORD} lesson",
        "secret_lesson": "31:16",
        "why_secret_lesson": f"{WHY} lesson",
    }
    done: TestRequest = perform(request, "stop", person=cast.host, data=stopped)
    assert set(done.secrets) == set(done.secret_whys) == set(SECRET)
    return done


def met_by(person: User, request: TestRequest) -> Iterator[str]:
    """Everything that the person gets of the request, by page."""
    client = signed_in(person)
    addresses = (
        reverse("cases:case", args=[request.key]),
        reverse("testbeds:requests"),
        f"{reverse('cases:search')}?q={WORD}",
        reverse("cases:all"),
        f"/api/v1/cases/{request.key}",
        f"/api/v1/cases/{request.pk}",
        reverse("diary:case", args=[request.key]),
        reverse("notices:list"),
        request.testbed.get_absolute_url(),
    )
    for address in addresses:
        yield client.get(address).text


def taken_out(person: User, request: TestRequest) -> bytes:
    answer = signed_in(person).post(reverse("cases:export", args=[request.key]))
    if answer.status_code != 200:
        return b""
    archive = ZipFile(BytesIO(b"".join(answer)))
    return b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".json"))


@pytest.mark.strategy("B4-9b")
def test_only_those_inside_meet_what_is_marked(cast: Cast) -> None:
    request = marked(cast)
    for part in ("author", "host", "other_lead", "controller"):  # the last two have reviewed it
        page = signed_in(getattr(cast, part)).get(reverse("cases:case", args=[request.key])).text
        assert all(f"{WORD} {name}" in page and f"{WHY} {name}" in page for name in SECRET), part
    for part in ("registrar", "colleague", "manager", "coordinator", "external", "admin", "lead", "jurist"):
        met = list(met_by(getattr(cast, part), request))
        assert not any(f"{word} {name}" in text for text in met for name in SECRET for word in (WORD, WHY)), part
        assert not any(request.get_absolute_url() in text for text in met[2:3]), f"{part} found it by a secret word"
        assert WORD.encode() not in taken_out(getattr(cast, part), request), part
    assert b"31:16" in taken_out(cast.registrar, request)
    kept = taken_out(cast.host, request)
    assert all(f"{word} {name}".encode() in kept for name in SECRET for word in (WORD, WHY))


def test_not_even_those_inside_meet_it_through_search_or_programs(cast: Cast) -> None:
    """The one text that is searched and the one that programs read are masked for all, so that neither has to know who asks."""
    request = marked(cast)
    assert WORD not in request.body
    for part in ("author", "host"):
        client = signed_in(getattr(cast, part))
        found = client.get(f"/api/v1/cases/{request.key}")
        assert found.status_code == 200
        assert WORD not in found.text


def test_a_mark_is_made_in_the_form_with_its_ground(cast: Cast) -> None:
    request = draft_of(TestFlow, cast, question=f"{WORD} question")
    client = signed_in(cast.author)
    address = reverse("testbeds:write", args=[request.pk])
    assert WORD in request.body
    token = client.get(address).context["form"].token
    sent = {"question": f"{WORD} question", "secret_question": "31:16", "why_secret_question": "Vi söker patent."}
    client.post(address, {"version": token, **sent})
    request.refresh_from_db()
    assert (request.secrets, request.secret_whys) == ({"question": "31:16"}, {"question": "Vi söker patent."})
    assert WORD not in request.body
    form = client.get(address).context["form"]
    assert form["secret_question"].value() == "31:16"
    assert form["why_secret_question"].value() == "Vi söker patent."
    assert form["question"].value() == f"{WORD} question"
    strange = client.post(address, {"version": form.token, "secret_question": "99:9"})
    assert strange.status_code == 200
    assert TestRequest.objects.get().secrets == {"question": "31:16"}


def test_a_mark_can_be_made_and_taken_off_afterwards(cast: Cast) -> None:
    request = case_in(TestFlow, TestState.SUBMITTED, cast, question=f"{WORD} question")
    seen = reverse("cases:case", args=[request.key])
    assert WORD in signed_in(cast.registrar).get(seen).text
    perform(
        request,
        "mark_secret",
        person=cast.author,
        data={"field": "question", "ground": "31:12", "why": "Vi söker patent."},
    )
    assert WORD not in signed_in(cast.registrar).get(seen).text
    assert WORD in signed_in(cast.host).get(seen).text
    perform(request, "mark_secret", person=cast.author, data={"field": "question", "ground": ""})
    assert WORD in signed_in(cast.registrar).get(seen).text


def test_no_mark_goes_without_a_reason(cast: Cast) -> None:
    """Neither when the request is sent, nor when a mark is made afterwards, nor with the result; and what is not marked needs none."""
    draft = draft_of(TestFlow, cast, secrets={"question": "31:16"})
    with pytest.raises(Refused, match="varför ”Frågan som testet besvarar” är en företagshemlighet"):
        perform(draft, "submit", person=cast.author)
    request = case_in(TestFlow, TestState.RESULT_DUE, cast)
    result = {"result": "Ja.", "measured": "Nio av tio.", "reached": "True", "tested_hours": 3}
    for name, data in (
        ("mark_secret", {"field": "question", "ground": "31:12"}),
        ("hand_in_result", {**result, "secret_measured": "31:16"}),
        ("stop", {"reason": "Det räcker.", "lesson": "Börja tidigare.", "secret_lesson": "31:16"}),
    ):
        with pytest.raises(Invalid) as refused:
            perform(request, name, person=cast.host if name == "stop" else cast.author, data=data)
        assert len(refused.value.form.errors) == 1, name
    handed = perform(request, "hand_in_result", person=cast.author, data={**result, "why_secret_result": "Onödigt."})
    assert (handed.secrets, handed.secret_whys) == ({}, {})


def test_the_printed_history_masks_it_too(cast: Cast) -> None:
    request = marked(cast)
    assert WORD in str(Contents(request).record())
    masked = str(Contents(request, internal=False, documents=[], messages=[]).record())
    assert WORD not in masked
    assert "31:16" in masked


def test_what_is_shared_with_everyone_leaves_it_out(cast: Cast) -> None:
    """Also what is marked after the decision; and the page is there to leak: what is taken off the mark is read there."""
    request = marked(cast)
    page = Client().get(request.testbed.get_absolute_url()).text
    assert request.shared
    assert WORD not in page
    perform(request, "mark_secret", person=cast.author, data={"field": "target", "ground": ""})
    assert f"{WORD} target" in Client().get(request.testbed.get_absolute_url()).text
    perform(
        request,
        "mark_secret",
        person=cast.author,
        data={"field": "target", "ground": "31:16", "why": "Vi söker patent."},
    )
    assert WORD not in Client().get(request.testbed.get_absolute_url()).text


def test_no_event_keeps_what_is_marked(cast: Cast) -> None:
    request = marked(cast)
    assert WORD not in str(list(request.events.values_list("note", "data")))
