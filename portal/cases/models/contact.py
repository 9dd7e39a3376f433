"""How to reach an author who has no account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case


class CaseContact(models.Model):
    """Contact data of an author without an account, kept apart from the case so that it can be erased (GDPR art. 5).

    ``code_hash`` is the hash of the receipt code; the code itself is shown once and never stored. Name and address are optional.
    ``kept_because`` names the ground for keeping them past their time (a request for access, a legal dispute); empty means none.
    """

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="contact")
    code_hash = models.CharField(max_length=200)
    name = models.CharField(_("name"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail address"), blank=True)
    language = models.CharField(max_length=2, default="sv", db_default="sv")
    kept_because = models.CharField(_("kept because"), max_length=200, blank=True, default="", db_default="")
    erased_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=models.Q(erased_at__isnull=True) | models.Q(name="", email=""), name="contact_erased_is_empty"
            ),
        )

    def __str__(self) -> str:
        """Never the address: that is for the mail server alone."""
        return self.name or str(_("anonymous"))
