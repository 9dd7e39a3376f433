"""The public diary tells what OSL 5:2 asks for, leaves out what may be secret and names no private person."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.cases import kinds
from portal.cases.actions.documents import add_document, withdraw_document
from portal.cases.actions.openness import change_openness
from portal.cases.actions.people import name_person
from portal.cases.models import Case, DiaryEntry, Event
from portal.cases.queries.diary import diary_for, line_of
from portal.cases.states import Audience, Confidentiality
from portal.cases.uploads import inspect
from tests.cast import Cast, case_in, signed_in

IDEA = kinds.by_key("idea").flow
SUGGESTION = kinds.by_key("suggestion").flow
NUMBER = "19850709-9805"


@pytest.fixture
def anyone() -> Client:
    return Client()


def lines(client: Client, **filters: Any) -> list[dict[str, str]]:
    """The diary as a machine reads it; the page is made from the same lines."""
    answer = client.get(reverse("diary:export", args=["json"]), filters)
    found: list[dict[str, str]] = json.loads(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    page = client.get(reverse("diary:list"), filters).content.decode()
    assert all(line["number"] in page and line["concerns"] in page for line in found)
    return found


@pytest.mark.strategy("X1")
def test_anyone_reads_date_number_counterpart_and_subject(cast: Cast, anyone: Client) -> None:
    case = case_in(IDEA, "submitted", cast, title="Drönare med hjärtstartare")

    (line,) = lines(anyone)

    assert line["date"] == str(timezone.localdate())
    assert line["number"] == f"{case.reference}:1"
    assert line["case"] == "Drönare med hjärtstartare"
    assert "Södersjukhuset AB" in line["counterpart"]
    assert cast.author.name not in str(line)


@pytest.mark.parametrize("confidentiality", [Confidentiality.INTERNAL, Confidentiality.RESTRICTED])
def test_a_case_that_is_not_open_shows_number_and_date_alone(
    cast: Cast, anyone: Client, confidentiality: Confidentiality
) -> None:
    case = case_in(IDEA, "submitted", cast, title="Hemlig titel")
    change_openness(case=case, confidentiality=confidentiality, provision="31:16", reason="Affär", person=cast.lead)

    (line,) = lines(anyone)

    assert (line["number"], line["date"]) == (f"{case.reference}:1", str(timezone.localdate()))
    assert {line[name] for name in ("counterpart", "concerns", "case")} == {"—"}
    if confidentiality == Confidentiality.RESTRICTED:
        assert {line[name] for name in ("direction", "kind")} == {"—"}
        assert lines(anyone, kind="idea") == []
    assert "Hemlig" not in anyone.get(reverse("diary:case", args=[case.key])).content.decode()
    assert lines(anyone, q="hemlig") == []


def test_identity_numbers_are_masked_and_a_private_person_is_not_named(cast: Cast, anyone: Client) -> None:
    case_in(IDEA, "submitted", cast, title=f"Om {NUMBER} och annat")
    case_in(SUGGESTION, "received" if "received" in SUGGESTION.states.values else SUGGESTION.states.values[1], cast)
    Case.objects.filter(kind="suggestion").update(title="Om Anna Andersson i Solna", confidentiality="open")

    found = lines(anyone)

    assert NUMBER not in str(found)
    assert "Anna Andersson" not in str(found)
    assert lines(anyone, q="andersson") == []


@pytest.mark.strategy("X2")
def test_a_marked_line_is_left_out_and_the_mark_can_be_taken_away(cast: Cast, anyone: Client) -> None:
    case = case_in(IDEA, "submitted", cast)
    registrar = signed_in(cast.registrar)
    address = reverse("diary:mark", args=[case.key, 1])

    assert registrar.post(address, {"provision": "31:16", "reason": "Affärsförhållanden"}).status_code == 302
    assert lines(anyone)[0]["concerns"] == "—"
    assert registrar.post(address, {"provision": "", "reason": "Inte längre"}).status_code == 302
    assert lines(anyone)[0]["concerns"] != "—"
    marks = Event.objects.filter(case=case.pk, move="mark_changed")
    assert [(event.note, event.data["provision"]) for event in marks.order_by("number")] == [
        ("Affärsförhållanden", "31:16"),
        ("Inte längre", ""),
    ]


def test_a_letter_is_entered_by_the_registrar_alone(cast: Cast, anyone: Client) -> None:
    case = case_in(IDEA, "submitted", cast)
    address = reverse("diary:paper", args=[case.key])
    letter = {
        "direction": "in",
        "on": str(timezone.localdate()),
        "counterpart": "Bertil Berg",
        "private": "on",
        "concerns": "Brev om idén",
        "provision": "",
    }

    assert anyone.post(address, letter).status_code == 302
    for person in (cast.author, cast.lead, cast.colleague):
        assert signed_in(person).post(address, letter).status_code == 403
    assert DiaryEntry.objects.filter(case=case.pk).count() == 1
    assert signed_in(cast.registrar).post(address, letter).status_code == 302

    entry = DiaryEntry.objects.get(case=case.pk, line=2)
    assert entry.counterpart == "Bertil Berg"
    assert "Bertil" not in str(lines(anyone))
    assert "Bertil" in str(lines(signed_in(cast.registrar)))


def test_the_registrar_reads_in_full_only_where_they_are_registrar(cast: Cast) -> None:
    here = case_in(IDEA, "submitted", cast, title="Vår hemliga")
    there = case_in(IDEA, "submitted", cast, title="Deras hemliga", unit="KAR")
    for case in (here, there):
        change_openness(
            case=case, confidentiality=Confidentiality.INTERNAL, provision="31:16", reason="Skäl", person=cast.lead
        )

    found = {line["number"]: line["case"] for line in lines(signed_in(cast.registrar))}

    assert found == {f"{here.reference}:1": "Vår hemliga", f"{there.reference}:1": "—"}


def test_a_registrar_does_not_keep_the_diary_of_a_case_they_wrote(cast: Cast) -> None:
    """Nor read what is written inside about it, or open or close it (FL 2017:900 16–18 §§)."""
    own = case_in(IDEA, "submitted", cast, owner=cast.registrar)
    shared = case_in(IDEA, "submitted", cast)
    name_person(case=shared, person=cast.registrar, grant="coauthor", by=cast.author)
    others = case_in(IDEA, "submitted", cast)
    upload = SimpleUploadedFile("inne.txt", b"Internt")
    client = signed_in(cast.registrar)

    found = {}
    for case in (own, shared, others):
        upload.seek(0)
        document = add_document(
            case=case, file=upload, accepted=inspect(upload, "inne.txt"), person=cast.lead, audience=Audience.INTERNAL
        )
        pages = [reverse(f"cases:{page}", args=[case.key]) for page in ("openness", "export")]
        pages.append(reverse("diary:paper", args=[case.key]))
        read = document.title in client.get(case.get_absolute_url()).content.decode()
        found[case.pk] = (read, [client.get(page).status_code for page in pages])
    full = {line.entry.case_id for line in map(line_of, diary_for(cast.registrar)) if line.full}

    assert found == {own.pk: (False, [403] * 3), shared.pk: (False, [403] * 3), others.pk: (True, [200] * 3)}
    assert full == {others.pk}


def test_what_a_document_is_called_is_told_only_to_those_who_may_read_it(cast: Cast, anyone: Client) -> None:
    case = case_in(IDEA, "submitted", cast)
    for number, audience in enumerate((Audience.AUTHOR, Audience.EVERYONE)):
        upload = SimpleUploadedFile(f"{number}.txt", f"Brev {number}".encode())
        document = add_document(
            case=case, file=upload, accepted=inspect(upload, f"{number}.txt"), person=cast.author,
            title=f"Rubrik till {audience}", audience=audience,
        )  # fmt: skip
        withdraw_document(document=document, person=cast.author, reason=f"Skälet till {audience}")

    def told(client: Client) -> list[str]:
        texts = [event["text"] for event in client.get(f"/api/v1/cases/{case.key}/events").json()[-4:]]
        page = client.get(case.get_absolute_url()).content.decode()
        words = ("Rubrik till author", "Skälet till author", "Rubrik till everyone", "Skälet till everyone")
        return [word for word in words if word in page and word in "".join(texts)]

    open_to_all = ["Rubrik till everyone", "Skälet till everyone"]
    assert told(signed_in(cast.colleague)) == open_to_all
    assert told(signed_in(cast.author)) == ["Rubrik till author", "Skälet till author", *open_to_all]
    assert [line["concerns"] for line in lines(anyone)[:2]] == ["Rubrik till everyone", "Handling"]


def test_filters_narrow_by_authority_kind_day_and_word(cast: Cast, anyone: Client) -> None:
    first = case_in(IDEA, "submitted", cast, title="Drönare")
    second = case_in(IDEA, "submitted", cast, title="Robot", unit="KAR")
    today, unit = str(timezone.localdate()), second.unit_id

    def numbers(**filters: Any) -> set[str]:
        return {line["number"].split(":")[0] for line in lines(anyone, **filters)}

    assert numbers() == numbers(kind="idea", first=today, last=today) == {first.reference, second.reference}
    assert numbers(authority=unit) == {second.reference}
    assert numbers(q="drön") == {first.reference}
    assert numbers(q=first.key.lower()) == {first.reference}
    assert numbers(kind="suggestion") == numbers(last="2020-01-01") == set()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_diary_leaves_as_a_file(cast: Cast, anyone: Client, form: str) -> None:
    case_in(IDEA, "submitted", cast, title="=1+1")

    answer = anyone.get(reverse("diary:export", args=[form]))

    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (b"'=1+1" in content) is (form == "csv")
    assert content[:2] == (b"PK" if form == "xlsx" else b"\xef\xbb")


def test_a_file_that_is_cut_says_so_at_its_end_and_the_page_says_it_before(
    cast: Cast, anyone: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _each in range(2):
        case_in(IDEA, "submitted", cast)
    newest, _older = lines(anyone)
    monkeypatch.setattr("portal.cases.views.diary.MOST_EXPORTED", 1)

    kept, last = lines(anyone)

    assert kept == newest
    assert last["number"] == ""
    assert last["concerns"] == "En fil rymmer högst de 1 senaste raderna. Välj dagar för att få tidigare rader."
    assert last["concerns"] in anyone.get(reverse("diary:list")).content.decode()


def test_a_number_that_nobody_has_is_not_found(anyone: Client, db: None) -> None:
    assert anyone.get("/diarium/HSN-2026-0001/").status_code == 404
    assert anyone.get("/diarium/17/").status_code == 404
