"""Ways round the rules of the fund: who sees what, who decides, and what another has changed meanwhile."""

import io
import zipfile
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fund.actions.deciding import prepare_ruling, save_ruling
from fund.flow import ApplicationFlow
from fund.models import FUND_OFFICER, MANAGER, Application, Call, ExternalGrant, LateRight
from fund.reviewing.hiding import without_people, words_of
from fund.reviewing.matching import Matcher
from fund.states import ApplicationState as S
from fund.states import CallState, Outcome
from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.accounts.models import User
from portal.cases.actions.people import name_person, unname_person
from portal.cases.errors import Invalid, Refused
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.cases.states import Confidentiality
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cast import Cast, again, answer_considerations, appointment, case_in, draft_of, make_move, signed_in
from tests.days import today
from tests.fund.granted import reviewed_call, running, second_officer
from tests.fund.reviewing import expert, given, in_review, submitted
from tests.fund.story import ANSWERS, ASKED, RIGHT, open_call, shut_call
from tests.fund.test_deciding import prepared
from tests.fund.test_granting import REPORT
from tests.fund.test_outside import written
from tests.fund.test_writing import in_english

pytestmark = [pytest.mark.django_db, pytest.mark.strategy("B43-5")]
GRANT = {"outcome": Outcome.GRANT, "amount": ASKED, "reason": "Ja", "rank": None}


def handed_in(cast: Cast, *coauthors: User, **values: Any) -> Application:
    draft = draft_of(ApplicationFlow, cast, **{"call": open_call(), **values})
    answer_considerations(draft)
    for person in coauthors:
        name_person(case=draft, person=person, grant="coauthor", by=cast.author)
    made: Application = make_move(draft, "submit", cast)
    return made


def holds(person: User, role: Role, unit: str) -> User:
    appointment(person, role, Unit.objects.get(code=unit)).save()
    return again(person)


# ── Conflict of interest ─────────────────────────────────────────────────────────────────────────────────────────────


def test_who_wrote_what_was_handed_in_has_written_it_also_after_leaving(cast: Cast) -> None:
    holds(cast.lead, Role.MANAGER, "LISAB")
    made = handed_in(cast, cast.officer, cast.colleague, cast.manager)
    for person in (cast.officer, cast.colleague, cast.manager):
        gone = reverse("cases:remove_coauthor", args=[made.key, person.pk])
        assert signed_in(person).post(gone).status_code == 302

    for who, person in ((FUND_OFFICER, cast.officer), (MANAGER, cast.manager)):
        assert not Application.objects.filter(who(again(person))).exists()
        assert not User.objects.filter(who.people(made), pk=person.pk).exists()
    assert not Application.objects.visible_to(again(cast.officer)).exists()
    colleague = expert(made.call, cast.colleague, cast)
    assert Matcher(made.call, [made]).match(colleague, made).bars == ("author",)
    assert str(cast.colleague) in words_of(made, made.latest)  # type: ignore[arg-type]


def test_the_database_gives_no_review_to_who_wrote_it(cast: Cast) -> None:
    application = handed_in(cast, cast.outsider)
    unname_person(case=application, person=cast.outsider, grant="coauthor", by=None)
    Case.objects.filter(pk=application.pk).update(state=S.REVIEW)
    with pytest.raises(IntegrityError, match="has a part in"), transaction.atomic():
        given(application, cast.outsider, cast)


@pytest.mark.parametrize("called", [" officer", "OFFICER", "Officer@Example.org "])
def test_an_officer_who_is_named_as_a_participant_takes_no_part_in_weighing_it(cast: Cast, called: str) -> None:
    """The rule for fund officers, and that of the database for experts, are of the same names."""
    other, officer = second_officer(), again(cast.officer)
    taking_part = {"participants": [{"name": called, "role": "Projektledare", "unit": "SOS"}]}
    made = handed_in(cast, answers={**ANSWERS, **taking_part})
    shut_call(made.call)
    call = Call.objects.get(pk=made.call_id)
    Case.objects.filter(pk=made.pk).update(state=S.REVIEW)
    assert list(Application.objects.filter(FUND_OFFICER(again(other)))) == [made]
    assert not Application.objects.filter(FUND_OFFICER(officer)).exists()
    assert list(User.objects.filter(FUND_OFFICER.people(made))) == [other]
    as_expert = expert(made.call, officer, cast)
    assert "participant" in Matcher(made.call, [made]).match(as_expert, made).bars
    with pytest.raises(IntegrityError, match="has a part in"), transaction.atomic():
        given(made, officer, cast)

    page = in_english(officer).get(reverse("fund:decide", args=[made.call_id]))
    assert (page.context["rows"], page.context["barred"]) == ([], 1)
    assert "You have a conflict of interest in one application." in page.content.decode()
    prepare_ruling(application=made, outcome=Outcome.GRANT, amount=ASKED, reason="Ja")
    with pytest.raises(Invalid):
        perform(call, "decide", person=officer, data=RIGHT)
    perform(Call.objects.get(pk=call.pk), "decide", person=again(other), data=RIGHT)
    assert not Application.objects.visible_to(again(officer)).exists(), "nor the project, to pay it"


