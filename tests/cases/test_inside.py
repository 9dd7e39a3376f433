"""What is done inside a case: messages, documents, people, openness, considerations, ties."""

import re
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse

from portal.cases import kinds
from portal.cases.models import Case, CaseGrant, CaseLink, Considerations, DiaryEntry, Document, Event, Message
from portal.cases.states import Audience
from tests.cases.hostile import FILES, NAMES, NUL_TEXT, SCRIPTS
from tests.cast import Cast, case_in, draft_of, make_move, signed_in

IDEA = kinds.by_key("idea").flow
NUMBER = "19850709-9805"
SAVED = re.compile(r"Sparat \d\d:\d\d")


@pytest.fixture
def case(cast: Cast) -> Any:
    return case_in(IDEA, "assessing", cast)


def address(name: str, case: Any, *more: Any) -> str:
    return reverse(f"cases:{name}", args=[case.key, *more])


# ── Messages ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_message_is_internal_unless_the_author_is_chosen(cast: Cast, case: Any) -> None:
    lead = signed_in(cast.lead)
    lead.post(address("message", case), {"text": "Bara mellan oss"})
    lead.post(address("message", case), {"text": "Till dig", "audience": "author"})

    author_page = signed_in(cast.author).get(case.get_absolute_url()).content.decode()
    lead_page = lead.get(case.get_absolute_url()).content.decode()

    assert ("Bara mellan oss" in author_page, "Till dig" in author_page) == (False, True)
    assert ("Bara mellan oss" in lead_page, "Till dig" in lead_page) == (True, True)
    assert (
        list(DiaryEntry.objects.filter(case=case.pk).order_by("line").values_list("direction", flat=True))[-1] == "out"
    )
    assert Event.objects.filter(case=case.pk, move="note_written", internal=True).count() == 1


def test_the_author_answers_and_cannot_choose_who_reads(cast: Cast, case: Any) -> None:
    signed_in(cast.author).post(address("message", case), {"text": "Mitt svar", "audience": "internal"})

    message = Message.objects.get(case=case.pk)
    assert (message.audience, message.by) == (Audience.AUTHOR, cast.author)
    assert "Mitt svar" in signed_in(cast.lead).get(case.get_absolute_url()).content.decode()
    assert Event.objects.filter(case=case.pk, move="answer_received").exists()


def test_other_employees_neither_read_nor_write_messages(cast: Cast, case: Any) -> None:
    signed_in(cast.lead).post(address("message", case), {"text": "Till dig", "audience": "author"})

    for person in (cast.colleague, cast.outsider, cast.registrar):
        assert signed_in(person).post(address("message", case), {"text": "Hej"}).status_code == 403
    assert "Till dig" not in signed_in(cast.colleague).get(case.get_absolute_url()).content.decode()
    assert "Till dig" in signed_in(cast.registrar).get(case.get_absolute_url()).content.decode()


def test_who_handles_a_case_and_wrote_it_does_not_see_its_inside(cast: Cast) -> None:
    own = case_in(IDEA, "submitted", cast, owner=cast.lead)
    Message.objects.create(case=own, audience=Audience.INTERNAL, text="Vad vi tycker", by=cast.coordinator)

    page = signed_in(cast.lead).get(own.get_absolute_url()).content.decode()

    assert "Vad vi tycker" not in page
    assert not Case.objects.read_inside_by(cast.lead).filter(pk=own.pk).exists()


def test_an_empty_message_comes_back_with_its_error(cast: Cast, case: Any) -> None:
    answer = signed_in(cast.lead).post(address("message", case), {"text": " ", "audience": "author"})

    assert answer.status_code == 200
    assert answer.context["form"].errors["text"]
    assert Message.objects.count() == 0


@pytest.mark.parametrize("text", [NUL_TEXT, "x" * 10_001])
def test_a_text_that_cannot_be_kept_is_refused_with_a_sentence(cast: Cast, case: Any, text: str) -> None:
    answer = signed_in(cast.lead).post(address("message", case), {"text": text})

    assert answer.context["form"].errors["text"]
    assert Message.objects.count() == 0


