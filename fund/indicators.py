"""What the fund adds to the annual follow-up (B43-5, B61-7, A14, A15). Sums are of the ledger, application by application, in SEK."""

from collections.abc import Collection
from typing import Any

from django.db.models import Count, F, FloatField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from fund.models import Application, Call, Entry, ExternalGrant, Submission
from fund.results import LESSON, Consultants, told_costs
from fund.states import EntryKind, Purpose
from fund.words import sek
from portal.cases.models import CaseQuerySet, Event
from portal.cases.states import Perspective
from portal.indicators.registry import NO_CASE, Examples, Indicator, happened, register, register_examples, share
from portal.indicators.states import Measure

GROUP = _("The Innovation Fund")
LATEST = Submission.objects.filter(application=OuterRef("pk")).order_by("-number")


def moved(model: Any, move: str, year: int) -> Any:
    """Calls or applications whose move was made during the year."""
    return model.objects.filter(pk__in=Event.objects.filter(happened("at", year), move=move).values("case"))


def decided(year: int) -> "CaseQuerySet[Application]":
    """Applications that were decided on during the year; ``given`` has a value for those that have got a grant, then or later."""
    grants = Entry.objects.filter(application=OuterRef("pk"), kind=EntryKind.GRANT).values("pk")[:1]
    return Application.objects.filter(happened("ruling__decided_at", year)).annotate(given=Subquery(grants))


def booked(kinds: Collection[str], year: int) -> "CaseQuerySet[Application]":
    """Applications with lines of these kinds in the ledger of the year; ``sek`` is what those come to."""
    lines = Entry.objects.filter(happened("at", year), kind__in=kinds, application__isnull=False)
    sums = lines.filter(application=OuterRef("pk")).order_by().values("application").annotate(sum=Sum("amount"))
    return Application.objects.filter(pk__in=lines.order_by().values("application")).annotate(
        sek=Subquery(sums.values("sum"))
    )


def granted(year: int) -> "CaseQuerySet[Application]":
    return booked((EntryKind.GRANT,), year)


def costed(year: int) -> "CaseQuerySet[Application]":
    """Those granted in the year, with what each has ``cost`` and what of it went to ``consultants``, in SEK: what the latest approved
    report says, where one tells of a cost; otherwise what was granted, and the share of it that consultants had of the budget applied for.
    """
    report = told_costs().filter(application=OuterRef("pk"))
    told = granted(year).annotate(
        content=Subquery(LATEST.values("content")[:1]),
        asked=Subquery(LATEST.values("amount")[:1]),
        spent=Subquery(report.values("cost")[:1]),
        spent_on_them=Subquery(report.values("consultants")[:1]),
    )
    scaled = Consultants(F("content")) * F("sek") / NullIf(F("asked"), Value(0))
    return told.annotate(cost=Coalesce("spent", "sek"), consultants=Coalesce("spent_on_them", scaled))


def accepted(year: int) -> "QuerySet[ExternalGrant]":
    return ExternalGrant.objects.filter(happened("accepted_at", year))


def _figure(key: str, name: Any, measure: Measure, population: Any, value: Any, **more: Any) -> None:
    rows = more.pop("rows", ("B43-5",))
    register(Indicator(f"fund.{key}", name, GROUP, measure, population, value, rows=rows, **more))


_figure("calls", _("Calls decided"), Measure.NUMBER, lambda year: moved(Call, "decide", year), Count("pk"))
_figure(
    "applications", _("Applications handed in"), Measure.NUMBER,
    lambda year: Application.objects.filter(happened("opened_at", year)), Count("pk"),
)  # fmt: skip
_figure(
    "grant_rate", _("Applications that got a grant"), Measure.PERCENT, decided, share(Q(given__isnull=False)),
    counts=Q(given__isnull=False), help=_("Of those decided on during the year, also from the reserve list."),
)  # fmt: skip
_figure("granted", _("Granted by the fund"), Measure.SEK, granted, Sum("sek"), rows=("B43-5", "A14"))
for _perspective in Perspective:
    _figure(
        f"granted.{_perspective}", format_lazy("{}: {}", _("Granted by the fund"), _perspective.label), Measure.SEK,
        lambda year, key=_perspective.value: granted(year).filter(perspectives__contains=[key]), Sum("sek"), rows=("B43-5", "A14"),
        help=_("A project that serves several perspectives counts in each."),
    )  # fmt: skip
_figure(
    "paid", _("Paid by the fund"), Measure.SEK, lambda year: booked((EntryKind.PAY,), year), Sum("sek"), rows=("B43-5", "A14"),
    help=_("What is paid back is not taken away: it is another line of the ledger."),
)  # fmt: skip
_figure(
    "finished", _("Projects finished"), Measure.NUMBER, lambda year: moved(Application, "finish", year), Count("pk")
)
_figure(
    "stopped", _("Projects stopped, with what was learnt"), Measure.NUMBER, lambda year: moved(Application, "stop", year), Count("pk"),
    rows=("B43-5", "A15"),
)  # fmt: skip
_figure(
    "effects", _("Projects whose effect has been told of"), Measure.NUMBER, lambda year: moved(Application, "follow_up", year),
    Count("pk"), rows=("B43-5", "A14", "A15"),
)  # fmt: skip
_figure(
    "effects_cost", _("What the projects whose effect has been told of cost"), Measure.SEK,
    lambda year: moved(Application, "follow_up", year), Sum("account__paid"), rows=("A14", "A15"),
    help=_("Paid to them in all, to be read beside their effects."),
)  # fmt: skip
_figure(
    "effects_worth", _("What the effects that have been told of are worth a year"), Measure.SEK,
    lambda year: moved(Application, "follow_up", year), Sum("effect__worth"), rows=("A14", "A15"), counts=Q(effect__worth__isnull=False),
    help=_("Of the projects where it has been measured, to be read beside what they cost."),
)  # fmt: skip
_figure(
    "consultants", _("Consultants’ share of the cost"), Measure.PERCENT, costed,
    Sum("consultants") * Value(100.0, output_field=FloatField()) / NullIf(Sum("cost"), Value(0)),
    rows=("A15",), counts=Q(consultants__gt=0),
    help=_(
        "Of the projects granted during the year: what they have cost so far by their latest approved report. Where none tells of a cost, "
        "what was granted, split as in the budget that was applied for."
    ),
)  # fmt: skip
_figure(
    "external", _("External money accepted"), Measure.SEK, accepted, Sum("amount"), counts=NO_CASE, rows=("B61-7",),
    help=_("From the EU, Vinnova, other agencies and foundations, found lawful to take. It is about no cases."),
)  # fmt: skip
register_examples(
    Examples(
        key="fund.finished",
        heading=_("Projects of the Innovation Fund that were finished"),
        cases=lambda year: moved(Application, "finish", year).select_related("account").order_by("-changed_at", "-pk"),
        text=lambda case: (
            _("%(purpose)s, %(amount)s paid. %(summary)s")
            % {"purpose": Purpose(case.project).label, "amount": sek(case.account.paid), "summary": case.summary}
        ),
    )
)
register_examples(
    Examples(
        key="fund.stopped",
        heading=_("Lessons from projects of the Innovation Fund that were stopped"),
        cases=lambda year: (
            moved(Application, "stop", year).annotate(lesson=Subquery(LESSON)).order_by("-closed_at", "-pk")
        ),
        text=lambda case: str(case.lesson),
    )
)
