"""Files of an application: answers to questions that ask for one, sealed with what is handed in, and read by the experts."""

import re
import typing
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from fund.actions.applying import digest_of
from fund.actions.papers import keep_receipts
from fund.attached import files_in
from fund.flow import ApplicationFlow
from fund.models import Application, Call, Question
from fund.states import QuestionKind
from portal.accounts.models import User
from portal.cases.actions.documents import add_document, withdraw_document
from portal.cases.errors import Refused
from portal.cases.models import Document
from portal.cases.moving import perform
from portal.cases.queries import verify_history
from portal.cases.states import Audience
from portal.cases.uploads import inspect
from tests.cast import Cast, again, answer_considerations, draft_of, make_move, signed_in
from tests.fund.reviewing import expert, given
from tests.fund.story import call_of, shut_call, sign
from tests.fund.test_writing import Window
from tests.paper.reading import words

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]

PLAN = b"Zqplan: vi provar i tre steg."


def call_that_asks(cast: Cast, **values: Any) -> Call:
    """An open call with a question that a file answers."""
    call = call_of(cast.officer, **values)
    position = Question.objects.filter(call=call).count() + 1
    Question.objects.create(
        call=call, key="plan", section="Bilagor", kind=QuestionKind.FILE, label="Projektplan", position=position
    )
    return typing.cast(Call, perform(call, "announce", person=cast.officer))


def drafted(cast: Cast, call: Call) -> Application:
    draft: Application = draft_of(ApplicationFlow, cast, call=call)
    answer_considerations(draft)
    return draft


def attach(application: Application, person: User, text: str, audience: Audience = Audience.EVERYONE) -> Document:
    file = SimpleUploadedFile(f"{text}.txt", text.encode())
    return add_document(
        case=application, file=file, accepted=inspect(file, file.name or ""), audience=audience, person=person
    )


def sent(name: str = "plan.txt", content: bytes = PLAN) -> dict[str, Any]:
    return {"q_plan-file": SimpleUploadedFile(name, content)}


def handed_in(cast: Cast, call: Call) -> Application:
    """With a plan, an attachment for everyone, and one that the author and the fund keep to themselves."""
    draft = drafted(cast, call)
    Window(signed_in(cast.author), draft).send(**sent())
    attach(draft, cast.author, "Zqbrev")
    attach(draft, cast.author, "Zqeget", Audience.AUTHOR)
    made: Application = make_move(Application.objects.get(pk=draft.pk), "submit", cast, person=again(cast.author))
    return made


def test_a_file_that_is_sent_along_answers_its_question_and_another_can_be_chosen(cast: Cast) -> None:
    draft = drafted(cast, call_that_asks(cast))
    window = Window(signed_in(cast.author), draft)
    assert 'enctype="multipart/form-data"' in window.page.content.decode()

    assert window.send(summary="Zqkort", **sent()).status_code == 302

    draft.refresh_from_db()
    document = Document.objects.get(case_id=draft.pk)
    assert (document.title, document.name, document.audience) == ("Projektplan", "plan.txt", Audience.EVERYONE)
    assert (draft.answers["plan"]["sha256"], draft.summary) == (document.sha256, "Zqkort")
    window.open()
    assert f'<option value="{document.sha256}" selected>' in window.page.content.decode()
    window.fields["q_plan"] = document.sha256
    window.send(**sent("samma.txt"))
    assert Document.objects.filter(case_id=draft.pk).count() == 1
    other = attach(draft, cast.author, "Zqannan")
    window.open()
    window.send(q_plan=other.sha256)
    draft.refresh_from_db()
    assert draft.answers["plan"]["name"] == "Zqannan.txt"
    window.open()
    window.send(q_plan="")
    draft.refresh_from_db()
    assert draft.answers["plan"] is None


def test_a_file_that_is_not_accepted_is_refused_where_it_stands_and_the_text_is_still_there(cast: Cast) -> None:
    draft = drafted(cast, call_that_asks(cast))
    window = Window(signed_in(cast.author), draft)

    kept = attach(draft, cast.author, "Zqgammal")
    window.open()
    window.send(q_plan=kept.sha256)
    window.open()

    page = window.send(summary="Zqskrivet", q_plan=kept.sha256, **sent("sida.html", b"<html><script>")).content.decode()

    assert "Webbsidor" in page
    assert "Zqskrivet" in page
    assert f'<option value="{kept.sha256}" selected>' in page
    assert Document.objects.filter(case_id=draft.pk).count() == 1


