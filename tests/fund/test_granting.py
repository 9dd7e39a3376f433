"""A grant from its acceptance to its effect: reports, payments by two, changes, and money that comes back."""

from datetime import date, timedelta
from typing import Any
from typing import cast as cast_to

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from fund.flow import ApplicationFlow
from fund.models import FUND_OFFICER, PROJECT, Account, Application, Effect, Entry, Instalment, Report
from fund.states import ApplicationState as S
from fund.states import EntryKind
from portal.accounts.models import User
from portal.cases.errors import Invalid, Refused
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.cases.words import next_step
from tests.cast import Cast, again, case_in, make_move, signed_in
from tests.fund.granted import TODAY, planned, reported, running, second_officer
from tests.fund.story import ANSWERS, ASKED, RIGHT, told_otherwise, year_on

pytestmark = pytest.mark.django_db
REPORT = {"kind": "start", "done": "Prövat på två mottagningar.", "cost": 60_000, "consultants": 20_000}


def plan(application: Application, person: User, amount: int = 100_000, report: str = "start") -> Application:
    sent = {"milestone": "Prova", "report": report, "due_on": TODAY(), "amount": amount}
    return done(application, "plan_instalment", person, **sent)


def done(application: Application, move: str, person: User, **data: Any) -> Application:
    return cast_to(Application, perform(application, move, person=again(person), data=data))


def balance(application: Application) -> tuple[int, int, int, int]:
    account = Account.objects.get(application=application.pk)
    return account.granted, account.reserved, account.paid, account.returned


@pytest.mark.strategy("B43-5")
@pytest.mark.strategy("A15")
def test_a_grant_lives_from_acceptance_to_effect(cast: Cast) -> None:
    officer, other = cast.officer, second_officer()
    project = plan(running(cast), officer)
    assert project.agreement.by == cast.author
    assert "Region own the result" in project.agreement.terms or "regionen" in project.agreement.terms
    (instalment,) = Instalment.objects.all()

    project = done(project, "report", cast.author, **REPORT)
    assert project.awaits == FUND_OFFICER.key
    project = done(project, "approve_report", officer)
    project = done(project, "approve_payment", officer, instalment=instalment.pk)
    project = done(project, "pay", other, instalment=instalment.pk)
    assert balance(project) == (ASKED, ASKED - 100_000, 100_000, 0)
    assert project.awaits == PROJECT.key

    project = done(project, "report", cast.author, **{**REPORT, "kind": "final"})
    project = done(project, "approve_report", officer)
    project = done(project, "finish", officer)
    assert balance(project) == (ASKED, 0, 100_000, 100_000)
    assert project.due_at is not None
    assert project.due_at.date() >= date(timezone.localdate().year + 1, 1, 1)
    project = done(project, "repay", officer, amount=5_000, reason="Blev billigare")
    assert balance(project) == (ASKED, 0, 95_000, 105_000)
    with pytest.raises(Refused, match="tolv månader efter"):
        done(project, "follow_up", cast.author, reason="Genast.")
    year_on(project, cast)
    project = done(project, "follow_up", cast.author, promised="Något mindre", reason="Från 20 till 8", worth=70_000)
    assert project.state == S.CLOSED
    assert Effect.objects.values_list("promised", "actual", "worth").get() == (
        ANSWERS["benefit"],
        "Från 20 till 8",
        70_000,
    )
    done(project, "repay", officer, amount=1_000, reason="Kom tillbaka sent")
    assert balance(project) == (ASKED, 0, 94_000, 106_000), "also when all is closed"
    page = signed_in(cast.author).get(project.get_absolute_url()).content.decode()
    assert "Från 20 till 8" in page
    assert "20\xa0000" in page, "what consultants cost is seen"


def test_who_accepts_a_grant_has_its_amount_and_the_terms_of_the_call_before_their_eyes(cast: Cast) -> None:
    application = case_in(ApplicationFlow, S.GRANTED, cast)
    told_otherwise(application.call, terms="Zqvillkor: projektet görs i regionen.")
    Entry.objects.create(call=application.call, application=application, kind=EntryKind.REVOKE, amount=50_000)

    address = reverse("cases:move", args=[application.key, "agree"])
    page = signed_in(cast.author).get(address).content.decode().replace("\xa0", " ")

    assert "Du beviljas 150 000 kronor. Du sökte 200 000 kronor." in page
    assert "Zqvillkor: projektet görs i regionen." in page
    agreed = done(application, "agree", cast.author, accepts=True).agreement
    assert agreed.amount == 150_000
    assert "Zqvillkor" in agreed.terms


def test_nothing_is_paid_before_an_approved_report(cast: Cast) -> None:
    project = plan(running(cast), cast.officer)
    done(project, "report", cast.author, **REPORT)
    with pytest.raises(Refused):
        done(project, "approve_payment", cast.officer, instalment=Instalment.objects.get().pk)
    with pytest.raises(DatabaseError, match="approved report"), transaction.atomic():
        Instalment.objects.update(approved_at=timezone.now(), approved_by=cast.officer)


