"""Experts of a call, what each is given to read, how they score it, and what they say together (strategy §4.3, domain §8)."""

from functools import cached_property
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fund.models.application import Application
from fund.models.call import MOST_POINTS, Call, Criterion
from fund.states import CAME_TO, ApplicationState, CallState
from portal.accounts.models import User
from portal.cases.models.written import Written
from portal.cases.states import Beneficiary, Perspective
from portal.cases.who import AUTHOR, NONE, RECUSED, Who
from portal.organisation.standing import Standing, standing_of

POINTS, COMMENT = "p_", "c_"
"""Before the key of a criterion: its points, and the comment to them, among the fields of a review."""
ABSTAINS = "0"
"""What stands for points where the reviewer abstains."""


class Reviewer(models.Model):
    """An expert of one call: what they know well, and how many applications they can read (``most``).

    ``words`` are areas in plain words with commas between, looked for in the titles and summaries of applications.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="reviewers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    perspectives = ArrayField(
        models.CharField(max_length=12, choices=Perspective.choices),
        verbose_name=_("perspectives they know well"), default=list, blank=True,
    )  # fmt: skip
    beneficiaries = ArrayField(
        models.CharField(max_length=12, choices=Beneficiary.choices),
        verbose_name=_("groups they know well"), default=list, blank=True,
    )  # fmt: skip
    words = models.CharField(_("other areas, with commas between"), blank=True, max_length=300)
    most = models.PositiveSmallIntegerField(_("most applications"), default=30)
    added_at = models.DateTimeField(_("added"), default=timezone.now)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("expert")
        verbose_name_plural = _("experts")
        default_permissions = ()
        ordering = ("person__name", "pk")
        constraints = (
            models.UniqueConstraint(fields=["call", "person"], name="reviewer_once"),
            models.CheckConstraint(condition=Q(most__gte=1), name="reviewer_reads_something"),
        )

    def __str__(self) -> str:
        return str(self.person)


def asked_now() -> Q:
    """Reviews that are asked of an expert, in an application and a call that are under review.

    The states are looked up for each review that is left, and not joined: joined, PostgreSQL expects one application under review, and
    reads all of them (5 000) to find those of one person.
    """
    of_call = Application.objects.filter(pk=OuterRef("application"), call__state=CallState.REVIEWING)
    return Q(Exact(Subquery(of_call.values("state")), Value(ApplicationState.REVIEW)), asked_at__isnull=False)


class ReviewQuerySet(models.QuerySet["Review"]):
    def of(self, person: User | AnonymousUser) -> Self:
        """What the person is asked to review, of calls that are under review, while they work here; never of what they have a part in."""
        return self._own(person).asked()

    def readable_by(self, person: User | AnonymousUser) -> Self:
        """As ``of``, and what they submitted before a decision that has been made: they read then what they could read before it."""
        decided = Q(submitted_at__isnull=False, application__ruling__decided_at__isnull=False)
        return self._own(person).filter(asked_now() | decided)

    def with_outcome(self) -> Self:
        """With the ``outcome`` of the application when it is decided, and so told to who applies; otherwise None."""
        decided = When(application__ruling__decided_at__isnull=False, then="application__ruling__outcome")
        return self.annotate(outcome=SqlCase(decided))

    def _own(self, person: User | AnonymousUser) -> Self:
        standing = standing_of(person)
        if not standing.is_employee:
            return self.none()
        own = Application.objects.filter(AUTHOR(person) | RECUSED(person))
        return self.filter(reviewer__person=standing.person_id).exclude(application__in=own.values("pk"))

    def asked(self) -> Self:
        """Those that are the reviewers' to read now."""
        return self.filter(asked_now())

    def unfinished(self) -> Self:
        return self.filter(submitted_at=None).exclude(conflict=True)

    def counted(self) -> Self:
        """Those that fill a place: a declared conflict frees it."""
        return self.exclude(conflict=True)

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)


