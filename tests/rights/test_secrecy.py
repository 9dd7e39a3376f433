"""A disclosure is seen by those who wrote it and by the rights reviewers, and every time that someone opens it is kept."""

import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.cases.actions.access import log_access
from portal.cases.actions.documents import add_document
from portal.cases.actions.links import tie_cases, untie_cases
from portal.cases.actions.messages import send_message
from portal.cases.actions.openness import change_openness
from portal.cases.actions.people import name_person, unname_person
from portal.cases.errors import Refused
from portal.cases.exporting import Contents
from portal.cases.models import Access, Case, CaseLink, DiaryEntry, Event
from portal.cases.states import Audience, Confidentiality, Relation
from portal.cases.uploads import inspect
from rights.flow import DisclosureFlow
from rights.models import Disclosure
from rights.states import DisclosureState as S
from tests.cast import Cast, again, case_in, make_move, signed_in

pytestmark = pytest.mark.strategy("B43-2")
SECRET = "Förborgad"
INSIDE = {"author", "coauthor", "jurist"}
PLACES = (
    "/rattigheter/",
    "/arenden/",
    "/arenden/alla/",
    "/sok/?q=Förborgad",
    "/diarium/",
    "/diarium/?q=Förborgad",
    "/notiser/",
    "/api/v1/cases",
    "/",
)


@pytest.fixture
def disclosure(cast: Cast) -> Any:
    case = case_in(DisclosureFlow, S.ASSESSING, cast, title=f"{SECRET} titel", description=f"{SECRET} text")
    name_person(case=case, person=cast.coauthor, grant="coauthor", by=cast.author)
    return case


def test_nobody_else_meets_it_anywhere(cast: Cast, disclosure: Any) -> None:
    for part, person in cast:
        if part in INSIDE or part == "inactive":
            continue
        client = signed_in(person)
        for place in PLACES:
            answer = client.get(place)
            if answer.status_code == 200:
                assert f"{SECRET} t" not in answer.content.decode(), f"{part} {place}"
        for place in ("", "utdrag/", "claim/", "dokument/"):
            assert client.get(f"{disclosure.get_absolute_url()}{place}").status_code == 404, part
        assert client.get(f"/api/v1/cases/{disclosure.key}").status_code == 404, part


def test_a_coauthor_who_was_taken_out_again_keeps_nothing_of_it(cast: Cast, disclosure: Any) -> None:
    make_move(disclosure, "ask_completion", cast, reason=f"{SECRET} text")
    unname_person(case=disclosure, person=cast.coauthor, grant="coauthor", by=cast.author)
    client = signed_in(again(cast.coauthor))

    for place in (*PLACES, disclosure.get_absolute_url()):
        assert f"{SECRET} t" not in client.get(place).content.decode(), place
    with ZipFile(BytesIO(client.get("/konto/mina-uppgifter.zip").content)) as taken:
        assert not [name for name in taken.namelist() if SECRET in taken.read(name).decode()]
    assert not Access.objects.exists()


@pytest.mark.trust(1)
@pytest.mark.parametrize("part", ["lead", "outsider", "external", "admin"])
def test_what_is_hidden_answers_as_what_does_not_exist(cast: Cast, disclosure: Any, part: str) -> None:
    """The same status, as many queries, and a page of the same length."""
    client, contributor = signed_in(getattr(cast, part)), disclosure.contributors.get().pk
    client.get("/om/")
    for name, more in (
        ("write", []),
        ("add_contributor", []),
        ("confirm", []),
        ("edit_contributor", [contributor]),
        ("remove_contributor", [contributor]),
        ("letter", ["mottagningsbevis"]),
    ):
        hidden, missing = (reverse(f"rights:{name}", args=[pk, *more]) for pk in (disclosure.pk, 10**9))
        for method in (client.get, client.post):
            assert _answer(method, hidden) == _answer(method, missing), hidden


def test_the_diary_and_the_notices_do_not_say_what_it_is(cast: Cast, disclosure: Any) -> None:
    lines = DiaryEntry.objects.filter(case=disclosure.pk)
    assert lines.exists()
    assert not [line for line in lines if SECRET in line.concerns]
    assert SECRET not in signed_in(cast.registrar).get(reverse("diary:case", args=[disclosure.key])).content.decode()