def test_a_file_of_another_case_answers_nothing(cast: Cast) -> None:
    call = call_that_asks(cast)
    foreign = attach(drafted(cast, call), cast.author, "Zqfrämmande")
    draft = drafted(cast, call)

    Window(signed_in(cast.author), draft).send(q_plan=foreign.sha256)

    draft.refresh_from_db()
    assert not draft.answers.get("plan")


def test_what_is_handed_in_holds_its_files_and_they_stay(cast: Cast) -> None:
    application = handed_in(cast, call_that_asks(cast))
    submission = application.latest
    assert submission is not None

    files = files_in(submission.content)
    assert [file["title"] for file in files] == ["Projektplan", "Zqbrev.txt"]
    assert submission.sha256 == digest_of(submission.content)
    plan, letter = (Document.objects.get(case_id=application.pk, sha256=file["sha256"]) for file in files)
    for document in (plan, letter):
        with pytest.raises(Refused, match="in"):
            withdraw_document(document=document, person=cast.author)
    page = signed_in(cast.manager).get(application.get_absolute_url()).content.decode()
    assert all(document.get_absolute_url() in page for document in (plan, letter))
    assert reverse("cases:withdraw_document", args=[plan.pk]) not in page
    assert signed_in(cast.manager).get(plan.get_absolute_url()).getvalue() == PLAN
    assert "Zqeget" not in page

    changing = make_move(application, "revise", cast, person=again(cast.author))
    withdraw_document(document=letter, person=cast.author)
    again_in = make_move(Application.objects.get(pk=changing.pk), "resubmit", cast, person=again(cast.author))
    assert again_in.latest is not None
    assert [file["title"] for file in files_in(again_in.latest.content)] == ["Projektplan"]


def test_an_answer_whose_file_is_taken_away_is_not_handed_in(cast: Cast) -> None:
    draft = drafted(cast, call_that_asks(cast))
    Window(signed_in(cast.author), draft).send(**sent())
    withdraw_document(document=Document.objects.get(case_id=draft.pk), person=cast.author)

    with pytest.raises(Refused, match="Projektplan"):
        make_move(Application.objects.get(pk=draft.pk), "submit", cast, person=again(cast.author))


def test_the_spreadsheet_lists_the_files_that_were_handed_in(cast: Cast) -> None:
    application = handed_in(cast, call_that_asks(cast))
    assert application.latest is not None
    files = files_in(application.latest.content)

    answer: Any = signed_in(cast.officer).post(reverse("fund:call_book", args=[application.call.key]))
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content)))["Filer"].values)[1:]

    names = ("title", "name", "size", "sha256")
    assert rows == [(application.reference, 1, *(file[name] for name in names)) for file in files]
    assert len(rows) == 2


@pytest.mark.parametrize("anonymous", [False, True])
def test_experts_read_what_was_handed_in_unless_they_are_not_to_learn_who_applies(cast: Cast, anonymous: bool) -> None:
    call = call_that_asks(cast, anonymous=anonymous, reviews_each=2)
    application = handed_in(cast, call)
    sign(application, cast)
    shut_call(call)
    application = make_move(Application.objects.get(pk=application.pk), "pass_on", cast)
    expert(application.call, cast.assessor, cast)
    review, undeclared = given(application, cast.colleague, cast), given(application, cast.assessor, cast, opened=False)
    plan, letter, own = (
        Document.objects.get(case_id=application.pk, name=name).sha256
        for name in ("plan.txt", "Zqbrev.txt", "Zqeget.txt")
    )

    def asked(person: User, pk: int, sha256: str) -> Any:
        return signed_in(person).get(reverse("fund:review_file", args=[pk, sha256]))

    page = signed_in(cast.colleague).get(reverse("fund:review", args=[review.pk])).content.decode()
    for sha256, content in ((plan, PLAN), (letter, b"Zqbrev")):
        answer = asked(cast.colleague, review.pk, sha256)
        assert answer.status_code == (404 if anonymous else 200)
        assert (sha256 in page) is not anonymous
        if not anonymous:
            assert answer.getvalue() == content
            assert answer["Content-Disposition"].startswith("attachment")
    assert asked(cast.colleague, review.pk, own).status_code == 404
    assert asked(cast.assessor, undeclared.pk, plan).status_code == 404
    assert asked(cast.outsider, review.pk, plan).status_code == 404
    assert "Zqeget" not in page
    assert ("plan.txt" in page) is not anonymous


