"""What calls and applications need on their way, besides what their fields and forms tell."""

import typing
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from fund.actions.calling import ask_as, begin_call
from fund.actions.closing import shut_calls
from fund.actions.deciding import prepare_ruling
from fund.flow import ApplicationFlow, CallFlow
from fund.models import PHASES, Application, Approval, Call, Report, Ruling
from fund.rules.applying import has_manager
from fund.states import Outcome, ReportKind
from portal.accounts.models import User
from portal.cases.moving import perform
from portal.cases.states import Confidentiality
from portal.cases.workdays import add_months
from portal.organisation.models import Unit
from portal.organisation.states import Role
from tests.cast import Cast, Story, again, appointment

BUDGET: list[dict[str, Any]] = [
    {"what": "Utveckling", "kind": "staff", "amount": 150_000},
    {"what": "Granskning", "kind": "consultant", "amount": 50_000},
]
ANSWERS: dict[str, Any] = {
    "half_time": True,
    "owned": True,
    "need": "Var femte besökare hittar inte rätt, och frågar personalen.",
    "approach": "Vi prövar skyltar som talar.",
    "benefit": "Färre frågor: från tjugo om dagen till tio.",
    "competition": "Kartor på papper, som få läser.",
    "timetable": [{"what": "Prova", "starts": "2026-03-01", "ends": "2026-06-01"}],
    "participants": [{"name": "Ada Demoström", "role": "Projektledare", "unit": "Södersjukhuset"}],
    "budget": BUDGET,
}
RIGHT = {"delegation": "Delegationsordningen 4.2"}
"""By what right a fund officer decides."""
UNMET = {"formal": "unmet", "formal_why": "Ni söker för drift."}
ASKED = sum(row["amount"] for row in BUDGET)
CALL: dict[str, Any] = {
    "purpose": "Nya lösningar nära patienter och resenärer.",
    "terms": "Du är anställd på minst halvtid.",
    "year": timezone.localdate().year,
    "budget": 1_000_000,
    "largest_grant": 375_000,
}


def call_of(officer: User, *, days: float = 30, **values: Any) -> Call:
    """A draft of a call that will be open for so many days from now."""
    call = begin_call(owner=officer, unit=Unit.objects.get(code="RLK"), title="Vårens utlysning")
    now = timezone.now()
    told = {**CALL, "opens_at": now, "closes_at": now + timedelta(days=days), **values}
    Call.objects.filter(pk=call.pk).update(**told)
    drafted: Call = Call.objects.get(pk=call.pk)
    return drafted


def open_call(**values: Any) -> Call:
    """A call that takes applications now."""
    officer = User.objects.get(username="officer")
    return typing.cast(Call, perform(call_of(officer, **values), "announce", person=officer))


def told_otherwise(call: Call, **values: Any) -> None:
    """As if the call had said so from the start. Its triggers are put aside: an announced call keeps its word."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE fund_call DISABLE TRIGGER USER")
        Call.objects.filter(pk=call.pk).update(**values)
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE fund_call ENABLE TRIGGER USER; SET CONSTRAINTS ALL DEFERRED"
        )


def pass_time(call: Call, by: timedelta = timedelta(days=31)) -> None:
    """As if the call had opened, and closes, that much earlier."""
    told_otherwise(call, **{name: getattr(call, name) - by for name in ("opens_at", "closes_at")})


def shut_call(call: Call) -> None:
    """Its time runs out, and what was handed in is received."""
    pass_time(Call.objects.get(pk=call.pk))
    shut_calls()


def sign(application: Application, cast: Cast) -> None:
    """The manager says yes, whoever that is at the unit."""
    submission = application.latest
    assert submission is not None
    if not Approval.objects.filter(submission=submission).exists():
        Approval.objects.create(submission=submission, by=cast.manager, approves=True)


def appoint_a_manager(application: Application, cast: Cast) -> None:
    """At a unit that has none, the cast’s manager."""
    if not has_manager(application):
        appointment(cast.manager, Role.MANAGER, application.unit).save()


def count_for(application: Application, cast: Cast) -> None:
    """As if a worker had counted the pages: to print them takes half a second."""
    Application.objects.filter(pk=application.pk).update(pages=2, pages_version=application.version)


def before_handing_in(application: Application, cast: Cast) -> None:
    appoint_a_manager(application, cast)
    count_for(application, cast)


def let_call_close(application: Application, cast: Cast) -> None:
    """The call’s time has run out, but nothing has been received yet."""
    pass_time(application.call)
    perform(Call.objects.get(pk=application.call_id), "begin_review", person=None)
    application.call.refresh_from_db()


def closed_and_signed(application: Application, cast: Cast) -> None:
    let_call_close(application, cast)
    sign(application, cast)


def rule(outcome: Outcome) -> Any:
    """As if the call had been decided, and this application so."""

    def decided(application: Application, cast: Cast) -> None:
        amount = 0 if outcome == Outcome.DECLINE else application.amount or ASKED
        ruling = prepare_ruling(application=application, outcome=outcome, amount=amount, reason="Behovet är visat.")
        Ruling.objects.filter(pk=ruling.pk).update(decided_at=timezone.now(), decided_by=again(cast.officer))

    return decided


def report_finally(application: Application, cast: Cast) -> None:
    """The final report is handed in and approved."""
    if not application.reports.filter(kind=ReportKind.FINAL, approves=True).exists():
        Report.objects.create(
            application=application, kind=ReportKind.FINAL, by=cast.author, done="Skyltarna talar.", cost=ASKED, consultants=50_000,
            answered_at=timezone.now(), answered_by=cast.officer, approves=True,
        )  # fmt: skip


def year_on(application: Application, cast: Cast) -> None:
    """As if the project had ended a year ago."""
    ended = add_months(timezone.localdate(), -12)
    Application.objects.filter(pk=application.pk).update(ended_on=ended)


STORIES = {
    CallFlow: Story(
        owner="officer",
        draft={
            **CALL,
            "opens_at": lambda _unit: timezone.now(),
            "closes_at": lambda _unit: timezone.now() + timedelta(days=30),
            **dict.fromkeys(PHASES),
        },
        before={"announce": lambda call, cast: ask_as(call), "begin_review": lambda call, cast: pass_time(call)},
    ),
    ApplicationFlow: Story(
        draft={
            "call": lambda _unit: open_call(),
            "answers": lambda _unit: {**ANSWERS},
            "confidentiality": Confidentiality.INTERNAL,
        },
        before={
            "submit": before_handing_in,
            "keep": let_call_close,
            "receive": closed_and_signed,
            "pass_on": sign,
            "grant": rule(Outcome.GRANT),
            "put_in_reserve": rule(Outcome.RESERVE),
            "decline": rule(Outcome.DECLINE),
            "finish": report_finally,
            "follow_up": year_on,
        },
        answers={"dismiss": UNMET},
    ),
}
