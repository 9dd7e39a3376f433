"""Environment scanning: what has been seen out in the world, and which cases it bears on."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.cases.models import Case
from portal.cases.models.case import SWEDISH


class ScanningNote(models.Model):
    """What an employee has seen elsewhere and what it may mean (B1-2, A20). All employees read it."""

    title = models.CharField(_("title"), max_length=200)
    source = models.CharField(_("source"), max_length=200)
    link = models.CharField(_("link"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])])
    seen_on = models.DateField(_("date"))
    seen = models.TextField(_("what was seen"), max_length=5000)
    meaning = models.TextField(_("what it may mean for us"), max_length=5000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(auto_now=True)
    text = models.GeneratedField(
        expression=SearchVector("title", weight="A", config=SWEDISH)
        + SearchVector("source", "seen", "meaning", weight="B", config=SWEDISH),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("scanning note")
        verbose_name_plural = _("scanning notes")
        default_permissions = ()
        ordering = ("-seen_on", "-pk")
        indexes = (
            GinIndex(fields=["text"], name="scanning_text"),
            models.Index(fields=["-seen_on", "-id"], name="scanning_newest"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("scanning:note", args=[self.pk])


class ScanningTie(models.Model):
    """A note bears on a case, of any kind. Who made the tie and who undid it stands in the history of the case."""

    note = models.ForeignKey(ScanningNote, on_delete=models.CASCADE, related_name="ties")
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="scanning_ties")
    tied_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    tied_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("tie to a case")
        verbose_name_plural = _("ties to cases")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (models.UniqueConstraint(fields=["note", "case"], name="scanning_tied_once"),)

    def __str__(self) -> str:
        return f"{self.note_id}: {self.case_id}"
