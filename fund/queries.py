"""Reading calls and applications: lists, sums, and what a handed-in application says."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Sum

from fund.models import Account, Application, Call, Ruling
from fund.states import ApplicationState, Outcome
from portal.accounts.models import User

GRANTING = (Outcome.GRANT, Outcome.PART)


def calls_for(person: User | AnonymousUser) -> Any:
    """Calls that the person may see, the one that closes first on top, then the latest."""
    return Call.objects.visible_to(person).select_related("unit").order_by("-closes_at", "-pk")


def account_of(call: Call) -> Account | None:
    """The balance of the whole call; None before it is announced (one query)."""
    return Account.objects.filter(call=call.pk, application=None).first()


def undecided(call: Call) -> Any:
    """Applications that the decision on the call is about."""
    return Application.objects.filter(call=call.pk, state=ApplicationState.REVIEW)


def to_grant(call: Call) -> int:
    """What the prepared decisions would grant, in SEK (one query)."""
    prepared = Ruling.objects.filter(application__in=undecided(call), outcome__in=GRANTING)
    return prepared.aggregate(sum=Sum("amount"))["sum"] or 0
