"""What is decided of each application of a call: prepared one by one, decided all at once."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fund.models.application import Application
from fund.states import CAME_TO, Outcome


class Ruling(models.Model):
    """The outcome of an application, with the reasons that the applicant reads (FL 2017:900 32 §). A draft until ``decided_at``.

    ``amount`` (SEK) is what is granted, or held ready on the reserve list; ``rank`` the place in the list, which no
    other of its call has (trigger). ``delegation`` is by what
    right it was decided. Once decided it is never changed (trigger).
    """

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="ruling")
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    amount = models.PositiveBigIntegerField(_("amount, SEK"), default=0)
    rank = models.PositiveSmallIntegerField(_("place"), null=True)
    reason = models.TextField(_("reasons, for the applicant"), blank=True, max_length=5000)
    decided_at = models.DateTimeField(_("decided"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who decided"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    delegation = models.CharField(_("by what right"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("decision on an application")
        verbose_name_plural = _("decisions on applications")
        default_permissions = ()
        indexes = (models.Index(fields=["rank"], condition=Q(outcome=Outcome.RESERVE), name="ruling_place"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome=Outcome.DECLINE, amount=0) | (~Q(outcome=Outcome.DECLINE) & Q(amount__gte=1)),
                name="ruling_grants_something",
                violation_error_message=_(
                    "A grant and a place on the reserve list need an amount; a refusal has none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reason="")),
                name="ruling_decided_by_somebody_with_reason",
            ),
        )

    def get_outcome_display(self) -> str:  # type: ignore[no-redef]  # Django leaves one that is there
        """What is to be done, and when it has been decided what was: "Grant in full", "Granted in full"."""
        return str(CAME_TO[self.outcome] if self.decided_at else Outcome(self.outcome).label)

    def __str__(self) -> str:
        return f"{self.application_id}: {self.outcome}"
