"""What a scorecard asks, in versions. The database refuses to change one: a new version takes its place."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.cases.states import Perspective


class CriteriaSetQuerySet(models.QuerySet["CriteriaSet"]):
    def in_force(self, on: date | None = None) -> "CriteriaSet":
        """The version of the day, today if none is given (one query). The first version is as old as the portal."""
        return self.filter(valid_from__lte=on or timezone.localdate()).latest("valid_from")


class CriteriaSet(models.Model):
    """One version of the scorecard, in force from a day until the next one's. An assessment keeps the version it was asked for by."""

    version = models.PositiveSmallIntegerField(_("version"), unique=True)
    valid_from = models.DateField(_("in force from"), unique=True)
    why = models.CharField(_("what is new, and why"), max_length=300, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    objects = models.Manager.from_queryset(CriteriaSetQuerySet)()

    class Meta:
        verbose_name = _("version of the scorecard")
        verbose_name_plural = _("versions of the scorecard")
        default_permissions = ()
        ordering = ("-version",)

    def __str__(self) -> str:
        return str(self.version)


class Criterion(models.Model):
    """One line of a version. ``key`` is what scores refer to; ``perspective`` is empty where the line is asked of every idea."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=24)
    perspective = models.CharField(_("asked of"), max_length=12, choices=Perspective.choices, blank=True)
    name = models.CharField(_("name of the line"), max_length=80)
    name_en = models.CharField(_("name of the line, in English"), max_length=80)
    text = models.CharField(_("question"), max_length=300)
    text_en = models.CharField(_("question, in English"), max_length=300)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        default_permissions = ()
        ordering = ("criteria_set", "position")
        constraints = (
            models.UniqueConstraint(fields=["criteria_set", "key"], name="criterion_once"),
            models.UniqueConstraint(fields=["criteria_set", "position"], name="criterion_in_order"),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.name_en if get_language() == "en" else self.name

    @property
    def question(self) -> str:
        return self.text_en if get_language() == "en" else self.text
