"""The suggestion of a resident."""

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ideas.models.registers import Area
from ideas.models.whos import CONTROLLER, COORDINATOR, LINE, SPECIALIST
from ideas.states import Disposition, Sender
from portal.cases.models import Case, CaseQuerySet
from portal.cases.models.case import SWEDISH
from portal.cases.who import AUTHOR, EMPLOYEE, OPEN, REGISTRAR, SUBMITTED, UNRESTRICTED


class Suggestion(Case):
    """A suggestion from a resident, patient, relative, traveller or visitor (B43-7). It may be anonymous.

    Its text may tell of the sender's health, so only those who handle it read it as it came (``Confidentiality.INTERNAL``).
    ``public_text`` is what the handler lets everyone read, once published; ``public_words`` are its words, by which it is found then.
    ``written_on`` is the date a source gives for an imported one; the diary counts from when the Region received it. ``fingerprint``
    finds the same text sent twice.
    """

    sender = models.CharField(_("I write as"), max_length=12, choices=Sender.choices, default=Sender.RESIDENT)
    proposal = models.TextField(_("suggestion"), max_length=10_000)
    place = models.CharField(_("where"), max_length=200, blank=True)
    area = models.ForeignKey(
        Area, verbose_name=_("what it is about"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    written_on = models.DateField(_("written"), null=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False, default="", db_default="", db_index=True)
    disposition = models.CharField(
        _("what became of it"), max_length=12, choices=Disposition.choices, blank=True, editable=False
    )
    route = models.CharField(_("other way"), max_length=200, blank=True, editable=False)
    answer = models.TextField(_("answer"), blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    public_text = models.TextField(_("text for everyone to read"), blank=True, editable=False)
    public_words = models.GeneratedField(
        expression=SearchVector("public_text", config=SWEDISH), output_field=SearchVectorField(), db_persist=True
    )

    seen_by = SUBMITTED & (
        AUTHOR | LINE | (UNRESTRICTED & (COORDINATOR | REGISTRAR | CONTROLLER | SPECIALIST)) | (OPEN & EMPLOYEE)
    )
    handled_by = SUBMITTED & (LINE | (UNRESTRICTED & COORDINATOR))
    asks = ("proposal",)
    searches = ("proposal", "place")

    objects: ClassVar = models.Manager.from_queryset(CaseQuerySet["Suggestion"])()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        default_permissions = ("view",)
        indexes = (GinIndex(fields=["public_words"], name="suggestion_public_words"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(disposition="", answer="", answered_at__isnull=True)
                | (~Q(disposition="") & ~Q(answer="") & Q(answered_at__isnull=False)),
                name="suggestion_disposition_is_answered",
            ),
            models.CheckConstraint(
                condition=~Q(disposition=Disposition.OTHER_ROUTE) | ~Q(route=""), name="suggestion_other_route_is_named"
            ),
        )

    @property
    def anchor(self) -> str:
        """Where it stands on the page of what became of suggestions, once it is published."""
        return f"forslag-{self.pk}"
