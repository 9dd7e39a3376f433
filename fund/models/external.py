"""Money from outside the Region: what is sought or held, whether it may be taken, and when it is to be reported (B61-7)."""

from django.conf import settings
from django.db import models
from django.db.models import Case as SqlCase
from django.db.models import Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fund.states import ExternalStatus, Source
from portal.cases.models import Case
from portal.cases.settling import settled
from portal.cases.who import ALL
from portal.organisation.models import Unit

CHECKED = ("financier", "source", "programme", "amount", "co_finance", "terms")
"""What a legality check is of: a change of any of these makes it void, and the acceptance with it."""
NOT_CHECKED = Q(checked_at__isnull=True, checked_by__isnull=True, lawful__isnull=True, finding="")
STANDS = (
    (ExternalStatus.TURNED_DOWN, Q(turned_down_on__isnull=False)),
    (ExternalStatus.ENDED, Q(accepted_at__isnull=False, ended_on__isnull=False)),
    (ExternalStatus.ACCEPTED, Q(accepted_at__isnull=False)),
    (ExternalStatus.UNLAWFUL, Q(lawful=False)),
    (ExternalStatus.READY, Q(granted_on__isnull=False, lawful=True)),
    (ExternalStatus.TO_CHECK, Q(granted_on__isnull=False)),
    (ExternalStatus.APPLIED, Q(applied_on__isnull=False)),
)
"""Where a grant stands is the first of these whose facts hold, otherwise planned: read so in the database and in hand alike."""


class ExternalGrantQuerySet(models.QuerySet["ExternalGrant"]):
    def standing(self) -> "ExternalGrantQuerySet":
        """Each with ``stands``, which is its ``status``."""
        whens = (When(facts, then=Value(status)) for status, facts in STANDS)
        return self.annotate(stands=SqlCase(*whens, default=Value(ExternalStatus.PLANNED)))


class ExternalGrant(models.Model):
    """Money from a financier outside the Region (EU, Vinnova, the state, a foundation). All employees read the register.

    ``amount`` is what the financier gives and ``co_finance`` what the Region adds, in whole SEK. It counts as accepted only when
    somebody has found that it is lawful to take (constraint). A trigger keeps every version of the row in ``ExternalChange``. ``keeper``
    answers for it, and is reminded of the reporting dates where there is no case; from the start it is who wrote it down.
    """

    title = models.CharField(_("what the money is for"), max_length=200)
    financier = models.CharField(_("financier"), max_length=200)
    source = models.CharField(_("kind of financier"), max_length=12, choices=Source.choices)
    programme = models.CharField(_("programme or call"), max_length=200, blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="external_grants")
    amount = models.PositiveBigIntegerField(_("amount from the financier, SEK"))
    co_finance = models.PositiveBigIntegerField(_("the Region’s own part, SEK"), default=0)
    terms = models.TextField(_("terms"), max_length=5000)
    applied_on = models.DateField(_("applied for"), null=True, blank=True)
    granted_on = models.DateField(_("granted by the financier"), null=True, blank=True)
    turned_down_on = models.DateField(_("turned down, by the financier or by us"), null=True, blank=True)
    ended_on = models.DateField(_("ended"), null=True, blank=True)
    lawful = models.BooleanField(_("may be taken"), null=True, editable=False)
    finding = models.TextField(_("what was found"), blank=True, default="", max_length=5000, editable=False)
    checked_at = models.DateTimeField(_("checked"), null=True, editable=False)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    accepted_at = models.DateTimeField(_("accepted by the Region"), null=True, editable=False)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who answers for it"), null=True, on_delete=models.PROTECT, related_name="+",
        editable=False,
    )  # fmt: skip
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    objects = models.Manager.from_queryset(ExternalGrantQuerySet)()

    class Meta:
        verbose_name = _("external grant")
        verbose_name_plural = _("external grants")
        default_permissions = ()
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(condition=Q(amount__gte=1), name="external_of_something"),
            models.CheckConstraint(
                condition=NOT_CHECKED
                | (Q(checked_at__isnull=False, checked_by__isnull=False, lawful__isnull=False) & ~Q(finding="")),
                name="external_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(
                    accepted_at__isnull=False,
                    accepted_by__isnull=False,
                    granted_on__isnull=False,
                    lawful__isnull=False,
                    lawful=True,
                ),
                name="external_accepted_when_lawful",
            ),
            models.CheckConstraint(
                condition=Q(turned_down_on__isnull=True) | Q(accepted_at__isnull=True, ended_on__isnull=True),
                name="external_not_both",
                violation_error_message=_("What has been accepted is ended, not turned down."),
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(accepted_at__isnull=False),
                name="external_ends_after_acceptance",
                violation_error_message=_("Only what has been accepted can end."),
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("fund:external_grant", args=[self.pk])

    @property
    def status(self) -> ExternalStatus:
        """Where it stands, as the facts say; what follows from others is never stored. No query."""
        return next((status for status, facts in STANDS if settled(facts, self) is ALL), ExternalStatus.PLANNED)


class ReportingDateQuerySet(models.QuerySet["ReportingDate"]):
    def waiting(self) -> "ReportingDateQuerySet":
        """Neither sent nor taken back, of money that is held."""
        held = Q(grant__accepted_at__isnull=False, grant__ended_on__isnull=True)
        return self.filter(held, settled_at=None)


class ReportingDate(models.Model):
    """When the financier wants to hear, and about what; ``settled_at`` when it was sent, or taken back because it was wrong.

    ``reminded`` is the fewest days before that those who handle the tied case have been reminded at.
    """

    grant = models.ForeignKey(ExternalGrant, on_delete=models.CASCADE, related_name="dates")
    due_on = models.DateField(_("at the latest"))
    what = models.CharField(_("what is to be reported"), max_length=200)
    sent = models.BooleanField(_("sent"), null=True, editable=False)
    settled_at = models.DateTimeField(_("sent or taken back"), null=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    reminded = models.PositiveSmallIntegerField(null=True, editable=False)

    objects = models.Manager.from_queryset(ReportingDateQuerySet)()

    class Meta:
        verbose_name = _("reporting date")
        verbose_name_plural = _("reporting dates")
        default_permissions = ()
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_by__isnull=True, sent__isnull=True)
                | Q(settled_at__isnull=False, settled_by__isnull=False, sent__isnull=False),
                name="reporting_settled_by_somebody",
            ),
        )
        indexes = (models.Index(fields=["due_on"], condition=Q(settled_at__isnull=True), name="reporting_waiting"),)

    def __str__(self) -> str:
        return f"{self.due_on}: {self.what}"

    @property
    def is_late(self) -> bool:
        return self.settled_at is None and self.due_on < timezone.localdate()


class ExternalChange(models.Model):
    """An external grant as it was saved; written by the trigger ``external_kept``, and never changed."""

    grant = models.ForeignKey(ExternalGrant, on_delete=models.PROTECT, related_name="changes")
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()

    class Meta:
        verbose_name = _("version of an external grant")
        verbose_name_plural = _("versions of an external grant")
        default_permissions = ()
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.grant_id}: {self.at}"
