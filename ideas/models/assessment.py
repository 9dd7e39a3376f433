"""Assessors' scorecards. Who reads which is decided here, in the query, and nowhere else."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ideas.models.criteria import CriteriaSet
from ideas.models.idea import Idea
from ideas.states import Points
from portal.accounts.models import User


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def readable_by(self, person: User | AnonymousUser) -> Self:
        """Blind scoring: a person reads their own scorecard, and those that others have submitted on ideas whose inside they read,
        but not while a scorecard of their own on the same idea is unsubmitted."""
        if not isinstance(person, User) or not person.is_active:
            return self.none()
        mine = Assessment.objects.filter(idea=OuterRef("idea"), assessor=person, submitted_at__isnull=True)
        inside = Q(idea__in=Idea.objects.read_inside_by(person).values("pk"))
        return self.filter(
            Q(assessor=person, idea__in=Idea.objects.visible_to(person).values("pk"))
            | (inside & Q(submitted_at__isnull=False) & ~Exists(mine))
        )

    def submitted(self) -> Self:
        return self.filter(submitted_at__isnull=False)


class Assessment(models.Model):
    """One assessor's scorecard on one idea. Once submitted it does not change; its digest stands in the case's history.

    ``criteria_set`` is the version that it is scored by: the one in force when the first assessor of the idea was asked, so that all
    scorecards of an idea can be read side by side.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="assessments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assessments")
    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="assessments")
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    objects = models.Manager.from_queryset(AssessmentQuerySet)()

    class Meta:
        verbose_name = _("assessment")
        verbose_name_plural = _("assessments")
        default_permissions = ()
        ordering = ("asked_at", "pk")
        constraints = (models.UniqueConstraint(fields=["idea", "assessor"], name="assessment_once"),)

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.assessor}"


class Score(models.Model):
    """One line of a scorecard: points from 1 to 5 and the sentence that says why. ``criterion`` is a key of the assessment's version."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="scores")
    criterion = models.CharField(max_length=24)
    points = models.PositiveSmallIntegerField(_("points"), choices=Points.choices, null=True)
    sentence = models.TextField(_("why"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("score")
        verbose_name_plural = _("scores")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["assessment", "criterion"], name="score_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__range=(Points.ONE, Points.FIVE)), name="score_one_to_five"
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion}: {self.points}"
