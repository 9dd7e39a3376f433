"""The decision on a call: prepared for each application, then made of all at once."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fund.models import Account, Application, Call, Entry, Ruling
from fund.queries import decidable_by, undecided
from fund.rules.granting import place_free
from fund.states import CallState, EntryKind, Outcome
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.actions.people import name_person
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.moving import perform_all
from portal.cases.states import Confidentiality
from portal.cases.verdicts import no

MOVES = {Outcome.GRANT: "grant", Outcome.PART: "grant", Outcome.RESERVE: "put_in_reserve", Outcome.DECLINE: "decline"}

PREPARED = "ruling_prepared"


@transaction.atomic
def prepare_ruling(
    *, application: Application, outcome: Outcome, amount: int, reason: str, rank: int | None = None
) -> Ruling:
    """Write down what is to be decided of one application; it binds nobody until the call is decided."""
    values = {"outcome": outcome, "amount": amount, "reason": reason, "rank": rank}
    found, _made = Ruling.objects.update_or_create(application=application, defaults=values)
    return found


@transaction.atomic
def save_ruling(*, application: Application, person: User, values: Mapping[str, Any]) -> Ruling:
    """A fund officer prepares the decision; who prepared it stays in the history. Whoever is about to decide has to look again.

    Raises Refused when it is not theirs, or too late, or when the place on the reserve list is another's.
    """
    call = application.call
    Case.objects.hold(call.pk)
    Case.objects.hold(application.pk)
    reviewing = Call.objects.filter(pk=call.pk, state=CallState.REVIEWING).exists()
    if not reviewing or not decidable_by(call, person).filter(pk=application.pk).exists():
        raise Refused(no(_("This application is decided already, or is not yours to decide.")))
    if values["outcome"] == Outcome.RESERVE and not (verdict := place_free(application, values["rank"])):
        raise Refused(verdict)
    ruling = prepare_ruling(application=application, **values)
    Case.objects.filter(pk=call.pk).update(version=F("version") + 1)
    told = {"outcome": ruling.outcome, "amount": ruling.amount, "rank": ruling.rank}
    write_event(case=application, person=person, move=PREPARED, note=ruling.reason, data=told, internal=True)
    return ruling


# ── Effects of the moves ─────────────────────────────────────────────────────────────────────────────────────────────


def decide(call: Call, *, person: User, data: dict[str, Any]) -> None:
    """Every application of the call, in one transaction: each by its own move, so that who may not decide on one decides on none."""
    rulings = Ruling.objects.filter(application__in=undecided(call).values("pk"))
    rulings.update(decided_at=timezone.now(), decided_by=person, delegation=data["delegation"])
    perform_all(undecided(call), move_of, person=person, reading=["ruling"])


def move_of(application: Application) -> str:
    return MOVES[Outcome(application.ruling.outcome)]


def grant(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The amount is taken from what is free; the ledger refuses more than there is. Who has been granted money is told openly."""
    if application.confidentiality == Confidentiality.INTERNAL:
        application.confidentiality = Confidentiality.OPEN
    Entry.objects.create(
        call_id=application.call_id,
        application=application,
        kind=EntryKind.GRANT,
        amount=application.ruling.amount,
        by=person,
    )


def revoke(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """All that is reserved becomes free again: nothing of it has been used."""
    _give_back(application, person, EntryKind.REVOKE)


def stand_aside(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """A fund officer has a conflict of interest and takes no further part (FL 2017:900 17 §): not in the decision on the call either."""
    name_person(case=application, person=person, grant="recuse", by=person)
    if application.holder_id == person.pk:
        application.holder = None


def give_back(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """What is reserved and was not used is returned."""
    _give_back(application, person, EntryKind.RETURN)


def finish(application: Application, *, person: User, data: dict[str, Any]) -> None:
    """The end from which the effect is counted."""
    give_back(application, person=person, data=data)
    application.ended_on = timezone.localdate()


def _give_back(application: Application, person: User, kind: EntryKind) -> None:
    account = Account.objects.filter(application=application).first()
    if account is not None and account.reserved:
        Entry.objects.create(
            call=application.call, application=application, kind=kind, amount=account.reserved, by=person
        )
