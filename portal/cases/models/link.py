"""Ties between cases of any kind."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case
from portal.cases.states import Relation


class CaseLink(models.Model):
    """``source`` relation ``target``: an idea *led to* an application; a suggestion *was joined to* an idea. Undone, not deleted.

    ``why`` is the reason of a decision to join. A case is joined to one other at a time.
    """

    source = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_out")
    target = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="links_in")
    relation = models.CharField(max_length=12, choices=Relation.choices)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    why = models.TextField(blank=True, default="", db_default="")
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        default_permissions = ()
        constraints = (
            models.CheckConstraint(condition=~Q(source=F("target")), name="link_not_to_itself"),
            models.UniqueConstraint(
                fields=["source", "target", "relation"], condition=Q(undone_at__isnull=True), name="link_once"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(undone_at__isnull=True, relation=Relation.JOINED),
                name="link_joined_to_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id} {self.relation} {self.target_id}"
