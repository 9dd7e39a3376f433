"""Reading calls and applications: lists, sums, and what a handed-in application says."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case as SqlCase
from django.db.models import Count, F, IntegerField, Q, Sum, When
from django.utils import timezone
from django.utils.translation import gettext_lazy

from fund.models import Account, Application, Call, Criterion, Edition, Entry, LateRight, Question, Ruling
from fund.models.call import coming_at, open_at
from fund.states import ApplicationState, Outcome
from fund.words import sek
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.who import AUTHOR

GRANTING = (Outcome.GRANT, Outcome.PART)


RANKS = (gettext_lazy("You are writing"), gettext_lazy("Open now"), gettext_lazy("Coming"), gettext_lazy("Earlier"))


def calls_for(person: User | AnonymousUser) -> Any:
    """Calls that the person may see, each with its ``rank`` among the ``RANKS``: drafts, then open ones, the first to close on top, then
    those that open next, then earlier ones, the latest on top. One query.
    """
    now = timezone.now()
    rank = SqlCase(
        When(opened_at=None, then=0), When(open_at(now), then=1), When(coming_at(now), then=2), default=3,
        output_field=IntegerField(),
    )  # fmt: skip
    next_time = SqlCase(When(open_at(now), then="closes_at"), When(coming_at(now), then="opens_at"))
    calls = Call.objects.visible_to(person).select_related("unit").annotate(rank=rank)
    return calls.order_by("rank", next_time, F("closes_at").desc(nulls_last=True), "-pk")


def beside(calls: Iterable[Call], person: User, *, counted: bool) -> list[dict[str, Any]]:
    """Each call with what a list says of it to the person: their own applications, whether they can be late, and where it is ``counted``
    how many applications there are (two queries, three where they are counted).
    """
    calls = list(calls)
    own = Application.objects.filter(AUTHOR(person), call__in=calls).order_by("pk").distinct()
    late = LateRight.objects.filter(call__in=calls, person=person, until__gt=timezone.now())
    mine: dict[int, list[Application]] = {}
    for application in own:
        mine.setdefault(application.call_id, []).append(application)
    lets, numbers = set(late.values_list("call", flat=True)), numbers_of(calls) if counted else {}
    return [
        {
            "call": call,
            "largest": sek(call.largest_grant),
            "budget": sek(call.budget),
            "mine": mine.get(call.pk, []),
            "late": call.pk in lets,
            "numbers": numbers.get(call.pk),
        }
        for call in calls
    ]


def numbers_of(calls: Iterable[Call]) -> dict[int, dict[str, int]]:
    """How many applications each call has: ``begun`` and not handed in, and ``handed_in`` (one query)."""
    found = Application.objects.filter(call__in=calls).order_by().values("call")
    counted = found.annotate(begun=Count("pk", filter=Q(opened_at=None)), handed_in=Count("opened_at"))
    return {row["call"]: {"begun": row["begun"], "handed_in": row["handed_in"]} for row in counted}


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


def rows_of(call: Case) -> dict[str, Any]:
    """What a call keeps in tables of its own, for who takes it out."""
    tables = {
        "questions": Question,
        "criteria": Criterion,
        "editions": Edition,
        "late_rights": LateRight,
        "ledger": Entry,
    }
    return {name: table.objects.filter(call=call.pk).order_by("pk") for name, table in tables.items()}  # type: ignore[attr-defined]  # all have