def test_the_manager_who_signed_does_not_weigh_and_decide_as_well(cast: Cast) -> None:
    officer = holds(cast.officer, Role.MANAGER, "SOS")
    made = handed_in(cast)
    perform(made, "sign", person=officer, data={"promise": True})
    assert not Application.objects.filter(FUND_OFFICER(again(officer))).exists()
    assert Application.objects.visible_to(again(officer)).filter(pk=made.pk).exists(), "as their manager"


@pytest.mark.parametrize("conflict", [True, False])
@pytest.mark.parametrize(
    ("role", "unit"), [(Role.FUND_OFFICER, "REGION"), (Role.MANAGER, "SOS"), (Role.REGISTRAR, "SOS")]
)
def test_an_expert_who_gets_an_office_sees_no_more_of_what_they_read(
    cast: Cast, role: Role, unit: str, conflict: bool
) -> None:
    call, (application,) = in_review(cast, anonymous=True)
    submitted(application, cast.outsider, cast, comment="Zqomdöme", need="5")
    review = given(application, cast.colleague, cast, opened=not conflict)
    if conflict:
        signed_in(cast.colleague).post(reverse("fund:declare", args=[review.pk]), {"conflict": "yes", "why": "Släkt."})
    client = signed_in(holds(cast.colleague, role, unit))

    for name in ("weigh", "agree", "receipt", "paper"):
        assert client.get(reverse(f"fund:{name}", args=[application.pk])).status_code == 404, name
    assert client.get(application.get_absolute_url()).status_code == 404
    for name in ("panel", "map", "decide", "letters"):
        assert str(application.title) not in client.get(reverse(f"fund:{name}", args=[call.pk])).content.decode(), name
    assert client.get(reverse("fund:review", args=[review.pk])).status_code == 200
    if role == Role.FUND_OFFICER and conflict:
        Application.objects.filter(pk=application.pk).update(state=S.RUNNING)
        assert not Application.objects.filter(FUND_OFFICER(again(cast.colleague))).exists(), "for good"


def test_an_expert_who_has_left_the_region_reads_no_more(cast: Cast) -> None:
    _call, (application,) = in_review(cast)
    review = given(application, cast.colleague, cast)
    User.objects.filter(pk=cast.colleague.pk).update(is_employee=False)
    assert signed_in(cast.colleague).get(reverse("fund:review", args=[review.pk])).status_code == 404


def test_who_reported_a_project_and_left_it_does_not_pay_for_it(cast: Cast) -> None:
    project = running(cast)
    name_person(case=project, person=cast.officer, grant="coauthor", by=cast.author)
    perform(project, "report", person=again(cast.officer), data=REPORT)
    unname_person(case=project, person=cast.officer, grant="coauthor", by=cast.officer)
    assert not Application.objects.filter(FUND_OFFICER(again(cast.officer))).exists()
    assert not User.objects.filter(FUND_OFFICER.people(project), pk=cast.officer.pk).exists()


