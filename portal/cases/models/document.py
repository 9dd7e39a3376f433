"""Documents of a case."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case
from portal.cases.states import INSIDE, Audience, Provision


def storage_name(document: "Document", filename: str) -> str:
    """A name of our own making: nothing the sender wrote reaches the file system."""
    folder = get_random_string(2, "0123456789abcdef")
    return f"documents/{folder}/{get_random_string(32)}"


class Document(models.Model):
    """A file in private storage, served only through the case's visibility rule, always as an attachment.

    ``sha256`` is of the bytes as received; ``content_type`` is what the content was found to be, whatever the name said.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(_("title"), max_length=200)
    file = models.FileField(upload_to=storage_name, max_length=120)
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    audience = models.CharField(_("who reads it"), max_length=10, choices=Audience.choices, default=Audience.AUTHOR)
    provision = models.CharField(_("secrecy mark"), max_length=8, choices=Provision.choices, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        default_permissions = ("view",)
        ordering = ("added_at", "pk")

    def __str__(self) -> str:
        return self.title

    @property
    def is_internal(self) -> bool:
        return self.audience in INSIDE

    def get_absolute_url(self) -> str:
        return reverse("cases:document", args=[self.pk])
