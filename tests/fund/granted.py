"""Calls with applications to decide, and grants to pay, for the tests of the decision and the money."""

from typing import Any

from django.utils import timezone

from fund.actions.deciding import prepare_ruling
from fund.flow import ApplicationFlow
from fund.models import Application, Call, Entry, Instalment, Report, Ruling
from fund.states import ApplicationState as S
from fund.states import EntryKind, Outcome, ReportKind
from portal.accounts.models import User
from portal.cases.actions.drafts import begin_case
from portal.cases.moving import perform
from portal.cases.who import AUTHOR
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cast import Cast, again, appointment, case_in
from tests.fund.story import ASKED, open_call, shut_call

TODAY = timezone.localdate


def second_officer() -> User:
    """Another fund officer for the whole Region."""
    region = Unit.objects.get(code="REGION")
    person = User.objects.create(username="officer_two", name="Officer Two", email="two@example.org", is_employee=True)
    appointment(person, Role.FUND_OFFICER, region).save()
    return person


def reviewed_call(cast: Cast, owners: list[User], **values: Any) -> Call:
    """A call that has closed, with an application of each owner under review; each of them asks for ``ASKED``.

    The applications are put there, and not moved: what is tried begins with the decision.
    """
    call = open_call(**values)
    shut_call(call)
    for number, owner in enumerate(owners):
        application = begin_case(
            model=Application, owner=owner, unit=Unit.objects.get(code="SOS"), title=f"Ansökan {number}", call=call, amount=ASKED
        )  # fmt: skip
        Application.objects.filter(pk=application.pk).update(
            state=S.REVIEW, opened_at=timezone.now(), due_at=timezone.now(), awaits=AUTHOR.key,
            reference=f"SOS 2026-{10 * call.pk + number:04d}",
        )  # fmt: skip
    return Call.objects.get(pk=call.pk)


def running(cast: Cast, **values: Any) -> Application:
    """A project under way, with the whole grant of ``ASKED`` reserved."""
    found: Application = case_in(ApplicationFlow, S.RUNNING, cast, **values)
    return found


def given(cast: Cast, amount: int) -> Application:
    """A project under way that applied for ``ASKED`` and got so much, in full or in part."""
    application = case_in(ApplicationFlow, S.REVIEW, cast)
    outcome = Outcome.GRANT if amount == ASKED else Outcome.PART
    ruling = prepare_ruling(application=application, outcome=outcome, amount=amount, reason="Skäl")
    Ruling.objects.filter(pk=ruling.pk).update(decided_at=timezone.now(), decided_by=cast.officer)
    granted = perform(Application.objects.get(pk=application.pk), "grant", person=again(cast.officer))
    perform(granted, "agree", person=again(cast.author), data={"accepts": True})
    return Application.objects.get(pk=application.pk)


def planned(application: Application, *, amount: int = 100_000, report: str = ReportKind.START) -> Instalment:
    return Instalment.objects.create(
        application=application, milestone="Prova", report=report, due_on=TODAY(), amount=amount
    )


def reported(application: Application, *, by: User, approved_by: User | None, **values: Any) -> Report:
    """A report, of the start unless otherwise said; approved if somebody is named."""
    answer = {"answered_at": timezone.now(), "answered_by": approved_by, "approves": True} if approved_by else {}
    told = {"kind": ReportKind.START, "done": "Prövat", "cost": 1000, "consultants": 0, **values}
    return Report.objects.create(application=application, by=by, **told, **answer)


def granted_by_hand(call: Call, amount: int, number: int = 0) -> Application:
    """An application with a grant that is only a line of the ledger."""
    owner = User.objects.get(username="author")
    application = begin_case(
        model=Application, owner=owner, unit=Unit.objects.get(code="SOS"), title=f"Ansökan {number}", call=call
    )
    Entry.objects.create(call=call, application=application, kind=EntryKind.GRANT, amount=amount)
    return application
