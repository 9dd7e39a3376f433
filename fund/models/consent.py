"""Consent to be named in public as the one behind a granted project."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fund.models.application import Application


class NameConsentQuerySet(models.QuerySet["NameConsent"]):
    def standing(self) -> "NameConsentQuerySet":
        """Those that have not been taken back."""
        return self.filter(withdrawn_at=None)


class NameConsent(models.Model):
    """A person’s own word that their name may stand in the published list (GDPR art. 6.1 a, art. 7).

    Given by nobody else, and taken back at any time; the row stays, so that it can be shown that there was a consent (trigger).
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="name_consents")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("taken back"), null=True)

    objects = models.Manager.from_queryset(NameConsentQuerySet)()

    class Meta:
        verbose_name = _("consent to be named")
        verbose_name_plural = _("consents to be named")
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(
                fields=["application", "person"], condition=Q(withdrawn_at__isnull=True), name="name_consent_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id}: {self.person_id}"
