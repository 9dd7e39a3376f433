"""Reading calls and applications: lists, sums, and what a handed-in application says."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, Count, F, IntegerField, Q, RowRange, Sum, When, Window
from django.db.models import Case as SqlCase
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.models import (
    FUND_OFFICER,
    Account,
    Agreement,
    Application,
    Approval,
    Call,
    ChangeRequest,
    Consensus,
    Criterion,
    CriterionStanding,
    Edition,
    Effect,
    Entry,
    Instalment,
    LateRight,
    Question,
    Report,
    Ruling,
    Submission,
    Tally,
)
from fund.models.call import coming_at, open_at
from fund.states import ApplicationState, Outcome, ReportKind
from fund.words import points, sek
from portal.accounts.models import User
from portal.cases.models import Case
from portal.cases.who import AUTHOR

GRANTING = (Outcome.GRANT, Outcome.PART)
SCREENED = ("pass_on", "dismiss")
"""The moves that end a screening."""
RANKED = (F("tally__mean").desc(nulls_last=True), F("opened_at").asc(), F("pk").asc())
"""The order of a ranking: the best first, and among the same who came first."""


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


def for_rows(applications: Any) -> Any:
    """Without the long columns that a row of a list does not show: the answers of fifty take longer to read than the rest of a page."""
    return applications.select_related("unit").defer("answers", "body", "text", "summary", "field_versions")


def page_of(ordered: Any, wanted: str | None, size: int, *beside: str) -> "Page[Application]":
    """A page of applications in their order, each with what stands ``beside`` it. Only ids are sorted, not rows (three queries)."""
    page = Paginator(ordered.values_list("pk", flat=True), size).get_page(wanted)
    found = for_rows(Application.objects.select_related(*beside)).in_bulk(list(page.object_list))
    page.object_list = [found[pk] for pk in page.object_list]
    return page


def to_grant(call: Call) -> int:
    """What the prepared decisions would grant, in SEK (one query)."""
    under_review = {"application__call": call.pk, "application__state": ApplicationState.REVIEW}
    prepared = Ruling.objects.filter(**under_review, outcome__in=GRANTING)
    return prepared.aggregate(sum=Sum("amount"))["sum"] or 0


def rows_of_call(call: Case) -> dict[str, Any]:
    """What a call keeps in tables of its own, for who takes it out. Lines of the ledger for an application are taken out with that: not
    everyone who takes out the call may see it.
    """
    tables = {"questions": Question, "criteria": Criterion, "editions": Edition, "late_rights": LateRight}
    rows = {name: table.objects.filter(call=call.pk).order_by("pk") for name, table in tables.items()}  # type: ignore[attr-defined]  # all have
    return {**rows, "ledger": entries_of(call).filter(application=None)}


# ── Deciding ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Line:
    """A criterion: the mean of the experts if any gave it points, and the panel's if it agreed on some. Those count, where there are."""

    mean: float | None
    agreed: int | None
    counts: float

    def __str__(self) -> str:
        """What it stands at; where the panel has agreed on points, with what the experts gave beside."""
        if self.agreed is None:
            return points(self.counts)
        told = {"agreed": points(self.agreed), "mean": points(self.mean)}
        if self.mean is None:
            return _("%(agreed)s (the panel)") % told
        return _("%(agreed)s (the panel; the experts %(mean)s)") % told


@dataclass(frozen=True)
class Scores:
    """What an application was given: the weighted mean of what counts, each criterion by its name, how many experts gave points, and the
    panel's words, those of the first meeting first."""

    mean: float | None
    criteria: Mapping[str, Line] = field(default_factory=dict)
    readers: int = 0
    panel: str = ""


def scores_of(applications: Collection[int]) -> dict[int, Scores]:
    """By application; what nobody has said anything of is left out (three queries)."""
    each: dict[int, dict[str, Line]] = defaultdict(dict)
    lines = CriterionStanding.objects.filter(application__in=applications).order_by("criterion__position")
    for pk, name, mean, agreed, counts in lines.values_list(
        "application", "criterion__name", "mean", "agreed", "counts"
    ):
        each[pk][name] = Line(mean, agreed, counts)
    panel: dict[int, list[str]] = defaultdict(list)
    for pk, text in panel_words(applications).values_list("application", "text"):
        panel[pk].append(text)
    tallies = {one.application_id: one for one in Tally.objects.filter(application__in=applications)}
    return {
        pk: Scores(
            float(tallies[pk].mean) if pk in tallies else None,
            each[pk],
            tallies[pk].readers if pk in tallies else 0,
            "\n\n".join(panel[pk]),
        )
        for pk in applications
        if pk in tallies or pk in panel
    }


def panel_words(applications: Collection[int]) -> Any:
    """What the panel has said of these, in the order of its meetings."""
    return Consensus.objects.filter(application__in=applications).order_by("application", "number")


def decidable_by(call: Call, person: User) -> Any:
    """Applications that the person may prepare and decide: never one that they wrote or have a conflict of interest in."""
    mine = Application.objects.visible_to(person).filter(FUND_OFFICER(person))
    return mine.filter(call=call.pk, state=ApplicationState.REVIEW)