def test_the_paper_lists_the_files_and_they_take_no_page_of_the_text(cast: Cast, tmp_path: Path) -> None:
    call = call_that_asks(cast)
    application = handed_in(cast, call)
    counted = application.pages
    sign(application, cast)
    shut_call(call)
    keep_receipts()

    application.refresh_from_db()
    assert application.paper is not None
    with application.paper.file.open("rb") as file:
        paper = words(file.read(), tmp_path)
    assert "Zqbrev.txt" in paper
    assert "Projektplan: plan.txt" in paper
    assert "Zqeget" not in paper
    assert application.pages == counted or counted is None


def test_the_writing_page_says_who_reads_attachments(cast: Cast) -> None:
    client = signed_in(cast.author)
    for anonymous, said in ((True, "Experterna gör det inte"), (False, "och experterna läser")):
        draft = drafted(cast, call_that_asks(cast, anonymous=anonymous))
        page = client.get(reverse("fund:write", args=[draft.pk])).content.decode()
        assert said in page
        add = reverse("cases:add_document", args=[draft.key]) + "?audience=everyone"
        assert add in page
        assert client.get(add).context["form"]["audience"].value() == Audience.EVERYONE


def test_a_private_copy_of_a_file_is_neither_named_to_experts_nor_in_the_manager_s_way(cast: Cast) -> None:
    call = call_that_asks(cast)
    draft = drafted(cast, call)
    before = attach(draft, cast.author, "Zqlika", Audience.AUTHOR)
    with before.file.open("rb") as file:
        content = file.read()
    Window(signed_in(cast.author), draft).send(**sent(content=content))
    after = attach(draft, cast.author, "Zqlika", Audience.AUTHOR)
    application = make_move(Application.objects.get(pk=draft.pk), "submit", cast, person=again(cast.author))

    assert opened(application, cast.manager) == [200]
    for copy in (before, after):
        withdraw_document(document=copy, person=cast.author)
    sign(application, cast)
    shut_call(call)
    application = make_move(Application.objects.get(pk=application.pk), "pass_on", cast)
    review = given(application, cast.colleague, cast)
    answer = signed_in(cast.colleague).get(reverse("fund:review_file", args=[review.pk, before.sha256]))
    assert answer.getvalue() == content
    assert "plan.txt" in answer["Content-Disposition"]


@pytest.mark.parametrize("move", ["keep", "withdraw"])
def test_files_that_were_taken_away_come_back_with_the_text_that_stands(cast: Cast, move: str) -> None:
    call = call_that_asks(cast)
    application = make_move(handed_in(cast, call), "revise", cast, person=again(cast.author))
    for document in Document.objects.filter(case_id=application.pk):
        withdraw_document(document=document, person=cast.author)

    if move == "keep":
        shut_call(call)
    else:
        perform(Application.objects.get(pk=application.pk), move, person=cast.author, data={})

    stands = Application.objects.get(pk=application.pk)
    assert opened(stands, cast.manager) == opened(stands, cast.author) == [200, 200]
    assert Document.objects.get(case_id=stands.pk, name="Zqeget.txt").withdrawn_at is not None
    assert stands.events.filter(move="document_restored").count() == 2
    assert verify_history().whole


def test_a_file_that_has_no_room_is_refused_where_it_stands(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    draft = drafted(cast, call_that_asks(cast))
    attach(draft, cast.author, "Zqgammal")
    monkeypatch.setattr("portal.cases.rules.MOST_DOCUMENTS", 1)

    page = Window(signed_in(cast.author), draft).send(summary="Zqskrivet", **sent()).content.decode()

    assert "så många dokument" in page
    assert "Zqskrivet" in page
    assert Document.objects.filter(case_id=draft.pk).count() == 1


def opened(application: Application, person: User) -> list[int]:
    """What each of the files answers that the page of the application leads the person to."""
    client = signed_in(person)
    page = client.get(application.get_absolute_url()).content.decode()
    panel = page.split("answers-title")[-1].split("</section>")[0]
    answers = [client.get(address) for address in re.findall(r'href="(/[^"]*)">[^<]*\.txt</a>', panel)]
    return [answer.status_code for answer in answers if not answer.streaming or answer.getvalue()]