def test_it_stays_closed(cast: Cast, disclosure: Any) -> None:
    with pytest.raises(Refused):
        change_openness(
            case=disclosure, confidentiality=Confidentiality.OPEN, provision="", reason="x", person=cast.jurist
        )
    with pytest.raises(IntegrityError, match="always closed"), transaction.atomic():
        Case.objects.filter(pk=disclosure.pk).update(confidentiality=Confidentiality.OPEN)


def test_every_opening_is_kept_and_shown_to_the_reviewers(cast: Cast, disclosure: Any) -> None:
    upload = SimpleUploadedFile("ritning.txt", b"Ritning")
    document = add_document(
        case=disclosure,
        file=upload,
        accepted=inspect(upload, "ritning.txt"),
        person=cast.author,
        audience=Audience.AUTHOR,
    )
    author, jurist = signed_in(cast.author), signed_in(cast.jurist)
    author.get(disclosure.get_absolute_url())
    b"".join(author.get(document.get_absolute_url()).streaming_content)  # type: ignore[attr-defined]
    author.get(f"/api/v1/cases/{disclosure.key}")
    b"".join(jurist.post(reverse("cases:export", args=[disclosure.key])).streaming_content)  # type: ignore[attr-defined]
    signed_in(cast.colleague).get(disclosure.get_absolute_url())

    rows = Access.objects.order_by("pk").values_list("person__username", "what", "document")
    assert list(rows) == [
        ("author", "case", None),
        ("author", "document", document.pk),
        ("author", "api", None),
        ("jurist", "export", None),
    ]
    shown = jurist.get(disclosure.get_absolute_url()).content.decode()
    assert "Vem som har öppnat ärendet" in shown
    assert "ritning.txt" in shown
    assert "Vem som har öppnat ärendet" not in author.get(disclosure.get_absolute_url()).content.decode()


