"""The contact directory and the accessibility statement."""

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import ExpressionWrapper, F, Func, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.organisation.models import Unit
from portal.pages.barriers.models import Barrier
from portal.pages.states import Compliance, Method

__all__ = ["AccessibilityStatement", "Barrier", "ContactPoint"]


class ContactPointQuerySet(models.QuerySet["ContactPoint"]):
    def with_review(self) -> "ContactPointQuerySet":
        """Adds ``review_by``, the day the entry must be looked at again, and ``overdue``."""
        months = Func(
            F("review_every"), template="make_interval(months => %(expressions)s)", output_field=models.DurationField()
        )
        due = Func(F("reviewed_on") + months, function="date", output_field=models.DateField())
        overdue = ExpressionWrapper(Q(review_by__lt=timezone.localdate()), output_field=models.BooleanField())
        return self.annotate(review_by=due).annotate(overdue=overdue)

    def overdue(self) -> "ContactPointQuerySet":
        """Entries that nobody has confirmed in time."""
        return self.with_review().filter(Q(overdue=True))


class ContactPoint(models.Model):
    """Where to turn in one matter. Owned by the coordinators of Regionledningskontoret, who confirm each entry in time (B5-10)."""

    function = models.CharField(
        _("function"), max_length=120, help_text=_("For example: Testbeds, enquiries from companies")
    )
    function_en = models.CharField(_("function in English"), max_length=120, blank=True)
    area = models.TextField(_("helps with"), max_length=600)
    area_en = models.TextField(_("helps with, in English"), max_length=600, blank=True)
    name = models.CharField(
        _("contact person"), max_length=120, blank=True, help_text=_("Leave empty for a shared mailbox.")
    )
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="contact_points")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=50, help_text=_("The smallest number stands first."))
    reviewed_on = models.DateField(_("last confirmed"), default=timezone.localdate)
    review_every = models.PositiveSmallIntegerField(
        _("to be confirmed every (months)"), default=6, validators=[MinValueValidator(1), MaxValueValidator(24)]
    )

    objects = models.Manager.from_queryset(ContactPointQuerySet)()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ("order", "function")
        constraints = (
            models.CheckConstraint(
                condition=~Q(phone="", email=""),
                name="contact_point_can_be_reached",
                violation_error_message=_("Give a phone number or an e-mail address."),
            ),
        )

    def __str__(self) -> str:
        return self.function

    @property
    def function_shown(self) -> str:
        return self.function_en if self.function_en and get_language() == "en" else self.function

    @property
    def area_shown(self) -> str:
        return self.area_en if self.area_en and get_language() == "en" else self.area


class AccessibilityStatement(models.Model):
    """One version of the statement that DOS-lagen (2018:1937) 13 § asks for. The latest published one is shown.

    A published version never changes.

    ``shortcomings`` are Markdown: the content that is not accessible, each with its reason and, where 12 § (unreasonable burden) or
    9 § is relied on, the justification.
    """

    compliance = models.CharField(_("status"), max_length=8, choices=Compliance.choices)
    shortcomings = models.TextField(_("what is not accessible, and why"), max_length=20_000, blank=True)
    shortcomings_en = models.TextField(_("the same in English"), max_length=20_000, blank=True)
    assessed_on = models.DateField(_("assessed on"))
    method = models.CharField(_("method"), max_length=8, choices=Method.choices)
    assessor = models.CharField(_("assessed by"), max_length=120)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("accessibility statement")
        verbose_name_plural = _("accessibility statements")
        ordering: ClassVar[list[str]] = ["-published_at"]
        constraints = (
            models.CheckConstraint(
                condition=Q(compliance=Compliance.FULL) | ~Q(shortcomings=""),
                name="statement_names_shortcomings",
                violation_error_message=_("A portal that is not fully compliant must say what is not accessible."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.assessed_on:%Y-%m-%d}: {self.get_compliance_display()}"

    @property
    def shortcomings_shown(self) -> str:
        return self.shortcomings_en if self.shortcomings_en and get_language() == "en" else self.shortcomings
