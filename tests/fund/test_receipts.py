"""When the call has closed, what was handed in is kept with its receipt: once, for good, and so that anybody can try it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import jwt
import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime

from fund.actions.applying import content_of, digest_of
from fund.actions.closing import shut_calls
from fund.actions.papers import keep_receipt, keep_receipts
from fund.flow import ApplicationFlow
from fund.models import Application, LateRight, Submission
from fund.printing import application_pdf
from fund.receipts import SIGNED, read_receipt, sign_receipt
from fund.states import ApplicationState as S
from portal.cases.actions.documents import withdraw_document
from portal.cases.errors import Refused
from portal.cases.models import DiaryEntry, Document
from tests.cast import Cast, again, case_in, gather, make_move, signed_in
from tests.followup.standstill import LONG, Standstill
from tests.fund.story import let_call_close, pass_time, told_otherwise
from tests.fund.test_writing import in_english
from tests.mail import Mailbox
from tests.paper.reading import open_pdf, tree, words
from tests.resilience.parts import Broker, House, wait_until

pytestmark = pytest.mark.strategy("B43-5")
PRINT = "fund.tasks.print_left"


@pytest.fixture
def received(cast: Cast) -> Any:
    return case_in(ApplicationFlow, S.SCREENING, cast)


@pytest.fixture
def house(transactional_db: None, mailbox: Mailbox, tmp_path: Path) -> Iterator[House]:
    """Workers on a broker of their own, to be killed."""
    house = House(database=connection.settings_dict["NAME"], mail_port=mailbox.port, broker=Broker(tmp_path))
    yield house
    house.stop()


def kept(application: Any) -> tuple[Document, Document]:
    fresh = Application.objects.get(pk=application.pk)
    assert fresh.paper
    assert fresh.receipt
    return fresh.paper, fresh.receipt


def read(document: Document) -> bytes:
    with document.file.open() as file:
        return bytes(file.read())


def test_each_received_application_gets_one_receipt_however_often_it_is_asked_for(received: Any) -> None:
    before = DiaryEntry.objects.filter(case=received.pk).count()

    assert (keep_receipts(), keep_receipts(), keep_receipt(application_id=received.pk)) == (1, 0, False)

    assert list(Document.objects.filter(case=received.pk)) == list(kept(received))
    assert DiaryEntry.objects.filter(case=received.pk).count() == before + 2
    assert Application.objects.get(pk=received.pk).pages == 2


@pytest.mark.parametrize("state", [S.DRAFT, S.SUBMITTED, S.APPROVED, S.REVISING, S.WITHDRAWN])
def test_there_is_no_receipt_before_the_call_has_closed(cast: Cast, state: S) -> None:
    case_in(ApplicationFlow, state, cast)

    assert keep_receipts() == 0


@pytest.mark.parametrize("then", [None, "withdraw"])
def test_there_is_one_at_the_closing_though_the_manager_has_not_answered(
    cast: Cast, then: str | None, tmp_path: Path
) -> None:
    application = case_in(ApplicationFlow, S.SUBMITTED, cast)
    let_call_close(application, cast)
    if then:
        make_move(application, then, cast)

    assert (keep_receipts(), keep_receipts()) == (1, 0)

    paper, receipt = kept(application)
    assert (read_receipt(read(receipt)) or {})["approved"] is None
    assert "Chefenhadeintesvaratnärkvittotgjordes." in "".join(words(read(receipt), tmp_path).split())
    if not then:
        make_move(application, "sign", cast)
        shut_calls()
        assert Application.objects.get(pk=application.pk).state == S.SCREENING
        assert (keep_receipts(), kept(application)) == (0, (paper, receipt))


@pytest.mark.parametrize("state", [S.SUBMITTED, S.REVISING])
def test_who_withdraws_before_the_closing_gets_none_when_it_comes(cast: Cast, state: S) -> None:
    application = make_move(case_in(ApplicationFlow, state, cast), "withdraw", cast)
    told_otherwise(application.call, closes_at=timezone.now())

    assert keep_receipts() == 0


def test_who_has_a_right_to_be_late_gets_theirs_when_it_has_run_out(cast: Cast) -> None:
    """Also when the right came after the receipt: what is handed in then gets one of its own, and the first stays in the case."""
    application = case_in(ApplicationFlow, S.SUBMITTED, cast)
    let_call_close(application, cast)
    assert keep_receipts() == 1
    (_paper, first) = kept(application)
    soon = timezone.now() + timedelta(days=1)
    right = LateRight.objects.create(
        call=application.call, person=cast.author, until=soon, why="Strömmen gick.", by=cast.officer
    )
    make_move(application, "revise", cast)
    assert kept(application)[1] == first, "until something else is handed in"
    make_move(Application.objects.get(pk=application.pk), "resubmit", cast)

    assert keep_receipts() == 0
    with connection.cursor() as cursor:  # as if it had run out: a right stays as it was given
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE fund_lateright DISABLE TRIGGER USER")
        LateRight.objects.filter(pk=right.pk).update(until=timezone.now())
    assert keep_receipts() == 1
    assert (read_receipt(read(kept(application)[1])) or {})["number"] == 2
    assert first in Document.objects.filter(case=application.pk, withdrawn_at=None)


def test_who_withdraws_after_the_closing_has_a_receipt_all_the_same(cast: Cast, received: Any) -> None:
    make_move(received, "withdraw", cast)

    assert keep_receipts() == 1


def test_the_receipt_says_number_time_version_and_digest(received: Any, tmp_path: Path) -> None:
    keep_receipts()
    submission = received.latest

    text = "".join(words(read(kept(received)[1]), tmp_path).split())

    for told in (
        received.reference,
        f"{localtime(submission.at):%H:%M:%S}",
        "version 1 av utlysningen",
        submission.sha256,
        "200 000 kr",
        reverse("fund:try_receipt"),
    ):
        assert "".join(told.split()) in text


def test_the_papers_are_tagged_and_in_swedish_whoever_prints(received: Any) -> None:
    keep_receipts()

    for document in kept(received):
        with open_pdf(read(document)) as pdf:
            assert str(pdf.Root.Lang) == "sv"
            assert bool(pdf.Root.MarkInfo.Marked)
    with open_pdf(read(kept(received)[0])) as pdf:
        assert len(tree(pdf).all("H1")) == 1
        assert len(tree(pdf).all("Table")) == 4
        assert len(tree(pdf).all("H2")) == 4


def test_the_same_content_gives_the_same_paper(received: Any) -> None:
    submission = received.latest

    assert application_pdf(received, submission.content, submission) == application_pdf(
        received, submission.content, submission
    )


def test_the_digest_can_be_tried_by_anybody_who_sees_the_case(cast: Cast, received: Any) -> None:
    address = reverse("fund:receipt", args=[received.pk])
    submission = Submission.objects.get(application=received)
    text = json.dumps(submission.content, sort_keys=True, ensure_ascii=False)

    for person in (cast.author, cast.manager, cast.officer, cast.registrar):
        page = in_english(person).get(address).content.decode()
        assert page.count(sha256(text.encode()).hexdigest()) == 2
        assert "Unchanged" in page
    assert signed_in(cast.colleague).get(address).status_code == 404
    assert digest_of({**submission.content, "title": "Annan"}) != submission.sha256


def test_anybody_can_try_the_signature_here_or_elsewhere(client: Client, received: Any) -> None:
    keep_receipts()
    paper, receipt = (read(document) for document in kept(received))
    (found,) = SIGNED.findall(receipt)
    (key,) = client.get(reverse("fund:receipt_keys")).json()["keys"]

    said = jwt.decode(found, jwt.PyJWK(key), algorithms=["EdDSA"])

    assert (said["sub"], said["sha256"]) == (received.reference, received.latest.sha256)
    assert (said["paper"], said["approved"]) == (sha256(paper).hexdigest(), True)
    assert "Ada" not in str(said)
    assert received.title not in str(said)
    address = reverse("fund:try_receipt")
    broken = found.decode()[:60] + "\n " + found.decode()[60:]
    forged = receipt.replace(found[:200], found[:199] + b"A")
    for sent, answer in (
        ({"file": BytesIO(receipt)}, "genuine"),
        ({"text": f"Kvittot:\n{found.decode()}\n"}, "genuine"),
        ({"text": broken}, "genuine"),
        ({"file": BytesIO(forged)}, "not genuine"),
        ({"file": BytesIO(paper)}, "not genuine"),
        ({}, "Choose a file"),
    ):
        page = client.post(address, sent, headers={"accept-language": "en"}).content.decode()
        assert {"genuine": "The receipt is genuine", "not genuine": "The receipt is not genuine"}.get(
            answer, answer
        ) in page
        assert (received.reference in page) == (answer == "genuine")


def test_a_receipt_outlives_the_key_that_signed_it(settings: Any, received: Any) -> None:
    old, new = "o" * 50, "n" * 50
    settings.RECEIPT_KEYS = [old]
    signed = sign_receipt(received, received.latest, None, b"").encode()

    settings.RECEIPT_KEYS = [new, old]
    assert read_receipt(signed)
    settings.RECEIPT_KEYS = [new]
    assert read_receipt(signed) is None
    assert read_receipt(b"eyJ" * 400_000) is None


def test_nobody_changes_what_was_handed_in_or_withdraws_its_papers(cast: Cast, received: Any) -> None:
    keep_receipts()
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        Submission.objects.update(amount=1)
    with pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
        Submission.objects.all()._raw_delete("default")

    for document in kept(received):
        for person in (cast.author, cast.officer):
            with pytest.raises(Refused):
                withdraw_document(document=document, person=again(person))


def test_the_digest_outlives_the_database_for_any_text(cast: Cast) -> None:
    odd = "é e\u0301 \U0001f600 \N{NO-BREAK SPACE}\t”<b>&amp;\\u0041 1e400 0.10"
    application = case_in(ApplicationFlow, S.SUBMITTED, cast, title="Å" + odd[:20], summary=odd)

    submission = Submission.objects.get(application=application)

    assert digest_of(submission.content) == submission.sha256
    assert digest_of(content_of(Application.objects.get(pk=application.pk))) == submission.sha256


@pytest.mark.slow
@pytest.mark.trust(5)
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_keeps_leaves_nothing_and_the_next_keeps_it_once(house: House) -> None:
    cast = gather()
    application = case_in(ApplicationFlow, S.APPROVED, cast)
    pass_time(application.call)
    shut_calls()
    with Standstill("cases_diaryentry", "SHARE") as place:
        worker = house.worker("reports")
        house.send(PRINT, queue="reports")
        place.wait()
        worker.kill()
    assert not Document.objects.exists()

    house.worker("reports")
    house.send(PRINT, queue="reports")
    house.send(PRINT, queue="reports")

    wait_until(lambda: not house.broker.waiting() and Document.objects.exists(), LONG, "no receipt is kept")
    assert list(Document.objects.order_by("pk")) == list(kept(application))