def test_an_officer_declares_a_conflict_and_takes_no_further_part(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    application = Application.objects.get()
    client = signed_in(cast.officer)
    client.post(reverse("cases:move", args=[application.key, "stand_aside"]), {"reason": "Min syster."})
    assert client.get(application.get_absolute_url()).status_code == 404
    assert client.get(reverse("fund:decide", args=[call.pk])).context["barred"] == 1
    event = application.events.get(move="stand_aside")
    assert event.internal


# ── Prepared, hidden, and taken out ──────────────────────────────────────────────────────────────────────────────────


def test_an_officer_who_applies_finds_no_decision_that_is_only_prepared_in_the_spreadsheet(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.officer, cast.author])
    for place, application in enumerate(Application.objects.order_by("pk")):
        prepare_ruling(application=application, outcome=Outcome.DECLINE, amount=0, reason=f"Zqskäl {place}")
    answer: Any = signed_in(cast.officer).post(reverse("fund:call_book", args=[call.key]))
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    cells = {str(cell.value) for sheet in book for row in sheet.rows for cell in row}
    assert {"Zqskäl 0", "Zqskäl 1"} & cells == {"Zqskäl 1"}


def test_a_call_that_is_taken_out_tells_of_no_application(cast: Cast) -> None:
    call, other = open_call(), second_officer()
    project = case_in(ApplicationFlow, S.RUNNING, cast, call=call, title="Zqtitel")
    name_person(case=project, person=other, grant="recuse", by=None)
    answer: Any = signed_in(again(other)).post(reverse("cases:export", args=[call.key]))
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as packed:
        text = "\n".join(packed.read(name).decode(errors="replace") for name in packed.namelist())
    assert "ledger.json" in packed.namelist()
    assert "Zqtitel" not in text
    assert str(ASKED) not in text


def test_a_registrar_with_a_conflict_of_interest_reads_no_application(cast: Cast) -> None:
    address = running(cast).get_absolute_url()
    assert signed_in(cast.registrar).get(address).status_code == 200
    name_person(case=Application.objects.get(), person=cast.registrar, grant="recuse", by=None)
    assert signed_in(again(cast.registrar)).get(address).status_code == 404


def test_the_filter_of_the_list_names_no_call_that_the_person_may_not_see(cast: Cast) -> None:
    call = open_call()
    Case.objects.filter(pk=call.pk).update(confidentiality=Confidentiality.RESTRICTED, title="Zqhemlig")
    address = reverse("fund:applications")
    for person in (cast.external, cast.colleague, cast.registrar):
        assert "Zqhemlig" not in signed_in(person).get(address).content.decode()
    assert "Zqhemlig" in signed_in(cast.officer).get(address).content.decode()


def test_the_name_of_a_closed_case_is_not_taken_over(cast: Cast) -> None:
    open_call()
    idea = case_in(IdeaFlow, IdeaState.SUBMITTED, cast)
    address = f"{reverse('fund:begin')}?from={idea.pk}"
    assert signed_in(cast.author).get(address).context["form"].initial["title"] == idea.title
    Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.RESTRICTED)
    assert "title" not in signed_in(cast.author).get(address).context["form"].initial


def test_who_has_left_a_project_is_not_named_as_behind_it(cast: Cast) -> None:
    project = running(cast)
    name_person(case=project, person=cast.coauthor, grant="coauthor", by=cast.author)
    signed_in(cast.coauthor).post(reverse("fund:name", args=[project.key]), {"consent": "1"})
    assert str(cast.coauthor) in Client().get(reverse("fund:granted")).content.decode()
    unname_person(case=project, person=cast.coauthor, grant="coauthor", by=cast.author)
    assert str(cast.coauthor) not in Client().get(reverse("fund:granted")).content.decode()


# ── Late, and behind one’s back ──────────────────────────────────────────────────────────────────────────────────────


def test_no_officer_lets_themselves_in_late_nor_who_they_apply_with(cast: Cast) -> None:
    call, other = open_call(), second_officer()
    draft = draft_of(ApplicationFlow, cast, call=call)
    name_person(case=draft, person=other, grant="coauthor", by=cast.author)
    client, address = signed_in(again(other)), reverse("fund:late_right", args=[call.pk])
    for name in ("officer_two", "author"):
        sent = {"who": name, "until": "2031-01-01T00:00:00", "why": "Hann inte."}
        assert "who" in client.post(address, sent).context["form"].errors
    with pytest.raises(IntegrityError, match="late_right_by_another"), transaction.atomic():
        LateRight.objects.create(call=call, person=other, by=other, until="2031-01-01T00:00:00Z", why="Hann inte.")
    client.post(address, {"who": "colleague", "until": "2031-01-01T00:00:00", "why": "Sjuk."})
    assert LateRight.objects.get().person == cast.colleague


