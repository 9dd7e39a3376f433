"""The diary (diarium): OSL (2009:400) 5:1–2."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.cases.models.case import Case
from portal.cases.models.document import Document
from portal.cases.states import Direction, Provision
from portal.organisation.models import Unit


class DiarySeries(models.Model):
    """The last number given by one authority in one year. Its row is locked while a number is given, so no number is skipped or doubled."""

    authority = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=["authority", "year"], name="diary_series_once"),)

    def __str__(self) -> str:
        return f"{self.authority.prefix} {self.year}"


class DiaryEntry(models.Model):
    """One line per document received, sent or drawn up.

    OSL 5:2 asks for (1) the date, (2) a number: the case's reference and ``line``, (3) from or to whom, (4) briefly what it concerns.
    ``counterpart_public`` names no private person. ``provision`` marks parts 3 and 4 to be left out of the public diary (OSL 5:3–4).
    No line is deleted and only the mark can change (trigger).
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="diary")
    line = models.PositiveIntegerField(editable=False, default=0)
    at = models.DateTimeField(_("date"))
    direction = models.CharField(_("kind of document"), max_length=10, choices=Direction.choices)
    counterpart = models.CharField(_("from or to"), max_length=200, blank=True)
    counterpart_public = models.CharField(_("from or to, as published"), max_length=200, blank=True)
    concerns = models.CharField(_("concerns"), max_length=200)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="diary")
    provision = models.CharField(_("secrecy mark"), max_length=8, choices=Provision.choices, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("diary line")
        verbose_name_plural = _("diary lines")
        default_permissions = ("view",)
        constraints = (models.UniqueConstraint(fields=["case", "line"], name="diary_line_once"),)
        indexes = (models.Index(fields=["-at", "-id"], name="diary_newest"),)

    def __str__(self) -> str:
        return f"{self.case.reference}:{self.line} {self.concerns}"