def test_scripts_are_shown_as_what_they_are(cast: Cast, case: Any) -> None:
    for script in SCRIPTS:
        signed_in(cast.lead).post(address("message", case), {"text": script, "audience": "author"})

    page = signed_in(cast.author).get(case.get_absolute_url()).content.decode()

    assert Message.objects.count() == len(SCRIPTS)
    assert not any(script in page for script in SCRIPTS if "<" in script)


# ── Identity numbers ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B62-2")
def test_an_identity_number_stops_the_writer_once(cast: Cast, case: Any) -> None:
    client, message = signed_in(cast.lead), {"text": f"Gäller {NUMBER}", "audience": "author"}

    asked = client.post(address("message", case), message)
    assert NUMBER in asked.content.decode()
    assert asked.context["asked"].must_ask
    assert Message.objects.count() == 0

    assert client.post(address("message", case), {**message, "numbers_checked": "1"}).status_code == 302
    assert Message.objects.get().text == f"Gäller {NUMBER}"


@pytest.mark.strategy("B62-2")
def test_an_identity_number_in_the_draft_stops_its_handing_in_once(cast: Cast) -> None:
    draft = draft_of(IDEA, cast, need=f"Patienten {NUMBER} fick vänta")
    client, move = signed_in(cast.author), address("move", draft, "submit")

    assert NUMBER in client.get(move).content.decode()
    assert client.post(move, {"version": draft.version}).status_code == 200
    draft.refresh_from_db()
    assert draft.reference is None

    assert client.post(move, {"version": draft.version, "numbers_checked": "1"}).status_code == 302
    draft.refresh_from_db()
    assert draft.reference


# ── Documents ────────────────────────────────────────────────────────────────────────────────────────────────────────


def upload(client: Any, case: Any, content: bytes, name: str = "plan.txt", **fields: Any) -> Any:
    file = BytesIO(content)
    file.name = name
    return client.post(address("add_document", case), {"file": file, "audience": "author", **fields})


def test_who_reads_a_document_is_decided_by_its_audience(cast: Cast, case: Any) -> None:
    lead = signed_in(cast.lead)
    for audience in set(Audience) - {Audience.CLOSED}:
        assert upload(lead, case, audience.encode(), audience=audience, title=audience).status_code == 302

    readers = {
        "author": {"author", "everyone"},
        "lead": {"internal", "author", "everyone"},
        "registrar": {"internal", "author", "everyone"},
        "colleague": {"everyone"},
        "external": set(),
    }
    for part, expected in readers.items():
        client, found = signed_in(getattr(cast, part)), set()
        for document in Document.objects.all():
            answer = client.get(document.get_absolute_url())
            if answer.status_code == 200:
                assert b"".join(answer.streaming_content) == document.audience.encode()  # type: ignore[attr-defined]
                found.add(document.audience)
            else:
                assert answer.status_code == 404
        assert (part, found) == (part, expected)


@pytest.mark.trust(12)
def test_a_file_is_handed_out_to_be_saved_and_never_run(cast: Cast, case: Any) -> None:
    client = signed_in(cast.author)
    upload(client, case, b"hej", name="../../etc/<b>plan.txt")

    answer = client.get(Document.objects.get().get_absolute_url())

    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "/" not in Document.objects.get().name
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.trust(11)
@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_is_stored(cast: Cast, case: Any, name: str) -> None:
    named, made = FILES[name]

    answer = upload(signed_in(cast.author), case, made(), name=named)

    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert Document.objects.count() == 0


