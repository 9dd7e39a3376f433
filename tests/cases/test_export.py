"""A case leaves the house as one file, with what the asker may read."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.documents import add_document
from portal.cases.actions.messages import send_message
from portal.cases.exporting import Contents
from portal.cases.models import Event
from portal.cases.states import Audience
from portal.cases.uploads import inspect
from tests.cast import Cast, case_in, signed_in

IDEA = kinds.by_key("idea").flow


@pytest.fixture
def case(cast: Cast) -> Any:
    case = case_in(IDEA, "assessing", cast, title="Drönare")
    for audience in (Audience.INTERNAL, Audience.AUTHOR):
        file = SimpleUploadedFile("plan.txt", f"plan {audience}".encode())
        add_document(case=case, file=file, accepted=inspect(file, "plan.txt"), person=cast.lead, audience=audience)
        send_message(case=case, text=f"text {audience}", audience=audience, person=cast.lead)
    return case


def taken_out(person: User, case: Any) -> ZipFile:
    answer = signed_in(person).post(reverse("cases:export", args=[case.key]))
    assert answer.status_code == 200
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]


def test_a_handler_takes_out_everything(cast: Cast, case: Any) -> None:
    archive = taken_out(cast.lead, case)

    assert archive.testzip() is None
    events = json.loads(archive.read("history.json"))
    assert [event["hash"] for event in events] == list(
        Event.objects.filter(case=case.pk).order_by("number").values_list("hash", flat=True)
    )
    told = json.loads(archive.read("case.json"))
    assert (told["fields"]["need"], told["fields"]["solution"]) == (case.need, case.solution)
    assert case.need in {fact.value for fact in Contents(case).record().facts}
    documents = told["documents"]
    assert [archive.read(document["file"]) for document in documents] == [b"plan internal", b"plan author"]
    assert {message["text"] for message in json.loads(archive.read("messages.json"))} == {
        "text internal",
        "text author",
    }
    assert archive.read("history.pdf").startswith(b"%PDF")
    assert Event.objects.filter(case=case.pk, move="case_exported", person=cast.lead).exists()


def test_the_registrar_takes_out_documents_but_no_internal_notes(cast: Cast, case: Any) -> None:
    archive = taken_out(cast.registrar, case)

    assert [message["text"] for message in json.loads(archive.read("messages.json"))] == ["text author"]
    events = json.loads(archive.read("history.json"))
    assert not any(event["internal"] for event in events)
    assert len(events) < case.events.count()
    assert [event["number"] for event in events] == list(range(1, len(events) + 1))
    assert not {"hash", "previous"} & {name for event in events for name in event}
    shown = Contents(case, internal=False).record().happenings
    assert {happening.hash for happening in shown} == {""}
    assert len(json.loads(archive.read("case.json"))["documents"]) == 2


def test_nobody_else_takes_out_a_case(cast: Cast, case: Any) -> None:
    for person, status in ((cast.author, 403), (cast.colleague, 403), (cast.outsider, 403), (cast.external, 404)):
        client, address = signed_in(person), reverse("cases:export", args=[case.key])
        assert (client.get(address).status_code, client.post(address).status_code) == (status, status)


def test_the_command_writes_the_file(cast: Cast, case: Any, tmp_path: Path) -> None:
    target = tmp_path / "ut.zip"

    call_command("export_case", case.reference.lower(), output=target)

    assert "messages.json" in ZipFile(target).namelist()
    with pytest.raises(CommandError):
        call_command("export_case", "HSN 2001-9999", output=target)