class Review(Written):
    """What one expert says of one application. A proposal until ``asked_at``; nothing of the application is shown before ``declared_at``.

    ``why`` is the explanation that the assignment was made with (``fund.reviewing.matching``). ``conflict`` is the declaration
    (FL 2017:900 16–18 §§, KL 2017:725 6:28): a declared conflict closes the review for good. What is submitted is not changed,
    unless it is opened again before the panel has met (triggers of ``0006_review_rules`` and ``0017_opened_again``). ``abstained``: the
    reviewer leaves the whole application to others, and says why.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.PROTECT, related_name="reviews")
    assigned_at = models.DateTimeField(_("assigned"), default=timezone.now)
    assigned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.JSONField(default=dict, blank=True)
    asked_at = models.DateTimeField(_("asked"), null=True)
    declared_at = models.DateTimeField(_("declared"), null=True)
    conflict = models.BooleanField(_("conflict of interest"), null=True)
    conflict_why = models.TextField(_("what the conflict of interest is"), blank=True, max_length=2000)
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    abstained = models.BooleanField(_("abstains"), default=False)
    comment = models.TextField(_("what speaks for and against, in all"), blank=True, max_length=5000)

    objects = models.Manager.from_queryset(ReviewQuerySet)()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["application", "reviewer"], name="review_once"),
            models.CheckConstraint(
                condition=Q(declared_at=None, conflict=None)
                | Q(declared_at__isnull=False, conflict__isnull=False, asked_at__isnull=False),
                name="review_declared_when_asked",
            ),
            models.CheckConstraint(condition=~Q(conflict=True, conflict_why=""), name="review_conflict_with_reason"),
            models.CheckConstraint(
                condition=Q(submitted_at=None) | Q(conflict=False), name="review_submitted_without_conflict"
            ),
            models.CheckConstraint(
                condition=~Q(abstained=True, comment="", submitted_at__isnull=False), name="review_abstains_with_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id}: {self.reviewer_id}"

    @property
    def came_to(self) -> str:
        """How it went with the application, where it was read ``with_outcome`` and is decided."""
        return str(CAME_TO.get(getattr(self, "outcome", None) or "", ""))

    @cached_property
    def marks(self) -> "dict[str, Score]":
        """By the key of each criterion of the call, in order: its line, perhaps not saved yet (two queries, then kept)."""
        kept = {score.criterion_id: score for score in self.scores.all()}
        criteria = self.application.call.criteria.all()
        return {one.key: kept.get(one.pk) or Score(review=self, criterion=one) for one in criteria}

    def value_of(self, name: str) -> Any:
        if name.startswith(POINTS):
            return self.marks[name.removeprefix(POINTS)].answer
        if name.startswith(COMMENT):
            return self.marks[name.removeprefix(COMMENT)].comment
        return super().value_of(name)

    def set_value(self, name: str, value: Any) -> None:
        if name.startswith(POINTS):
            self.marks[name.removeprefix(POINTS)].answer = value
        elif name.startswith(COMMENT):
            self.marks[name.removeprefix(COMMENT)].comment = value
        else:
            super().set_value(name, value)

    def text_of(self, name: str) -> str:
        if name.startswith(POINTS):
            return self.marks[name.removeprefix(POINTS)].in_words
        return self.value_of(name) if name.startswith(COMMENT) else super().text_of(name)


class ScoreQuerySet(models.QuerySet["Score"]):
    def standing(self) -> Self:
        """Points of submitted reviews."""
        return self.filter(points__isnull=False, review__submitted_at__isnull=False, review__abstained=False)


class Score(models.Model):
    """One line of a review: points from 1 to 5, or abstaining; at 1 and at 5 the comment is needed before it is submitted."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField(_("points"), null=True)
    abstains = models.BooleanField(_("abstains"), default=False)
    comment = models.TextField(_("why"), blank=True, max_length=2000)

    objects = models.Manager.from_queryset(ScoreQuerySet)()

    class Meta:
        verbose_name = _("score of a review")
        verbose_name_plural = _("scores of reviews")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["review", "criterion"], name="review_score_once"),
            models.CheckConstraint(
                condition=Q(points=None) | Q(points__range=(1, MOST_POINTS), abstains=False),
                name="review_score_makes_sense",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.points}"

    @property
    def answer(self) -> str:
        """As the form has it: points, ``ABSTAINS``, or nothing yet."""
        return ABSTAINS if self.abstains else str(self.points or "")

    @answer.setter
    def answer(self, value: str) -> None:
        self.abstains = value == ABSTAINS
        self.points = int(value) if value and not self.abstains else None

    @property
    def in_words(self) -> str:
        return gettext("Abstains") if self.abstains else str(self.points or "")


