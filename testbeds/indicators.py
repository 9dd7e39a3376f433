"""What testbeds add to the annual follow-up (B4-4, B44-1, B44-2, B44-3)."""

from typing import TYPE_CHECKING, Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    Min,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Ceil, Coalesce, Extract, Greatest
from django.utils.translation import gettext_lazy as _

from portal.cases.models import CaseQuerySet, Event
from portal.indicators.registry import (
    Examples,
    Indicator,
    Median,
    before,
    days_between,
    happened,
    register,
    register_examples,
    share,
)
from portal.indicators.states import Measure
from testbeds.models import Claim, TestRequest
from testbeds.queries.answers import FIRST_ANSWERS
from testbeds.states import ClaimState, Outcome

if TYPE_CHECKING:
    from django.db.models import QuerySet

GROUP = _("Testbeds")
CONTENT = 4
"""Of five in the survey: satisfied."""


def asked(year: int) -> "CaseQuerySet[TestRequest]":
    return TestRequest.objects.filter(happened("opened_at", year))


def moved(move: str, year: int) -> "CaseQuerySet[TestRequest]":
    """Requests whose move was made during the year."""
    return TestRequest.objects.filter(pk__in=Event.objects.filter(happened("at", year), move=move).values("case"))


def given(year: int) -> "CaseQuerySet[TestRequest]":
    """Requests with booked times that begin in the year and are aid; ``aid_of_year`` is their worth, SEK, each begun hour counted."""
    booked = Claim.objects.filter(happened("during__startswith", year), request=OuterRef("pk"), state=ClaimState.BOOKED)
    lasts = ExpressionWrapper(F("during__endswith") - F("during__startswith"), output_field=DurationField())
    begun = Ceil(Extract(lasts, "epoch", output_field=FloatField()) / Value(3600.0))
    hours = booked.order_by().values("request").annotate(hours=Sum(begun)).values("hours")
    worth = Subquery(hours, output_field=FloatField()) * F("testbed__aid")
    return TestRequest.objects.filter(aid__isnull=False).annotate(aid_of_year=worth).filter(aid_of_year__isnull=False)


def tested(year: int) -> "CaseQuerySet[TestRequest]":
    """Requests whose result was handed in during the year; ``hours_of_year`` are those told then, less those told in years before."""
    told = Event.objects.filter(case=OuterRef("pk"), move="hand_in_result").order_by("-number")
    now, earlier = (_hours(told.filter(when)) for when in (happened("at", year), before("at", year)))
    return moved("hand_in_result", year).annotate(hours_of_year=Greatest(now - Coalesce(earlier, 0), 0))


def _hours(told: "QuerySet[Event]") -> Combinable:
    said = told.annotate(hours=Cast(KeyTextTransform("tested_hours", "data"), IntegerField())).values("hours")[:1]
    return Subquery(said, output_field=IntegerField())


def answered(year: int) -> "CaseQuerySet[TestRequest]":
    """Requests that got their first answer during the year; ``first_answer`` is when."""
    answers = Event.objects.filter(case=OuterRef("pk"), move__in=FIRST_ANSWERS).order_by().values("case")
    first = Subquery(answers.annotate(first=Min("at")).values("first"), output_field=DateTimeField())
    return (
        TestRequest.objects.filter(opened_at__isnull=False)
        .annotate(first_answer=first)
        .filter(happened("first_answer", year))
    )


def decided(year: int, *outcomes: str) -> "CaseQuerySet[TestRequest]":
    return TestRequest.objects.filter(happened("decided_at", year), outcome__in=outcomes)


def _figure(key: str, name: Any, measure: Measure, population: Any, value: Any, **more: Any) -> None:
    rows = more.pop("rows", ("B4-4",))
    register(Indicator(f"testbeds.{key}", name, GROUP, measure, population, value, rows=rows, **more))


_figure("requests", _("Requests for tests"), Measure.NUMBER, asked, Count("pk"))
_figure(
    "answer_days", _("Days to the first answer"), Measure.DAYS, answered, Median(days_between("opened_at", "first_answer")),
    help=_("The middle value of the requests that were answered for the first time during the year."), rows=("B4-4", "B4-8"),
)  # fmt: skip
_figure(
    "inside", _("Requests from employees"), Measure.PERCENT, asked, share(Q(owner__is_employee=True)),
    counts=Q(owner__is_employee=True), rows=("B44-2",),
)  # fmt: skip
_figure("run", _("Tests carried out"), Measure.NUMBER, lambda year: moved("finish", year), Count("pk"), rows=("B44-1",))
_figure(
    "hours",
    _("Hours tested"),
    Measure.NUMBER,
    tested,
    Sum("hours_of_year"),
    rows=("B44-1",),
)
for _outcome, _name in (
    (Outcome.INTRODUCE, _("Tests that led to introduction")),
    (Outcome.PROCURE, _("Tests that led to procurement")),
    (Outcome.STOP, _("Tests stopped, with a lesson")),
):
    _figure(
        f"outcome.{_outcome}", _name, Measure.NUMBER, lambda year, key=_outcome.value: decided(year, key), Count("pk"),
        rows=("B44-3",),
    )  # fmt: skip
_figure(
    "satisfied", _("Satisfied testers"), Measure.PERCENT, lambda year: TestRequest.objects.filter(happened("survey__at", year)),
    share(Q(survey__satisfied__gte=CONTENT)), counts=Q(survey__satisfied__gte=CONTENT), closed=True,
    help=_("Four or five of five, of those who answered the survey during the year."),
)  # fmt: skip
_figure(
    "aid", _("De-minimis aid given by tests"), Measure.SEK, given, Sum("aid_of_year"), rows=("B4-9b",),
    help=_("The worth of the booked hours that lie in the year, where it counts as aid to a company."),
)  # fmt: skip
register_examples(
    Examples(
        key="testbeds.introduced",
        heading=_("What was tested and goes on"),
        cases=lambda year: decided(year, Outcome.INTRODUCE, Outcome.PROCURE).order_by("-decided_at", "-pk"),
        text=lambda case: (
            _("%(summary)s Taken over by: %(receiver)s.") % {"summary": case.summary, "receiver": case.receiver}
        ),
    )
)
