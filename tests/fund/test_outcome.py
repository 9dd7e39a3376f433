"""What is told of granted projects, who is named, and what is taken out."""

import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from openpyxl import load_workbook

from fund.actions.reviewing import agree, declare
from fund.flow import ApplicationFlow
from fund.models import Application, Entry, NameConsent, Report, Submission
from fund.states import ApplicationState as S
from fund.states import EntryKind, Outcome
from ideas.actions.examples import publish_example, write_example
from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.links import tie_cases
from portal.cases.actions.people import name_person
from portal.cases.models import Case, Considerations, Document
from portal.cases.moving import perform
from portal.cases.states import Confidentiality, Relation
from tests.cast import Cast, again, case_in, signed_in
from tests.fund.granted import given as part_granted
from tests.fund.granted import planned, reported, second_officer
from tests.fund.reviewing import given, in_review, submitted
from tests.fund.story import ANSWERS, ASKED, open_call, report_finally, rule, told_otherwise, year_on
from tests.ideas.test_examples import TEXTS
from tests.paper.reading import words

pytestmark = pytest.mark.django_db

GRANTED = "/fonden/beviljade/"


@pytest.fixture
def project(cast: Cast) -> Application:
    granted: Application = case_in(ApplicationFlow, S.RUNNING, cast)
    return granted


def text_of(page: Any) -> str:
    """What the page says, without the spaces of large numbers."""
    return re.sub(r"(?<=\d)(\xa0|&nbsp;|\u202f)(?=\d)", "", page.content.decode())


# ── The published list ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B43-5", "A14")
def test_everyone_reads_what_got_money_and_how_much(cast: Cast, project: Application) -> None:
    declined = case_in(ApplicationFlow, S.DECLINED, cast)
    page = text_of(Client().get(GRANTED))
    assert all(word in page for word in (project.title, project.summary, str(ASKED), str(project.unit)))
    assert declined.title not in page
    assert str(cast.author) not in page
    assert project.title not in text_of(Client().get(GRANTED, {"ar": "1999"}))


@pytest.mark.trust(1)
@pytest.mark.parametrize("hidden", [{"confidentiality": Confidentiality.RESTRICTED}, {"provision": "19:3"}])
def test_a_closed_or_marked_project_is_not_told_of(cast: Cast, project: Application, hidden: dict[str, str]) -> None:
    Case.objects.filter(pk=project.pk).update(**hidden)
    assert project.title not in text_of(Client().get(GRANTED))


def test_somebody_is_named_by_their_own_word_alone_and_until_they_take_it_back(
    cast: Cast, project: Application
) -> None:
    place = reverse("fund:name", args=[project.key])
    assert signed_in(cast.officer).post(place, {"consent": "1"}).status_code == 403
    author = signed_in(cast.author)
    assert place in text_of(author.get(project.get_absolute_url()))

    author.post(place, {"consent": "1"})
    author.post(place, {"consent": "1"})
    assert str(cast.author) in text_of(Client().get(GRANTED))

    author.post(place)
    assert str(cast.author) not in text_of(Client().get(GRANTED))
    consent = NameConsent.objects.get()
    assert (consent.person, consent.withdrawn_at is None) == (cast.author, False)
    with pytest.raises(IntegrityError), transaction.atomic():
        NameConsent.objects.all().delete()


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_costs_the_same_however_long_it_is(cast: Cast, number: int, django_assert_num_queries: Any) -> None:
    for _one in range(number):
        granted = case_in(ApplicationFlow, S.GRANTED, cast)
        NameConsent.objects.create(application=granted, person=cast.author)
    with django_assert_num_queries(5):
        Client().get(GRANTED)


# ── Beside cost, what it is for and what it led to ───────────────────────────────────────────────────────────────────


@pytest.mark.strategy("A14", "A15")
def test_the_page_shows_cost_beside_purpose_and_effect_and_what_consultants_cost(cast: Cast) -> None:
    closed = case_in(ApplicationFlow, S.CLOSED, cast)
    page = text_of(signed_in(cast.officer).get(closed.get_absolute_url()))
    assert re.search(r"50000\D+25 %", page)
    assert closed.events.get(move="follow_up").note in page