def test_who_approves_a_payment_does_not_pay_it(cast: Cast) -> None:
    project = running(cast)
    instalment = planned(project)
    reported(project, by=cast.author, approved_by=cast.officer)
    done(project, "approve_payment", cast.officer, instalment=instalment.pk)
    with pytest.raises(Invalid):
        done(project, "pay", cast.officer, instalment=instalment.pk)
    with pytest.raises(DatabaseError, match="instalment_paid_by_another"), transaction.atomic():
        Instalment.objects.update(paid_at=timezone.now(), paid_by=cast.officer)
    assert balance(project) == (ASKED, ASKED, 0, 0)


def test_an_approval_is_taken_back_until_it_is_paid_and_the_history_says_why(cast: Cast) -> None:
    project, other = running(cast), second_officer()
    instalment = planned(project)
    reported(project, by=cast.author, approved_by=cast.officer)
    done(project, "approve_payment", cast.officer, instalment=instalment.pk)

    project = done(project, "recall_payment", other, instalment=instalment.pk, reason="Fel belopp")

    assert Instalment.objects.filter(approved_at=None, approved_by=None).exists()
    with pytest.raises(Refused):
        done(project, "pay", cast.officer, instalment=instalment.pk)
    event = project.events.latest("number")
    assert (event.person, event.note, event.data["instalment"]) == (other, "Fel belopp", instalment.pk)
    done(project, "approve_payment", other, instalment=instalment.pk)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Instalment.objects.update(approved_by=cast.officer)
    done(project, "pay", cast.officer, instalment=instalment.pk)
    with pytest.raises(Refused):
        done(project, "recall_payment", other, instalment=instalment.pk, reason="För sent")
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Instalment.objects.update(approved_at=None, approved_by=None)


def test_money_is_paid_in_its_year_and_in_no_other(cast: Cast) -> None:
    project = running(cast)
    instalment = planned(project)
    reported(project, by=cast.author, approved_by=cast.officer)
    done(project, "approve_payment", cast.officer, instalment=instalment.pk)
    told_otherwise(project.call, year=TODAY().year + 1)
    other = second_officer()
    with pytest.raises(Refused):
        done(project, "pay", other, instalment=instalment.pk)
    with pytest.raises(DatabaseError, match="another year"), transaction.atomic():
        Instalment.objects.update(paid_at=timezone.now() + timedelta(days=366), paid_by=other)


def test_what_is_paid_stays(cast: Cast) -> None:
    project = running(cast)
    reported(project, by=cast.author, approved_by=cast.officer)
    instalment = planned(project)
    other = second_officer()
    done(project, "approve_payment", cast.officer, instalment=instalment.pk)
    done(project, "pay", other, instalment=instalment.pk)
    for change in (Instalment.objects.all().delete, lambda: Instalment.objects.update(amount=1)):
        with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
            change()
    entry = Entry.objects.get(kind=EntryKind.PAY)
    assert (entry.amount, entry.by, entry.application_id) == (instalment.amount, other, project.pk)


def test_no_more_is_planned_than_is_granted(cast: Cast) -> None:
    project = plan(running(cast), cast.officer, ASKED - 1)
    with pytest.raises(Invalid):
        plan(project, cast.officer, 2)
    with pytest.raises(DatabaseError, match="more than the grant"), transaction.atomic():
        planned(project, amount=2)
    project = done(project, "drop_instalment", cast.officer, instalment=Instalment.objects.get().pk)
    plan(project, cast.officer, ASKED)


def test_a_report_that_is_sent_back_stays_and_another_is_handed_in(cast: Cast) -> None:
    project = done(running(cast), "report", cast.author, **REPORT)
    with pytest.raises(Refused):
        done(project, "report", cast.author, **REPORT)
    project = done(project, "send_back", cast.officer, reason="Säg vad det kostade.")
    project = done(project, "report", cast.author, **{**REPORT, "done": "Igen"})
    done(project, "approve_report", cast.officer)
    assert list(Report.objects.values_list("approves", flat=True)) == [False, True]
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Report.objects.update(cost=1)


def test_consultants_are_part_of_the_cost(cast: Cast) -> None:
    with pytest.raises(Invalid):
        done(running(cast), "report", cast.author, **{**REPORT, "consultants": 60_001})


def test_a_change_is_asked_for_and_answered(cast: Cast) -> None:
    until = TODAY().replace(month=12, day=15)
    project = done(running(cast), "ask_change", cast.author, what="En månad till", why="Sjukdom", until=until)
    assert project.awaits == FUND_OFFICER.key
    project = done(project, "answer_change", cast.officer, approves="yes", reason="Det går bra.")
    assert timezone.localtime(project.due_at).date() == until
    page = signed_in(cast.author).get(project.get_absolute_url()).content.decode()
    assert "Det går bra." in page


