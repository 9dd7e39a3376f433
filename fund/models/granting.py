"""A grant once it is decided: accepted, paid in instalments against reports, changed by request, followed up."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fund.models.application import Application
from fund.states import ReportKind


class Agreement(models.Model):
    """That the applicant took the grant, with the terms word for word as they were accepted. Never changed (trigger)."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="agreement")
    at = models.DateTimeField(pgettext_lazy("a grant", "accepted"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who accepted it"), on_delete=models.PROTECT, related_name="+"
    )
    amount = models.PositiveBigIntegerField(_("amount, SEK"))
    terms = models.TextField(_("terms"))

    class Meta:
        verbose_name = _("agreement on a grant")
        verbose_name_plural = _("agreements on grants")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.application_id}: {self.amount}"


class Asked(models.Model):
    """What a project hands in and a fund officer answers, once; then it stays (trigger). ``approves`` is None until then."""

    at = models.DateTimeField(_("handed in"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who handed it in"), on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("answered"), null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who answered"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    approves = models.BooleanField(_("approved"), null=True)
    words = models.TextField(_("answer"), blank=True, max_length=5000)

    class Meta:
        abstract = True
        default_permissions = ()
        ordering: ClassVar = ("pk",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, approves__isnull=True)
                | Q(answered_at__isnull=False, answered_by__isnull=False, approves__isnull=False),
                name="%(class)s_answered_in_full",
            ),
            models.CheckConstraint(condition=~Q(answered_by=F("by")), name="%(class)s_answered_by_another"),
            models.CheckConstraint(condition=~Q(approves=False) | ~Q(words=""), name="%(class)s_refused_with_words"),
            models.UniqueConstraint(
                fields=["application"], condition=Q(answered_at__isnull=True), name="%(class)s_one_at_a_time"
            ),
        ]


class Report(Asked):
    """What has been done for the money. ``cost`` is the whole cost so far in SEK, ``consultants`` how much of it consultants took (A15)."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reports")
    kind = models.CharField(_("report"), max_length=5, choices=ReportKind.choices)
    done = models.TextField(_("what has been done"), max_length=5000)
    differs = models.TextField(_("what differs from the application"), blank=True, max_length=5000)
    cost = models.PositiveBigIntegerField(_("cost so far, SEK"))
    consultants = models.PositiveBigIntegerField(_("of which consultants, SEK"))

    class Meta(Asked.Meta):
        abstract = False
        verbose_name = _("report of a project")
        verbose_name_plural = _("reports of projects")
        constraints: ClassVar = [
            *Asked.Meta.constraints,
            models.CheckConstraint(
                condition=Q(consultants__lte=F("cost")),
                name="report_consultants_within_cost",
                violation_error_message=_("Consultants are part of the cost, and cannot cost more than all of it."),
            ),
            models.UniqueConstraint(
                fields=["application", "kind"], condition=Q(approves=True), name="report_approved_once"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class ChangeRequest(Asked):
    """The project asks to do otherwise than it applied for. ``until`` is the new last day, where that is what is asked."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="change_requests")
    what = models.TextField(_("what is to change"), max_length=5000)
    why = models.TextField(_("why"), max_length=5000)
    until = models.DateField(_("new last day"), null=True, blank=True)

    class Meta(Asked.Meta):
        abstract = False
        verbose_name = _("request for change")
        verbose_name_plural = _("requests for change")

    def __str__(self) -> str:
        return self.what[:60]


class Instalment(models.Model):
    """A part of the grant, to be paid when the milestone is reached and the report on it is approved.

    ``amount`` is SEK, ``due_on`` the day by which the report is due. Approved and paid by two people; ``paid_at`` is the database's own
    clock, must fall in the year that the call's money belongs to, and writes the line in the ledger (trigger). What is paid stays.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="instalments")
    milestone = models.CharField(_("milestone"), max_length=200)
    report = models.CharField(_("paid after"), max_length=5, choices=ReportKind.choices)
    due_on = models.DateField(_("report due"))
    amount = models.PositiveBigIntegerField(_("amount, SEK"))
    approved_at = models.DateTimeField(_("approved for payment"), null=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who approved it"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    paid_at = models.DateTimeField(_("paid"), null=True)
    paid_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who paid it"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("instalment of a grant")
        verbose_name_plural = _("instalments of grants")
        default_permissions = ()
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=1), name="instalment_of_something"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | Q(approved_at__isnull=False, approved_by__isnull=False),
                name="instalment_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(paid_at__isnull=True, paid_by__isnull=True)
                | Q(paid_at__isnull=False, paid_by__isnull=False, approved_at__isnull=False),
                name="instalment_paid_when_approved",
            ),
            models.CheckConstraint(condition=~Q(paid_by=F("approved_by")), name="instalment_paid_by_another"),
        )

    def __str__(self) -> str:
        return self.milestone


class Effect(models.Model):
    """What became of the promise, twelve months after the end. Never changed (trigger). ``worth`` is SEK a year, None if not measured."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="effect")
    at = models.DateTimeField(_("told"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who told it"), on_delete=models.PROTECT, related_name="+"
    )
    promised = models.TextField(_("promised"), max_length=5000)
    actual = models.TextField(_("what came of it"), max_length=5000)
    worth = models.BigIntegerField(_("worth in SEK a year"), null=True)

    class Meta:
        verbose_name = _("effect of a project")
        verbose_name_plural = _("effects of projects")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.application_id}: {self.worth}"
