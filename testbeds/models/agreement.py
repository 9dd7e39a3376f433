"""What is agreed before a test begins (B4-9a): terms in versions, signed by both, or waived with a reason."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from testbeds.models.request import TestRequest

PARTS = ("rights", "data", "insurance", "cost", "ending")


class Agreement(models.Model):
    """One version of the terms for a request; the one with the highest number counts. Never changed: new terms are a new version.

    ``sha256`` is of the terms as JSON with sorted keys. In force when both sides have signed it, or when it is waived: then ``waived`` says
    why no agreement is needed, and who decided that.
    """

    request = models.ForeignKey(TestRequest, on_delete=models.PROTECT, related_name="agreements")
    number = models.PositiveSmallIntegerField(_("version"))
    rights = models.TextField(_("rights to what comes of it"), max_length=4000, blank=True)
    data = models.TextField(_("data and personal data"), max_length=4000, blank=True)
    insurance = models.TextField(_("insurance and liability"), max_length=4000, blank=True)
    cost = models.TextField(_("cost"), max_length=4000, blank=True)
    ending = models.TextField(_("how it can be ended"), max_length=4000, blank=True)
    waived = models.TextField(_("why no agreement is needed"), max_length=2000, blank=True)
    sha256 = models.CharField(max_length=64)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        default_permissions = ()
        ordering = ("request", "-number")
        constraints = (
            models.UniqueConstraint(fields=["request", "number"], name="agreement_number_once"),
            models.CheckConstraint(
                condition=~Q(waived="") | ~(Q(rights="") | Q(data="") | Q(insurance="") | Q(cost="") | Q(ending="")),
                name="agreement_is_whole_or_waived",
                violation_error_message=_("Fill in all the terms, or say why no agreement is needed."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.request}, {self.number}"


class Side(models.TextChoices):
    HOST = "host", _("The host")
    TESTER = "tester", _("Who tests")


class Signature(models.Model):
    """One side's yes to one version: who, when, and the digest of what they read."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    side = models.CharField(_("side"), max_length=6, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["agreement", "side"], name="signature_once_a_side"),)

    def __str__(self) -> str:
        return f"{self.agreement}: {self.by}"