@pytest.mark.strategy("A14", "A15")
def test_the_page_of_a_part_grant_says_what_was_applied_for_and_what_has_been_used(cast: Cast) -> None:
    project = part_granted(cast, ASKED // 2)
    reader = signed_in(cast.officer)
    page = text_of(reader.get(project.get_absolute_url(), headers={"accept-language": "en"}))
    assert "25 % of the budget applied for" in page
    assert f"SEK {ASKED:,} was applied for and SEK {ASKED // 2:,} was granted" in page
    assert "(0 %)" not in page
    reported(project, by=cast.author, approved_by=None, cost=80_000, consultants=60_000)
    assert "(75 %)" not in text_of(reader.get(project.get_absolute_url()))
    Report.objects.update(answered_at=timezone.now(), answered_by=cast.officer, approves=True)
    page = text_of(reader.get(project.get_absolute_url(), headers={"accept-language": "en"}))
    assert "SEK 80,000, of which consultants SEK 60,000 (75 %). Start report" in page


def test_an_idea_says_what_grant_it_led_to(cast: Cast, project: Application) -> None:
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    tie_cases(source=idea, target=project.as_kind(), relation=Relation.LED_TO, by=cast.author)
    seen = text_of(signed_in(cast.colleague).get(idea.get_absolute_url()))
    assert project.title in seen
    assert str(ASKED) in seen

    Case.objects.filter(pk=project.pk).update(confidentiality=Confidentiality.INTERNAL)
    assert project.title not in text_of(signed_in(again(cast.colleague)).get(idea.get_absolute_url()))


@pytest.mark.strategy("A14", "B43-5")
def test_what_came_of_a_project_is_read_at_the_idea_in_the_list_and_in_the_good_example(cast: Cast) -> None:
    idea = case_in(IdeaFlow, IdeaState.INTRODUCED, cast)
    write_example(idea=idea, texts=TEXTS, person=cast.lead)
    publish_example(idea=idea, person=cast.lead)
    closed, stopped = (case_in(ApplicationFlow, S.RUNNING, cast) for _one in range(2))
    report_finally(closed, cast)
    perform(closed, "finish", person=again(cast.officer), data={"reason": "Zqtill dig."})
    year_on(closed, cast)
    effect = {"reason": "Zqeffekt: från tjugo frågor till nio.", "worth": 140_000}
    perform(closed.as_kind(), "follow_up", person=again(cast.author), data=effect)
    perform(stopped, "stop", person=again(cast.officer), data={"reason": "Zqlärdom.", "delegation": "4.2"})
    for project in (closed, stopped):
        tie_cases(source=idea, target=project.as_kind(), relation=Relation.LED_TO, by=cast.author)
    example = reverse("examples:page", args=[idea.example.pk])

    def read() -> list[str]:
        colleague = signed_in(again(cast.colleague))
        return [
            text_of(colleague.get(idea.get_absolute_url())),
            *(text_of(Client().get(at)) for at in (GRANTED, example)),
        ]

    for page in read():
        assert "Zqeffekt: från tjugo frågor till nio." in page
        assert "Värde per år: 140000 kronor." in page
        assert "Det avbröts: Zqlärdom." in page
        assert "Zqtill dig" not in page, "what is said to the author"

    Case.objects.filter(pk__in=(closed.pk, stopped.pk)).update(confidentiality=Confidentiality.INTERNAL)
    assert not any("Zqeffekt" in page or "Zqlärdom" in page for page in read())


# ── Taking out ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.strategy("B43-5")
def test_the_officer_takes_out_everything_of_a_call_and_no_cell_is_a_formula(cast: Cast) -> None:
    call = open_call()
    project = case_in(ApplicationFlow, S.RUNNING, cast, call=call, answers={**ANSWERS, "need": "=HYPERLINK(1)"})
    planned(project)
    reported(project, by=cast.author, approved_by=cast.officer)
    answer: Any = signed_in(cast.officer).post(reverse("fund:call_book", args=[call.key]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    rows = {name: [[cell.value for cell in row] for row in book[name].rows] for name in book.sheetnames}
    assert [len(found) - 1 for found in rows.values()] == [
        1,
        9,
        1,
        0,
        4,
        0,
        1,
        1,
        1,
        1,
        2,
        1,
        0,
        0,
        0,
        0,
        0,
        1,
        0,
        0,
        0,
    ]
    assert any("=HYPERLINK(1)" in row for row in list(rows.values())[1])
    assert {cell.data_type for sheet in book for row in sheet.rows for cell in row} <= {"s", "n", "d"}
    assert project.reference in {row[0] for found in rows.values() for row in found}
    assert call.events.filter(move="case_exported").exists()


def test_a_call_is_taken_out_by_its_officers_alone_and_without_what_they_are_recused_from(cast: Cast) -> None:
    call = open_call()
    for part in ("author", "manager", "coordinator", "registrar"):
        assert signed_in(getattr(cast, part)).post(reverse("fund:call_book", args=[call.key])).status_code == 403


@pytest.mark.strategy("B43-5")
def test_the_dossier_holds_what_was_handed_in_the_decision_the_ledger_and_the_hashes(
    cast: Cast, project: Application, tmp_path: Path
) -> None:
    place = reverse("fund:dossier", args=[project.key])
    assert signed_in(cast.author).post(place).status_code == 403
    pdf = signed_in(cast.officer).post(place)
    plain = "".join(words(pdf.content, tmp_path).replace("\u200b", "").split())
    submission = Submission.objects.get(application=project)
    event = project.events.earliest("number")
    for word in (submission.sha256, event.hash, "Färre frågor", "Behovet är visat."):
        assert word.replace(" ", "") in plain, word
    assert Entry.objects.get(application=project, kind=EntryKind.GRANT).amount == ASKED


@pytest.mark.strategy("B43-5")
def test_the_dossier_says_what_the_screening_came_to_and_who_signed_decided_approved_and_paid(
    cast: Cast, project: Application, tmp_path: Path
) -> None:
    passed = project.events.get(move="pass_on")
    assert passed.data["it"] == "none"
    officer, payer = cast.officer, second_officer()
    reported(project, by=cast.author, approved_by=officer)
    instalment = planned(project)
    for person, move in ((officer, "approve_payment"), (payer, "pay")):
        perform(project.as_kind(), move, person=again(person), data={"instalment": instalment.pk})

    def told(person: User) -> str:
        pdf = signed_in(person).post(reverse("fund:dossier", args=[project.key])).content
        return "".join(words(pdf, tmp_path).replace("\u200b", "").split())

    plain = told(officer)
    submission = Submission.objects.get(application=project)
    for said in (
        f"Vemsomskrevpå:{cast.manager}", f"Vemsombeslutade:{officer}", f"Vemsomgodkände:{officer}", f"Vemsombetalade:{payer}",
        f"Vemsomsvarade:{officer}", f"Vemsomtackadeja:{cast.author}", f"kl.{localtime(submission.at):%H:%M:%S},{cast.author}",
        f"kl.{localtime(passed.at):%H:%M:%S},{officer}", "Strategiskit:Ingaanmärkningar.",
    ):  # fmt: skip
        assert said.replace(" ", "") in plain, said
    assert "Ingaanmärkningar" not in told(cast.registrar), "what is written inside is not handed out"


@pytest.mark.strategy("B43-5")
def test_the_dossier_says_what_the_experts_said_and_to_the_registrar_not_who(cast: Cast, tmp_path: Path) -> None:
    _call, (application,) = in_review(cast)
    declare(
        review=given(application, cast.colleague, cast, opened=False), conflict=True, why="Min bror leder projektet."
    )
    submitted(application, cast.assessor, cast, comment="Välgrundat", need="5")
    agree(application=application, text="Panelen är enig.", points={"need": 5}, by=again(cast.officer))
    place = reverse("fund:dossier", args=[application.key])

    def told(person: User) -> str:
        pdf = signed_in(person).post(place, headers={"accept-language": "en"}).content
        return "".join(words(pdf, tmp_path).replace("\u200b", "").split())

    names = {str(cast.colleague).replace(" ", ""), str(cast.assessor).replace(" ", "")}
    said = {"Välgrundat", "Panelenärenig."}
    whole = told(cast.officer)
    assert all(word in whole for word in (*said, *names, "Minbrorlederprojektet."))
    before = told(cast.registrar)
    assert not any(word in before for word in (*said, *names))

    rule(Outcome.GRANT)(application, cast)
    after = told(again(cast.registrar))
    assert all(word in after for word in said)
    assert not any(word in after for word in (*names, "Minbror"))


def test_what_came_before_the_portal_knew_of_the_call_keeps_its_time_and_nothing_else_does(cast: Cast) -> None:
    """A demo tells of earlier years; nobody can give an application another time than the clock's."""
    project = case_in(ApplicationFlow, S.SUBMITTED, cast)
    lied = timezone.now() - timedelta(hours=1)
    said = {"application": project, "by": cast.author, "edition": 1, "content": {}, "amount": 1, "sha256": ""}
    told_otherwise(project.call, opens_at=lied - timedelta(days=1))
    late = Submission.objects.create(number=2, at=timezone.now() - timedelta(seconds=1), **said)
    late.refresh_from_db()
    assert timezone.now() - late.at < timedelta(seconds=1)
    early = Submission.objects.create(number=3, at=lied, **said)
    early.refresh_from_db()
    assert early.at == lied


def test_the_spreadsheet_has_what_experts_and_panel_said_for_who_weighs_it_and_costs_the_same_for_more(
    cast: Cast,
) -> None:
    def book(call: Any) -> tuple[dict[str, list[list[Any]]], int]:
        with CaptureQueriesContext(connection) as seen:
            answer: Any = signed_in(again(cast.officer)).post(reverse("fund:call_book", args=[call.key]))
            read = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        return {sheet.title: [[cell.value for cell in row] for row in sheet.rows][1:] for sheet in read}, len(seen)

    asked = []
    for number in (1, 3):
        call, applications = in_review(cast, number)
        for one in applications:
            declare(review=given(one, cast.colleague, cast, opened=False), conflict=True, why="Zqbror")
            submitted(one, cast.assessor, cast, comment="Zqgrund", need="5")
            agree(application=one, text="Zqenig", points={"need": 2}, by=again(cast.officer))
        sheets, queries = book(call)
        asked.append(queries)
        assert len(sheets["Granskningar"]) == 2 * number
        assert len(sheets["Poäng"]) == len(sheets["Vad varje kriterium står på"]) == 4 * number
        assert sheets["Jäv"][0][1:2] + sheets["Jäv"][0][3:] == [str(cast.colleague), "Zqbror"]
        assert sheets["Panelen"][0][-1] == "Zqenig"
        assert sheets["Vad varje kriterium står på"][0][3:] == [5, 2, 2]
        assert [row[4:7] for row in sheets["Genomgång"]] == [["Uppfyllt.", "Uppfyllt.", "Inga anmärkningar."]] * number
    assert asked[0] == asked[1]
    name_person(case=applications[0], person=cast.officer, grant="recuse", by=None)
    assert len(book(call)[0]["Poäng"]) == 4 * 2


@pytest.mark.strategy("B43-5")
def test_the_dossier_reads_as_people_write_and_marks_what_was_withdrawn(
    cast: Cast, project: Application, tmp_path: Path
) -> None:
    upload = SimpleUploadedFile("bilaga.pdf", b"%PDF-1.4 x")
    kept = Document.objects.create(
        case_id=project.pk, title="Bilaga", name="bilaga.pdf", file=upload, size=10, sha256="0" * 64, added_by=cast.author,
        content_type="application/pdf",
    )  # fmt: skip
    Document.objects.filter(pk=kept.pk).update(withdrawn_at=timezone.now())
    pdf = signed_in(cast.officer).post(reverse("fund:dossier", args=[project.key])).content
    plain = "".join(words(pdf, tmp_path).replace("\u200b", "").split())
    for word in ("Prova,1mars2026,1juni2026", "Utveckling,Egenpersonal,150000kronor", "Bilaga(tillbakadragen"):
        assert word in plain, word
    considered = Considerations.objects.get(case_id=project.pk)
    assert "".join(considered.ethics_text.split()) in plain