def ranking(call: Call, person: User) -> Any:
    """Those that the person may decide, the best first; those without scores last, in the order they came."""
    return decidable_by(call, person).order_by(*RANKED)


def takings(call: Call, person: User) -> Any:
    """What each of the ``ranking`` takes of the money, in order, in SEK: what it would get as it is prepared, and what it asks for where
    nothing is prepared; beside it, that with what all before it take, and what the prepared decisions on all of them would grant. One
    query, which a slice makes no longer for more of them.
    """
    granting = When(ruling__outcome__in=GRANTING, then="ruling__amount")
    asked = When(ruling=None, then=Coalesce("amount", 0, output_field=BigIntegerField()))
    takes, counts = (
        SqlCase(*whens, default=0, output_field=BigIntegerField()) for whens in ((asked, granting), (granting,))
    )
    so_far = Window(Sum(takes), order_by=list(RANKED), frame=RowRange(end=0))
    rows = ranking(call, person).annotate(takes=takes, so_far=so_far, counts=Window(Sum(counts)))
    return rows.values_list("takes", "so_far", "counts")


def decided(call: Call, person: User) -> Any:
    """Those of the call that are decided, of all that the person may see as a fund officer, as they were ranked."""
    mine = Application.objects.visible_to(person).filter(FUND_OFFICER(person))
    made = mine.filter(call=call.pk, ruling__decided_at__isnull=False)
    return made.order_by(*RANKED)


def budget_line(call: Call) -> dict[str, int]:
    """In SEK: the budget, what is granted already, what the prepared decisions would grant, and what would be left (two queries)."""
    account, prepared = account_of(call), to_grant(call)
    budget, free = (account.budget, account.free) if account else (0, 0)
    return {"budget": budget, "granted": budget - free, "prepared": prepared, "left": free - prepared}


# ── The grant ────────────────────────────────────────────────────────────────────────────────────────────────────────


def left_to_plan(application: Application) -> int:
    """What of the grant no instalment is planned for, in SEK (two queries)."""
    account = Account.objects.filter(application=application.pk).first()
    planned = application.instalments.aggregate(sum=Sum("amount"))["sum"] or 0
    return (account.granted if account else 0) - planned


def approved_reports(application: Application) -> Any:
    """The kinds of report that are approved."""
    return application.reports.filter(approves=True).values("kind")


def approvable(application: Application) -> Any:
    """Instalments whose report is approved, and whose payment is not."""
    return application.instalments.filter(approved_at=None, report__in=approved_reports(application))


def payable(application: Application) -> Any:
    """Instalments that wait to be paid."""
    return application.instalments.filter(approved_at__isnull=False, paid_at=None)


def next_report_due(application: Application) -> date | None:
    """The first day on which a report that is not approved falls due (one query)."""
    left = application.instalments.exclude(report__in=approved_reports(application))
    found: date | None = left.order_by("due_on").values_list("due_on", flat=True).first()
    return found


def waited_for(application: Application) -> str:
    """The name of the move that a project under way waits for: what is asked is answered first, then what can be paid is paid, and when
    the final report is approved the project is finished; otherwise a report is waited for (at most six queries).
    """
    if application.reports.filter(answered_at=None).exists():
        return "approve_report"
    if application.change_requests.filter(answered_at=None).exists():
        return "answer_change"
    final = application.reports.filter(kind=ReportKind.FINAL, approves=True).exists()
    if final and timezone.localdate().year != application.call.year:
        return "finish"  # nothing is paid in another year than the money's
    if payable(application).exists():
        return "pay"
    if approvable(application).exists():
        return "approve_payment"
    return "finish" if final else "report"


def screenings_of(application: Application) -> Any:
    """Each time it was screened and passed on or dismissed, the first first; what it came to stands in the events' data."""
    return application.events.filter(move__in=SCREENED).select_related("person").order_by("number")


def rows_of_application(application: Case) -> dict[str, Any]:
    """What an application keeps in tables of its own, for who takes the whole case out; a decision only when it has been made."""
    of_it = {"application": application.pk}
    signed = Approval.objects.filter(submission__application=application.pk)
    return {
        "submissions": Submission.objects.filter(**of_it).select_related("by"),
        "approvals": signed.select_related("by").order_by("pk"),
        "decision": Ruling.objects.filter(**of_it).select_related("decided_by").exclude(decided_at=None),
        "agreements": Agreement.objects.filter(**of_it).select_related("by"),
        "instalments": Instalment.objects.filter(**of_it).select_related("approved_by", "paid_by"),
        "reports": Report.objects.filter(**of_it).select_related("by", "answered_by"),
        "change_requests": ChangeRequest.objects.filter(**of_it).select_related("by", "answered_by"),
        "ledger": Entry.objects.filter(**of_it).select_related("by"),
        "effects": Effect.objects.filter(**of_it).select_related("by"),
    }


# ── The ledger ───────────────────────────────────────────────────────────────────────────────────────────────────────


def entries_of(call: Case) -> Any:
    """Every line of the call's ledger, in order."""
    return Entry.objects.filter(call=call.pk).select_related("application", "by").order_by("pk")


def accounts_of(call: Call) -> Any:
    """The balance of each application of the call that has one."""
    return Account.objects.filter(call=call.pk, application__isnull=False).select_related("application").order_by("pk")