@pytest.mark.trust(11)
@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_never_reaches_the_disk(cast: Cast, case: Any, name: str) -> None:
    upload(signed_in(cast.author), case, b"%PDF-1.7\n%%EOF", name=name or "x")

    for document in Document.objects.all():
        assert str(document.file.name).startswith("documents/")
        assert set(str(document.file.name)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/")


def test_a_withdrawn_document_of_a_submitted_case_is_kept_with_a_trace(cast: Cast, case: Any) -> None:
    author = signed_in(cast.author)
    upload(author, case, b"plan")
    document = Document.objects.get()

    assert author.post(reverse("cases:withdraw_document", args=[document.pk]), {"reason": "Fel fil"}).status_code == 302

    assert author.get(document.get_absolute_url()).status_code == 404
    kept = signed_in(cast.lead).get(document.get_absolute_url())
    assert b"".join(kept.streaming_content) == b"plan"  # type: ignore[attr-defined]
    assert Event.objects.get(case=case.pk, move="document_withdrawn").note == "Fel fil"


@pytest.mark.django_db(transaction=True)
def test_a_withdrawn_document_of_a_draft_is_gone(cast: Cast) -> None:
    draft, author = draft_of(IDEA, cast), signed_in(cast.author)
    upload(author, draft, b"plan")
    document = Document.objects.get()
    storage, name = document.file.storage, document.file.name

    author.post(reverse("cases:withdraw_document", args=[document.pk]))

    assert not Document.objects.exists()
    assert not storage.exists(str(name))
    assert not Event.objects.filter(case=draft.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_a_discarded_draft_takes_its_files_along(cast: Cast) -> None:
    draft, author = draft_of(IDEA, cast), signed_in(cast.author)
    upload(author, draft, b"plan")
    document = Document.objects.get()

    assert author.post(address("discard", draft)).status_code == 302

    assert not document.file.storage.exists(str(document.file.name))
    assert not Case.objects.exists()


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_coauthor_is_added_by_name_or_address_and_nothing_more_is_accepted(cast: Cast) -> None:
    draft, client = draft_of(IDEA, cast), signed_in(cast.author)

    for word in ("nobody", cast.inactive.email, "%", "' OR 1=1"):
        assert client.post(address("add_coauthor", draft), {"who": word}).context["form"].errors["who"]
    client.post(address("add_coauthor", draft), {"who": cast.coauthor.email.upper()})
    client.post(address("add_coauthor", draft), {"who": cast.author.username})

    assert [grant.user for grant in CaseGrant.objects.all()] == [cast.coauthor]
    assert cast.coauthor.notices.filter(case=draft.pk).count() == 1
    assert signed_in(cast.coauthor).get(draft.get_absolute_url()).status_code == 200


def test_the_owner_removes_a_coauthor_and_a_coauthor_may_leave(cast: Cast) -> None:
    draft, client = draft_of(IDEA, cast), signed_in(cast.author)
    client.post(address("add_coauthor", draft), {"who": cast.coauthor.username})
    client.post(address("add_coauthor", draft), {"who": cast.colleague.username})

    assert signed_in(cast.coauthor).post(address("remove_coauthor", draft, cast.colleague.pk)).status_code == 403
    client.post(address("remove_coauthor", draft, cast.colleague.pk))
    assert signed_in(cast.coauthor).post(address("remove_coauthor", draft, cast.coauthor.pk)).headers[
        "Location"
    ] == reverse("cases:mine")
    assert not CaseGrant.objects.exists()


def test_a_handler_takes_the_case_or_names_another_who_may(cast: Cast, case: Any) -> None:
    client = signed_in(cast.lead)
    offered = set(client.get(address("holder", case)).context["form"].fields["holder"].queryset)

    assert cast.lead in offered
    assert not offered & {cast.author, cast.inactive, cast.external, cast.admin, cast.former_lead}
    client.post(address("holder", case), {"holder": cast.lead.pk})
    case.refresh_from_db()
    assert case.holder == cast.lead
    assert client.post(address("holder", case), {"holder": cast.author.pk}).context["form"].errors["holder"]
    assert signed_in(cast.author).post(address("holder", case), {"holder": cast.author.pk}).status_code == 403


# ── Openness, considerations, ties ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B42-2", "X2")
def test_openness_changes_with_a_reason_and_a_closed_case_names_its_provision(cast: Cast, case: Any) -> None:
    client = signed_in(cast.lead)

    wrong = client.post(address("openness", case), {"confidentiality": "restricted", "reason": "Skäl"})
    assert wrong.context["form"].errors["provision"]
    client.post(address("openness", case), {"confidentiality": "internal", "provision": "31:16", "reason": "Affär"})

    event = Event.objects.get(case=case.pk, move="openness_changed")
    assert (event.note, event.data) == ("Affär", {"from": "open", "to": "internal", "provision": "31:16"})
    assert signed_in(cast.colleague).get(case.get_absolute_url()).status_code == 404
    assert signed_in(cast.author).post(address("openness", case), {}).status_code == 403


@pytest.mark.strategy("B62-1a", "B62-1b", "B62-2")
def test_considerations_are_written_together_and_nobody_overwrites_anybody(cast: Cast) -> None:
    case = case_in(IDEA, "assessing", cast, considered=False)
    page = signed_in(cast.author).get(address("considerations", case))
    token = page.context["form"].token
    assert not SAVED.search(page.content.decode()), "nothing has been written yet"

    signed_in(cast.lead).post(
        address("considerations", case), {"version": token, "ethics": "yes", "ethics_text": "Prövad"}
    )
    stale = signed_in(cast.author).post(
        address("considerations", case),
        {"version": token, "ethics": "", "ethics_text": "Min text", "integrity_text": "x"},
    )

    row = Considerations.objects.get(case=case.pk)
    assert stale.status_code == 409
    assert (row.ethics, row.ethics_text, row.integrity_text) == ("yes", "Prövad", "")
    assert SAVED.search(signed_in(cast.author).get(address("considerations", case)).content.decode())
    assert signed_in(cast.colleague).get(address("considerations", case)).status_code == 403


def test_a_tie_shows_on_both_cases_to_those_who_see_both(cast: Cast, case: Any) -> None:
    other = case_in(IDEA, "submitted", cast, title="Den andra")
    client = signed_in(cast.lead)

    assert client.post(address("tie", case), {"relation": "led_to", "reference": "HSN 2001-1"}).context["form"].errors
    client.post(address("tie", case), {"relation": "led_to", "reference": other.reference.lower()})
    assert "Den andra" in client.get(case.get_absolute_url()).content.decode()
    assert str(case) in client.get(other.get_absolute_url()).content.decode()

    Case.objects.filter(pk=other.pk).update(confidentiality="restricted")
    assert "Den andra" not in client.get(case.get_absolute_url()).content.decode()
    client.post(address("untie", case, CaseLink.objects.get().pk))
    assert CaseLink.objects.get().undone_by == cast.lead


def test_internal_events_are_for_those_inside(cast: Cast, case: Any) -> None:
    make = signed_in(cast.lead)
    make.post(address("message", case), {"text": "Intern"})

    assert any(event["internal"] for event in make.get(case.get_absolute_url()).context["timeline"])
    for person in (cast.author, cast.colleague):
        assert not any(
            event["internal"] for event in signed_in(person).get(case.get_absolute_url()).context["timeline"]
        )


def test_a_get_changes_nothing(cast: Cast, case: Any) -> None:
    client = signed_in(cast.lead)
    before = Event.objects.count(), Case.objects.values_list("version", flat=True).get(pk=case.pk)
    for name in ("message", "add_document", "considerations", "holder", "openness", "tie", "export"):
        assert client.get(address(name, case)).status_code == 200
    for move in IDEA.moves_from("assessing"):
        client.get(address("move", case, move.name))

    assert (Event.objects.count(), Case.objects.values_list("version", flat=True).get(pk=case.pk)) == before


def test_a_closed_case_still_talks_but_is_no_longer_assigned(cast: Cast) -> None:
    closed = case_in(IDEA, "declined", cast)

    assert signed_in(cast.author).post(address("message", closed), {"text": "Tack ändå"}).status_code == 302
    assert signed_in(cast.lead).get(address("holder", closed)).status_code == 403


def test_a_move_with_a_form_keeps_what_was_written_when_something_is_wrong(cast: Cast, case: Any) -> None:
    client, long = signed_in(cast.lead), "x" * 6000

    answer = client.post(address("move", case, "send_back"), {"version": case.version, "reason": long})

    assert answer.status_code == 200
    assert long in answer.content.decode()
    assert make_move(case, "send_back", cast).state == "returned"
