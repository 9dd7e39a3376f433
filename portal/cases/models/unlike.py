"""What the writer of a text has said of cases that look like it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case


class NotSame(models.Model):
    """Whoever writes ``draft`` has said that ``case`` is something else: it is not offered for that text again."""

    draft = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="unlike")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("not the same")
        verbose_name_plural = _("not the same")
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["draft", "case"], name="not_same_once"),)

    def __str__(self) -> str:
        return f"{self.draft_id}: {self.case_id}"