def test_the_step_and_its_date_follow_what_stands_unanswered(cast: Cast) -> None:
    project = plan(running(cast), cast.officer)
    assert timezone.localtime(project.due_at).date() == TODAY(), "the report falls due"
    assert "projektet" in next_step(project).lower() or "project" in next_step(project).lower()
    assert Case.objects.awaiting(again(cast.author)).filter(pk=project.pk).exists()
    project = done(project, "report", cast.author, **REPORT)
    assert not Case.objects.awaiting(again(cast.author)).filter(pk=project.pk).exists()
    assert Case.objects.awaiting(again(cast.officer)).filter(pk=project.pk).exists()


def waits(project: Application, cast: Cast) -> tuple[str, bool]:
    """The step that is said to be next, and whether it is in the officer's inbox rather than the project's."""
    project = Application.objects.get(pk=project.pk)
    inbox = [
        Case.objects.awaiting(again(person)).filter(pk=project.pk).exists() for person in (cast.officer, cast.author)
    ]
    assert sorted(inbox) == [False, True]
    with override("en"):
        return next_step(project).partition(": ")[2], inbox[0]


def test_the_next_step_is_what_waits_and_lies_with_whoever_can_take_it(cast: Cast) -> None:
    officer, other = cast.officer, second_officer()
    project = plan(running(cast), officer)
    assert waits(project, cast) == ("hand in a report", False)
    done(project, "report", cast.author, **REPORT)
    assert waits(project, cast) == ("approve the report", True)
    done(project, "approve_report", officer)
    assert waits(project, cast) == ("approve a payment", True)
    instalment = Instalment.objects.get()
    done(project, "approve_payment", officer, instalment=instalment.pk)
    assert waits(project, cast) == ("pay", True)
    done(project, "pay", other, instalment=instalment.pk)
    assert waits(project, cast) == ("hand in a report", False)
    done(project, "ask_change", cast.author, what="En annan leverantör", why="Den första drog sig ur.")
    assert waits(project, cast) == ("answer the request for change", True)
    done(project, "answer_change", officer, approves="yes", reason="Ja.")
    done(project, "report", cast.author, **{**REPORT, "kind": "final"})
    done(project, "approve_report", officer)
    assert waits(project, cast) == ("finish the project", True)


def test_a_payment_that_its_year_has_passed_by_is_not_waited_for(cast: Cast) -> None:
    project = running(cast)
    planned(project)
    reported(project, by=cast.author, approved_by=cast.officer)
    told_otherwise(project.call, year=TODAY().year - 1)

    done(project, "report", cast.author, **{**REPORT, "kind": "final"})
    done(project, "approve_report", cast.officer)

    assert waits(project, cast) == ("finish the project", True)


def test_a_project_is_finished_when_its_final_report_is_approved(cast: Cast) -> None:
    project = running(cast)
    with pytest.raises(Refused):
        done(project, "finish", cast.officer)
    assert make_move(project, "finish", cast).state == S.FOLLOWED


def test_a_stopped_project_gives_back_what_is_left(cast: Cast) -> None:
    project = done(running(cast), "stop", cast.officer, reason="Leverantören drog sig ur.", **RIGHT)
    assert balance(project) == (ASKED, 0, 0, ASKED)


def test_the_text_that_was_granted_is_not_changed_by_the_project(cast: Cast) -> None:
    project = running(cast)
    answer = signed_in(cast.author).post(reverse("fund:write", args=[project.pk]), {"title": "En annan"})
    assert answer.status_code in (403, 409)
    assert Application.objects.get().title == project.title


def test_a_last_day_after_the_year_of_the_money_is_approved_by_who_has_been_told_what_it_means(cast: Cast) -> None:
    project = running(cast)
    year = timezone.localdate().year
    asked = {"what": "Ett halvår till.", "why": "Leveransen dröjer."}
    asking = signed_in(cast.author).get(reverse("cases:move", args=[project.key, "ask_change"]))
    assert str(year) in str(asking.context["form"].fields["until"].help_text)
    project = done(project, "ask_change", cast.author, **asked, until=date(year + 1, 6, 30))
    address = reverse("cases:move", args=[project.key, "answer_change"])
    answer = {"approves": "yes", "reason": "Det är skäligt."}
    assert 'name="beyond"' in signed_in(cast.officer).get(address).content.decode()
    with pytest.raises(Invalid):
        done(project, "answer_change", cast.officer, **answer)
    project = done(project, "answer_change", cast.officer, **answer, beyond=True)
    assert project.change_requests.get().approves
    assert project.events.get(move="answer_change").data["beyond"] is True
    project = done(project, "ask_change", cast.author, **asked, until=date(year, 12, 31))
    assert done(project, "answer_change", cast.officer, **answer).change_requests.filter(approves=True).count() == 2