def test_the_whole_log_of_openings_is_read_page_by_page_by_those_who_assess(
    cast: Cast, disclosure: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rights.views.disclosures.Openings.at_a_time", 3)
    author, jurist = signed_in(cast.author), signed_in(cast.jurist)
    for _number in range(4):
        author.get(disclosure.get_absolute_url())
    author.get(reverse("rights:letter", args=[disclosure.pk, "mottagningsbevis"]))
    address = reverse("rights:openings", args=[disclosure.pk])
    assert address in jurist.get(disclosure.get_absolute_url()).content.decode()
    assert author.get(address).status_code == 403

    first = jurist.get(address)
    second = jurist.get(f"{address}?before={first.context['older']}")

    assert [one["who"] for one in first.context["accesses"]] == ["Jurist", "Author", "Author"]
    assert [one["who"] for one in second.context["accesses"]] == ["Author"] * 3
    assert second.context["older"] is None
    assert "Mottagningsbeviset" in "".join(str(one["what"]) for one in first.context["accesses"])
    assert jurist.get(f"{address}?before=x").status_code == 200


def test_the_log_of_openings_is_in_the_case_that_is_taken_out_by_those_who_may_read_it(
    cast: Cast, disclosure: Any
) -> None:
    signed_in(cast.author).get(disclosure.get_absolute_url())

    def files(**parts: Any) -> ZipFile:
        return ZipFile(BytesIO(b"".join(Contents(disclosure, **parts).stream())))

    assert [row["person"] for row in json.loads(files().read("openings.json"))] == ["Author"]
    assert "openings.json" not in files(internal=False).namelist()


def test_a_case_that_is_taken_out_at_the_server_is_opened_too(cast: Cast, disclosure: Any, tmp_path: Path) -> None:
    target = tmp_path / "ut.zip"

    call_command("export_case", disclosure.reference, output=target)

    opened = Access.objects.get(case=disclosure.pk)
    assert (opened.person, opened.what) == (None, "export")
    assert [row["person"] for row in json.loads(ZipFile(target).read("openings.json"))] == [None]
    jurist = signed_in(cast.jurist)
    for address in (disclosure.get_absolute_url(), reverse("rights:openings", args=[disclosure.pk])):
        assert "Någon vid servern" in jurist.get(address).content.decode()


def test_what_is_begun_from_it_is_an_opening_of_it_too(cast: Cast, disclosure: Any) -> None:
    """A new draft takes over what is written."""
    address = f"{reverse('rights:begin')}?from={disclosure.pk}"
    signed_in(cast.jurist).get(address)
    signed_in(cast.jurist).post(address, {"title": "Min egen"})
    signed_in(cast.colleague).get(address)

    assert Disclosure.objects.get(title="Min egen").description == disclosure.body
    assert list(Access.objects.values_list("person__username", "what")) == [("jurist", "begin")] * 2


def test_an_extract_of_ones_own_data_is_an_opening_too(cast: Cast, disclosure: Any) -> None:
    assert signed_in(cast.coauthor).get("/konto/mina-uppgifter.zip").status_code == 200
    assert list(Access.objects.values_list("person__username", "what", "case")) == [
        ("coauthor", "my_data", disclosure.pk)
    ]


def test_an_extract_with_ones_notes_in_it_is_an_opening_too(cast: Cast, disclosure: Any) -> None:
    for text in ("Första", "Andra"):
        send_message(case=disclosure, person=cast.jurist, audience=Audience.INTERNAL, text=text)
    assert signed_in(cast.jurist).get("/konto/mina-uppgifter.zip").status_code == 200
    assert list(Access.objects.values_list("person__username", "what", "case")) == [
        ("jurist", "my_data", disclosure.pk)
    ]


def test_the_search_finds_it_for_its_readers_but_reads_nothing_aloud(cast: Cast, disclosure: Any) -> None:
    page = signed_in(cast.jurist).get(f"/sok/?q={SECRET}").content.decode()

    assert f"{SECRET} titel" in page
    assert f"{SECRET}</mark> text" not in page


@pytest.mark.parametrize("tied", [S.DRAFT, S.ASSESSING])
def test_a_case_that_it_is_tied_to_does_not_tell_of_it(cast: Cast, tied: S) -> None:
    """Neither by its history nor by the tie's own page, and who does not see both does not undo it: the tie holds the idea closed."""
    idea = case_in(IdeaFlow, IdeaState.ASSESSING, cast)
    before = Event.objects.filter(case=idea.pk).count()
    hidden = case_in(DisclosureFlow, tied, cast)
    link = tie_cases(source=idea, target=hidden, relation=Relation.LED_TO, by=cast.colleague)
    other, lead = case_in(IdeaFlow, IdeaState.ASSESSING, cast), signed_in(cast.lead)

    page = lead.get(idea.get_absolute_url()).content.decode()
    assert cast.colleague.name not in page
    for case, pk in ((idea, link.pk), (other, link.pk), (idea, link.pk + 1)):
        address = reverse("cases:untie", args=[case.key, pk])
        assert (lead.get(address).status_code, lead.post(address).status_code) == (404, 404)
    assert CaseLink.objects.get().undone_at is None

    untie_cases(link=link, by=cast.jurist)
    assert Event.objects.filter(case=idea.pk).count() == before
    kept = ["cases_tied", "cases_untied"] if hidden.opened_at else []
    assert list(Event.objects.filter(case=hidden.pk, move__startswith="cases_").values_list("move", flat=True)) == kept


def test_a_draft_is_its_authors_own_and_not_logged(cast: Cast) -> None:
    draft = case_in(DisclosureFlow, S.DRAFT, cast)

    assert signed_in(cast.author).get(draft.get_absolute_url()).status_code == 200
    assert not Access.objects.exists()
    assert signed_in(cast.author).post(reverse("cases:discard", args=[draft.key])).status_code == 302
    assert not Case.objects.filter(pk=draft.pk).exists()


@pytest.mark.parametrize(
    "sql", ["UPDATE cases_access SET what = 'x'", "DELETE FROM cases_access", "TRUNCATE cases_access"]
)
def test_the_log_is_only_added_to(cast: Cast, disclosure: Any, sql: str) -> None:
    log_access(case=disclosure, person=cast.jurist, what="case")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            cursor.execute(sql)


def test_the_pages_cost_the_same_with_little_and_much(cast: Cast) -> None:
    counts = []
    for rows in (1, 3):
        while Case.objects.count() < rows:
            case = case_in(DisclosureFlow, S.IN_USE, cast)
        client = signed_in(cast.jurist)
        addresses = ("/rattigheter/", case.get_absolute_url())
        _first = [_count(client, address) for address in addresses]
        counts.append([_count(client, address) for address in addresses])
    assert counts[0] == counts[1]
    assert counts[0][0] <= 15
    assert counts[0][1] <= 21  # twenty, and the one that is written


def _answer(method: Any, address: str) -> tuple[int, int, int]:
    """Status, queries, and the length of what is answered but for the address and the tokens in it."""
    with CaptureQueriesContext(connection) as queries:
        answer = method(address)
    text = answer.content.decode().replace(address, "")
    return answer.status_code, len(queries), len(re.sub(r'value="\w{64}"', "", text))


def _count(client: Any, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)
