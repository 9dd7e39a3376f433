"""Reading reviews: what a person has before them, how far a call has come, and where the experts differ."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, Value, When

from fund.models import PHASES, Application, Call, Consensus, Criterion, Review, Score
from portal.accounts.models import User
from portal.organisation.asking import worded_for_anyone

APART = 2
"""Points between the highest and the lowest by which experts are said to differ."""


@worded_for_anyone()
def waiting_for(person: User) -> Any:
    """How many reviews the person has not finished, and by when, by call (one query)."""
    left = Review.objects.of(person).unfinished().order_by()
    of_call = {"title": F("application__call__title"), "due_on": F("application__call__reviews_by")}
    return left.values("application__call", **of_call).annotate(number=Count("pk")).order_by("application__call")


def reviews_of(person: User) -> Any:
    """The person's own, those to be done first, and last what they submitted before a decision that is made, with its ``outcome`` (one
    query). They say nothing more of the application than ``fund.sheet`` lets out.
    """
    place = Case(
        When(submitted_at__isnull=False, then=Value(2)), When(conflict=True, then=Value(3)), default=Value(1),
        output_field=IntegerField(),
    )  # fmt: skip
    of_call = (f"application__call__{name}" for name in ("title", *PHASES))
    mine = Review.objects.readable_by(person).select_related("application__call")
    mine = mine.only("conflict", "submitted_at", "declared_at", *of_call)
    found = mine.with_outcome().annotate(place=place, decided=Q(outcome__isnull=False))
    return found.order_by("decided", "application__call", "place", "pk")


def next_after(review: Review, person: User) -> Review | None:
    """The next that the person has not finished in the same call, round to the first again (one query)."""
    left = (
        Review.objects.of(person)
        .unfinished()
        .exclude(pk=review.pk)
        .filter(application__call=review.application.call_id)
    )
    later = Case(When(pk__gt=review.pk, then=Value(0)), default=Value(1), output_field=IntegerField())
    found: Review | None = left.annotate(later=later).order_by("later", "pk").first()
    return found


def progress(call: Call, applications: Any) -> dict[str, int]:
    """How far the reviews of the applications have come (one query)."""
    given = Review.objects.filter(application__in=applications)
    return given.aggregate(
        proposed=Count("pk", filter=Q(asked_at=None)),
        asked=Count("pk", filter=Q(asked_at__isnull=False)),
        submitted=Count("pk", filter=Q(submitted_at__isnull=False)),
        conflicts=Count("pk", filter=Q(conflict=True)),
    )


@dataclass(frozen=True)
class Cell:
    """What the submitted reviews say of one criterion of one application: all points, lowest first. ``agreed`` is the panel's."""

    label: str
    points: tuple[int, ...]
    agreed: int | None = None

    @property
    def spread(self) -> int:
        return self.points[-1] - self.points[0] if self.points else 0

    @property
    def tone(self) -> str:
        """``apart`` where the experts differ, ``near`` by one point, ``same`` otherwise."""
        return "" if not self.points else "apart" if self.spread >= APART else "near" if self.spread else "same"

    @property
    def mean(self) -> float | None:
        return round(fmean(self.points), 1) if self.points else None


@dataclass(frozen=True)
class Row:
    """One application in the map of disagreement."""

    application: Application
    cells: tuple[Cell, ...]


def by_spread(applications: Any) -> Any:
    """Those with the widest spread first; what nobody has scored last."""
    return applications.order_by(F("tally__spread").desc(nulls_last=True), "pk")


def disagreement(call: Call, applications: Collection[Application]) -> tuple[list[Criterion], list[Row]]:
    """Applications × criteria, in the order given. Three queries, however many they are; submitted reviews alone."""
    criteria = list(call.criteria.all())
    ids = [application.pk for application in applications]
    points: dict[tuple[int, int], list[Any]] = defaultdict(list)
    lines = Score.objects.standing().filter(review__application__in=ids).order_by()
    for application, criterion, given in lines.values_list("review__application", "criterion", "points"):
        points[application, criterion].append(given)
    agreed = {
        row.application_id: row.points for row in Consensus.objects.filter(application__in=ids).order_by("number")
    }
    rows = [
        Row(
            one, tuple(_cell(points[one.pk, criterion.pk], criterion, agreed.get(one.pk, {})) for criterion in criteria)
        )
        for one in applications
    ]
    return criteria, rows


def _cell(points: list[int], criterion: Criterion, agreed: Mapping[str, int]) -> Cell:
    return Cell(str(criterion), tuple(sorted(points)), agreed.get(criterion.key))


def said_by(person: User) -> Iterator[dict[str, Any]]:
    """For the person's own file: what they have written in reviews, without saying which application (two queries)."""
    written = Review.objects.filter(reviewer__person=person, declared_at__isnull=False)
    for review in written.select_related("application__call").prefetch_related("scores__criterion").order_by("pk"):
        yield {
            "review": review.pk,
            "call": str(review.application.call),
            "conflict": review.conflict,
            "conflict_why": review.conflict_why,
            "submitted_at": review.submitted_at,
            "comment": review.comment,
            "scores": [
                {"criterion": str(score.criterion), "points": score.points, "comment": score.comment}
                for score in review.scores.all()
            ],
        }
