"""The project that a grant pays for: accepted, planned, reported, paid, changed, followed up.

All are effects of moves: the engine holds the lock on the application and saves it afterwards.
"""

from datetime import date
from typing import Any

from django.db.models import Model
from django.utils import timezone

from fund.models import (
    FUND_OFFICER,
    PROJECT,
    Account,
    Agreement,
    Application,
    ChangeRequest,
    Effect,
    Entry,
    Instalment,
    Report,
)
from fund.queries import next_report_due, waited_for
from fund.rules.granting import promised_in
from fund.states import ApplicationState, EntryKind
from portal.accounts.models import User
from portal.cases.workdays import due_at, end_of

ANSWERED_WITHIN = 10
"""Working days in which the fund answers a report or a request, and pays."""
DECEMBER = (12, 31)


def agree(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The terms are kept word for word, in the language in which they were accepted."""
    account = Account.objects.get(application=application.pk)
    terms = f"{application.call.terms}\n\n{data['terms']}".strip()
    Agreement.objects.create(application=application, by=person, amount=account.granted, terms=terms)
    wait(application)


def wait(application: Application) -> None:
    """Whose step it is and until when, by what stands unanswered and unpaid; reminders go by it (at most seven queries)."""
    if application.state != ApplicationState.RUNNING:
        return
    if waited_for(application) == "report":
        application.awaits = PROJECT.key
        application.due_at = end_of(next_report_due(application) or _last_day(application))
    else:
        application.awaits = FUND_OFFICER.key
        application.due_at = due_at(timezone.now(), workdays=ANSWERED_WITHIN)


def _last_day(application: Application) -> date:
    """The money is to be used in its year, unless a later or earlier day has been agreed on (one query)."""
    agreed = application.change_requests.filter(approves=True, until__isnull=False).order_by("-pk").first()
    year = application.call.year or timezone.localdate().year
    return agreed.until if agreed and agreed.until else date(year, *DECEMBER)


# ── Instalments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def plan_instalment(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The database refuses more than the grant."""
    Instalment.objects.create(application=application, **data)
    wait(application)


def drop_instalment(application: Application, *, person: User, data: dict[str, Any]) -> None:
    data["instalment"].delete()
    wait(application)


def approve_payment(application: Application, *, person: User, data: dict[str, Any]) -> None:
    _set(data["instalment"], approved_at=timezone.now(), approved_by=person)
    wait(application)


def recall_payment(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """Nobody has approved it any more; the history keeps who had, and why it was taken back."""
    _set(data["instalment"], approved_at=None, approved_by=None)
    wait(application)


def pay(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The database sets the time, refuses who approved and another year than the money's, and writes the line in the ledger."""
    _set(data["instalment"], paid_at=timezone.now(), paid_by=person)
    wait(application)


def repay(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """Money that was paid and not used has come back."""
    Entry.objects.create(
        call=application.call,
        application=application,
        kind=EntryKind.REPAY,
        amount=data["amount"],
        by=person,
        note=data["reason"],
    )


# ── Reports and requests ─────────────────────────────────────────────────────────────────────────────────────────────


def hand_in_report(application: Application, *, person: User, data: dict[str, Any]) -> None:
    Report.objects.create(application=application, by=person, **data)
    wait(application)


def approve_report(application: Application, *, person: User, data: dict[str, Any]) -> None:
    _answer(application.reports.get(answered_at=None), person, approves=True, words=data["reason"])
    wait(application)


def send_back(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The project hands in another; this one stays as it was."""
    _answer(application.reports.get(answered_at=None), person, approves=False, words=data["reason"])
    wait(application)


def ask_change(application: Application, *, person: User, data: dict[str, Any]) -> None:
    ChangeRequest.objects.create(application=application, by=person, **data)
    wait(application)


def answer_change(application: Application, *, person: User, data: dict[str, Any]) -> None:
    asked = application.change_requests.get(answered_at=None)
    _answer(asked, person, approves=data["approves"] == "yes", words=data["reason"])
    wait(application)


def _answer(row: Report | ChangeRequest, person: User, *, approves: bool, words: str) -> None:
    _set(row, answered_at=timezone.now(), answered_by=person, approves=approves, words=words)


def _set(row: Model, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


# ── The end ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def follow_up(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """What came of the promise, beside the promise."""
    Effect.objects.create(
        application=application,
        by=person,
        promised=promised_in(application),
        actual=data["reason"],
        worth=data["worth"],
    )