class Tally(models.Model):
    """What the submitted reviews of an application and the panel's word come to, so that thousands can be ranked. Written by triggers
    alone, when a review is submitted or opened again or the panel has agreed; of an application that nobody has given points there is none.

    ``mean`` is the mean of the criteria as they stand (``CriterionStanding``), each weighted, 1 to 5; ``readers`` how many have
    given points; ``spread`` the points between the highest and the lowest of the experts, of all criteria together.
    """

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="tally")
    mean = models.DecimalField(_("mean"), max_digits=5, decimal_places=4)
    readers = models.PositiveSmallIntegerField(_("experts"))
    spread = models.PositiveSmallIntegerField(_("how far the experts differ"))

    class Meta:
        verbose_name = _("what the reviews come to")
        verbose_name_plural = _("what the reviews come to")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.application_id}: {self.mean}"


class Consensus(models.Model):
    """What the panel says of an application when it has met, and the points it agrees on, by the key of the criterion.

    Never changed (trigger): a new meeting makes the next ``number``. The reviews stay as they were submitted, and after the first one
    none is added.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="consensus")
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(_("what the panel agrees on"), max_length=5000)
    points = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField(_("written"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("consensus of the panel")
        verbose_name_plural = _("consensus of the panel")
        default_permissions = ()
        ordering = ("application", "number")
        constraints = (
            models.UniqueConstraint(fields=["application", "number"], name="consensus_once"),
            models.CheckConstraint(condition=~Q(text=""), name="consensus_says_something"),
        )

    def __str__(self) -> str:
        return f"{self.application_id}/{self.number}"


class CriterionStanding(models.Model):
    """What a criterion of an application stands at, which ranking, letter, dossier and spreadsheet all read. A view, never written.

    ``counts`` is the panel's points where it has agreed on some, in the latest meeting that gave any, otherwise the mean of the experts.
    """

    pk = models.CompositePrimaryKey("application", "criterion")
    application = models.ForeignKey(Application, on_delete=models.DO_NOTHING, related_name="+")
    criterion = models.ForeignKey(Criterion, on_delete=models.DO_NOTHING, related_name="+")
    mean = models.FloatField(_("mean of the experts"), null=True)
    agreed = models.PositiveSmallIntegerField(_("points of the panel"), null=True)
    counts = models.FloatField(_("what counts"))

    class Meta:
        managed = False
        db_table = "fund_standing"
        verbose_name = _("what a criterion stands at")
        verbose_name_plural = _("what criteria stand at")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.application_id}/{self.criterion_id}: {self.counts}"


def _asked(standing: Standing) -> Q:
    if standing.person_id is None:
        return NONE
    mine = Review.objects.filter(
        application__call=OuterRef("pk"), reviewer__person=standing.person_id, asked_at__isnull=False
    )
    return Q(Exists(mine))


REVIEWERS = Who(
    "call_reviewers",
    _("the experts"),
    _asked,
    lambda call: Q(pk__in=Reviewer.objects.filter(call=call.pk).values("person")),
)
"""The experts of a call. There is no such Who of an application: see ``fund.models.whos``."""
