"""The annual report and its frozen figures."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from followup.states import Stage
from portal.cases.models import Case, Document
from portal.cases.who import EMPLOYEE, OWNER, office, where
from portal.indicators.states import Measure
from portal.organisation.models import Unit
from portal.organisation.states import Role

CONTROLLER = office(Role.CONTROLLER)
COORDINATOR = office(Role.COORDINATOR)
PUBLISHED = where("published", Q(published_at__isnull=False))


class Report(Case):
    """One version of a year's follow-up (B5-11b). Frozen, it never changes (trigger); a new version says what differs and why."""

    year = models.PositiveSmallIntegerField(_("year"))
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    before = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="after", editable=False
    )
    reason = models.TextField(_("why a new version"), blank=True, max_length=2000)
    pdf = models.ForeignKey(Document, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    xlsx = models.ForeignKey(Document, null=True, editable=False, on_delete=models.PROTECT, related_name="+")

    seen_by = CONTROLLER | COORDINATOR | OWNER | (PUBLISHED & EMPLOYEE)
    handled_by = CONTROLLER | COORDINATOR
    asks = ("year",)

    class Meta:
        verbose_name = _("annual report")
        verbose_name_plural = _("annual reports")
        default_permissions = ("view",)
        constraints = (
            models.UniqueConstraint(fields=["year", "edition"], name="report_edition_once"),
            models.CheckConstraint(condition=Q(edition=1) | ~Q(reason=""), name="report_new_edition_says_why"),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2999), name="report_year"),
        )


class Making(models.Model):
    """The work of making a report: its stage, how far it is, and what stopped it. The worker's own table; nothing official."""

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="making")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True)
    touched_at = models.DateTimeField(auto_now=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.report_id} {self.stage}"

    @property
    def under_way(self) -> bool:
        return self.stage in (Stage.WAITING, Stage.COUNTING, Stage.DRAWING)


class ReportFigure(models.Model):
    """One indicator's value for one part of the organisation, frozen with the cases behind it.

    ``unit`` is None for the whole Region. ``cases`` are the ids of the cases counted, in order; ``digest`` is the SHA-256 over each
    case's id, version and last event hash at that moment, so that it can be shown later what the figure stood on. The Region's row has
    the digest over the parts' digests and no ids of its own; it carries the chart (SVG) and what the chart says in words.
    """

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="figures")
    indicator = models.CharField(max_length=60)
    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    place = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=10, choices=Measure.choices)
    value = models.DecimalField(max_digits=14, decimal_places=1, null=True)
    previous = models.DecimalField(max_digits=14, decimal_places=1, null=True)
    count = models.PositiveIntegerField(default=0)
    cases = ArrayField(models.BigIntegerField(), default=list)
    digest = models.CharField(max_length=64)
    chart = models.TextField(blank=True, default="")
    chart_text = models.TextField(blank=True, default="")

    class Meta:
        default_permissions = ()
        ordering = ("place",)
        constraints = (
            models.UniqueConstraint(fields=["report", "indicator", "unit"], nulls_distinct=False, name="figure_once"),
        )

    def __str__(self) -> str:
        return f"{self.report_id} {self.indicator} {self.unit_id}: {self.value}"
