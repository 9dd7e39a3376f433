"""Messages in a case."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case
from portal.cases.states import Audience


class Message(models.Model):
    """A note among those who handle the case (the default), or a message between them and the author."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="messages")
    audience = models.CharField(_("who reads it"), max_length=10, choices=Audience.choices, default=Audience.INTERNAL)
    text = models.TextField(_("message"), max_length=10_000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), auto_now_add=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        default_permissions = ()
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.case_id} {self.at:%Y-%m-%d %H:%M}"
