"""Who opened what of a closed case."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case
from portal.cases.models.document import Document


class Access(models.Model):
    """One opening of a page, a file, an export or the API of a case whose kind ``logs_access``. Append-only (trigger).

    ``what`` is the address's name (``case``, ``document``, ``export``, ``api``). ``person`` is None for who takes the case out at the
    server's terminal, where nobody is signed in. It is the one row that reading writes.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="accesses")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=40)
    document = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), db_default=Now())

    class Meta:
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        default_permissions = ()
        indexes = (models.Index(fields=["case", "-id"], name="access_newest"),)

    def __str__(self) -> str:
        return f"{self.case_id} {self.what}"