def test_who_has_left_the_region_hands_nothing_in(cast: Cast) -> None:
    draft = draft_of(ApplicationFlow, cast)
    answer_considerations(draft)
    User.objects.filter(pk=cast.author.pk).update(is_employee=False)
    with pytest.raises(Refused):
        make_move(draft, "submit", cast, person=again(cast.author))


def test_nothing_is_decided_that_another_has_prepared_since_the_page_was_opened(cast: Cast) -> None:
    call = reviewed_call(cast, [cast.author])
    (application,) = prepared(call, cast, Outcome.DECLINE)
    client, address = signed_in(cast.officer), reverse("cases:move", args=[call.key, "decide"])
    seen = client.get(address).context["case"].version
    save_ruling(application=application, person=second_officer(), values=GRANT)

    assert client.post(address, {**RIGHT, "version": seen}).status_code == 409
    assert Call.objects.get(pk=call.pk).state == CallState.REVIEWING
    seen = client.get(address).context["case"].version
    client.post(address, {**RIGHT, "version": seen})
    assert Call.objects.get(pk=call.pk).state == CallState.DECIDED


@pytest.mark.parametrize("state", [S.SUBMITTED, S.APPROVED, S.REVISING, S.SCREENING])
def test_no_application_is_left_behind_by_the_decision(cast: Cast, state: str) -> None:
    call = reviewed_call(cast, [cast.author, cast.colleague])
    first, second = Application.objects.order_by("pk")
    Case.objects.filter(pk=second.pk).update(state=state)
    save_ruling(application=first, person=again(cast.officer), values=GRANT)
    with pytest.raises(Refused):
        perform(call, "decide", person=again(cast.officer), data=RIGHT)
    Case.objects.filter(pk=second.pk).update(state=S.DISMISSED, closed_at=timezone.now(), due_at=None, awaits="")
    perform(call, "decide", person=again(cast.officer), data=RIGHT)


@pytest.mark.strategy("B61-7")
def test_a_legality_check_is_of_what_its_writer_saw(cast: Cast) -> None:
    grant = written(cast.officer, granted_on=today())
    client, address = signed_in(cast.coordinator), reverse("fund:external_check", args=[grant.pk])
    sent = {"seen": client.get(address).context["form"]["seen"].value(), "lawful": "yes", "finding": "Prövat."}
    ExternalGrant.objects.filter(pk=grant.pk).update(amount=99_000_000, terms="Allt tillhör er.")
    assert "seen" in client.post(address, sent).context["form"].errors
    grant.refresh_from_db()
    assert grant.lawful is None


# ── Who applies ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_table_of_participants_names_people_whatever_the_call_says(cast: Cast) -> None:
    made = handed_in(
        cast, answers={**ANSWERS, "participants": [{"name": "Zqada Zqberg", "role": "Leder", "unit": "Zqab"}]}
    )
    submission = made.latest
    assert submission is not None
    submission.content["answers"] = [
        {**one, "names_people": False, **({"answer": "Fråga Zqberg på Zqab"} if one["key"] == "need" else {})}
        for one in submission.content["answers"]
    ]
    assert "zq" not in str(without_people(submission.content, words_of(made, submission))).lower()


@pytest.mark.parametrize(
    ("name", "text"), [("Zqa\u030asa Ek", "Zqåsa leder"), ("Zqanna-Zqkarin Ek", "Zqanna Zqkarin leder")]
)
def test_a_name_is_known_in_other_dress(cast: Cast, name: str, text: str) -> None:
    User.objects.filter(pk=cast.author.pk).update(name=name)
    made = handed_in(cast, summary=text)
    submission = made.latest
    assert submission is not None
    assert "zq" not in without_people(submission.content, words_of(made, submission))["summary"].lower()


def test_nobody_opens_up_who_applies_while_it_is_weighed(cast: Cast) -> None:
    made = handed_in(cast)
    client, address = signed_in(cast.officer), reverse("cases:openness", args=[made.key])
    sent = {"confidentiality": "open", "provision": "", "reason": "Alla får läsa."}

    page = client.post(address, sent)

    assert page.status_code == 409
    assert "vägs" in page.content.decode()
    made.refresh_from_db()
    assert made.confidentiality == "internal"
    closed = client.post(address, {**sent, "confidentiality": "restricted", "provision": "19:1"})
    assert closed.status_code in (200, 302)
