"""The decision on a call: prepared for each application, then made of all at once."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from fund.models import Account, Application, Call, Entry, Ruling
from fund.queries import undecided
from fund.states import EntryKind, Outcome
from portal.accounts.models import User
from portal.cases.moving import perform
from portal.cases.states import Confidentiality

MOVES = {Outcome.GRANT: "grant", Outcome.PART: "grant", Outcome.RESERVE: "put_in_reserve", Outcome.DECLINE: "decline"}


@transaction.atomic
def prepare_ruling(
    *, application: Application, outcome: Outcome, amount: int, reason: str, rank: int | None = None
) -> Ruling:
    """Write down what is to be decided of one application; it binds nobody until the call is decided."""
    values = {"outcome": outcome, "amount": amount, "reason": reason, "rank": rank}
    found, _made = Ruling.objects.update_or_create(application=application, defaults=values)
    return found


# ── Effects of the moves ─────────────────────────────────────────────────────────────────────────────────────────────


def decide(call: Call, *, person: User, data: dict[str, Any]) -> None:
    """Every application of the call, in one transaction: each by its own move, so that who may not decide on one decides on none."""
    decided = timezone.now()
    applications = list(undecided(call).order_by("pk"))
    Ruling.objects.filter(application__in=applications).update(
        decided_at=decided, decided_by=person, delegation=data["delegation"]
    )
    outcomes = dict(Ruling.objects.filter(application__in=applications).values_list("application", "outcome"))
    for application in applications:
        perform(application, MOVES[Outcome(outcomes[application.pk])], person=person)


def grant(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The amount is taken from what is free; the ledger refuses more than there is. Who has been granted money is told openly."""
    if application.confidentiality == Confidentiality.INTERNAL:
        application.confidentiality = Confidentiality.OPEN
    Entry.objects.create(
        call=application.call,
        application=application,
        kind=EntryKind.GRANT,
        amount=application.ruling.amount,
        by=person,
    )


def revoke(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """All that is reserved becomes free again: nothing of it has been used."""
    _give_back(application, person, EntryKind.REVOKE)


def give_back(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """What is reserved and was not used is returned."""
    _give_back(application, person, EntryKind.RETURN)


def _give_back(application: Application, person: User, kind: EntryKind) -> None:
    account = Account.objects.filter(application=application).first()
    if account is not None and account.reserved:
        Entry.objects.create(
            call=application.call, application=application, kind=kind, amount=account.reserved, by=person
        )
