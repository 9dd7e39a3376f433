"""The annual report, the work of making it, and what is frozen in it."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from followup.states import UNDER_WAY, Problem, Stage
from portal.cases.models import Case, Document
from portal.cases.who import EMPLOYEE, OWNER, office, where
from portal.indicators.states import Measure
from portal.organisation.models import Unit
from portal.organisation.states import Role

CONTROLLER = office(Role.CONTROLLER)
COORDINATOR = office(Role.COORDINATOR)
PUBLISHED = where("published", Q(published_at__isnull=False))


class Report(Case):
    """One version of a year's follow-up (B5-11b). Frozen, it never changes (trigger); a new version says what differs and why.

    ``counted_at`` is the moment of which all its figures speak.
    """

    year = models.PositiveSmallIntegerField(_("year"))
    edition = models.PositiveSmallIntegerField(_("version"), default=1)
    before = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="after", editable=False
    )
    reason = models.TextField(_("why a new version"), blank=True, max_length=2000)
    counted_at = models.DateTimeField(_("counted"), null=True, editable=False)
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
    """The work of making a report: its stage, how far it is, and what stopped it. The worker's own table; nothing official.

    ``attempts`` counts the workers that have begun it. ``touched_at`` is when a worker was last heard of.
    """

    report = models.OneToOneField(Report, on_delete=models.CASCADE, related_name="making")
    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=10, choices=Problem.choices, blank=True)
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.report_id} {self.stage}"

    @property
    def under_way(self) -> bool:
        return self.stage in UNDER_WAY


class Frozen(models.Model):
    """A row that belongs to one report and is frozen with it: from then on the database refuses to add, change or delete it."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True
        default_permissions = ()


class Worded(Frozen):
    """A frozen row that keeps its own words, so that a later change of names changes no earlier report.

    ``words`` is ``{language: {name: text}}``.
    """

    place = models.PositiveSmallIntegerField()
    words = models.JSONField()

    class Meta(Frozen.Meta):
        abstract = True
        ordering = ("place",)

    def __str__(self) -> str:
        return self.said["name"]

    @property
    def said(self) -> dict[str, str]:
        """The words in the active language."""
        words: dict[str, Any] = self.words
        said: dict[str, str] = words.get(get_language() or "") or words["sv"]
        return said


class Part(Worded):
    """The whole Region (``unit`` is None), or one nämnd, bolag or other part of it. Says ``name`` and ``kind``.

    ``count`` is the number of cases behind its figures, each counted once.
    """

    unit = models.ForeignKey(Unit, null=True, on_delete=models.PROTECT, related_name="+")
    count = models.PositiveIntegerField(default=0)

    class Meta(Worded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["report", "unit"], nulls_distinct=False, name="part_once"),
            models.UniqueConstraint(fields=["report", "place"], name="part_place_once"),
        )


class FrozenIndicator(Worded):
    """An indicator as it was when the report was made. Says ``name``, ``group`` and ``help``."""

    key = models.CharField(max_length=60)
    measure = models.CharField(max_length=10, choices=Measure.choices)

    class Meta(Worded.Meta):
        constraints = (
            models.UniqueConstraint(fields=["report", "key"], name="frozen_indicator_once"),
            models.UniqueConstraint(fields=["report", "place"], name="frozen_indicator_place_once"),
        )


class Figure(Frozen):
    """An indicator's value for one part, with the cases behind it.

    ``cases`` are the ids of the cases counted, in order, and ``events`` the id of each case's last event at that moment (0 for none).
    ``digest`` is the SHA-256 over case ids and event hashes, so that it can be shown later what the figure stood on. The whole
    Region's row has no ids of its own and the digest over those of the parts.
    """

    indicator = models.ForeignKey(FrozenIndicator, on_delete=models.CASCADE, related_name="figures")
    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="figures")
    value = models.DecimalField(max_digits=14, decimal_places=1, null=True)
    previous = models.DecimalField(max_digits=14, decimal_places=1, null=True)
    count = models.PositiveIntegerField()
    cases = ArrayField(models.BigIntegerField())
    events = ArrayField(models.BigIntegerField())
    digest = models.CharField(max_length=64)

    class Meta(Frozen.Meta):
        constraints = (models.UniqueConstraint(fields=["indicator", "part"], name="figure_once"),)

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.part_id}: {self.value}"


class Drawing(Frozen):
    """The chart of an indicator over the parts, as SVG, and what it shows in words; one for each language."""

    indicator = models.ForeignKey(FrozenIndicator, on_delete=models.CASCADE, related_name="drawings")
    language = models.CharField(max_length=2)
    svg = models.TextField()
    alt = models.TextField()

    class Meta(Frozen.Meta):
        constraints = (models.UniqueConstraint(fields=["indicator", "language"], name="drawing_once"),)

    def __str__(self) -> str:
        return self.alt


class Example(Worded):
    """A case that the report tells of in one part. Says ``heading``; ``name`` and ``text`` are as the case had them."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="examples")
    key = models.CharField(max_length=60)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=24)
    name = models.CharField(max_length=200)
    text = models.TextField(blank=True)

    class Meta(Worded.Meta):
        constraints = (models.UniqueConstraint(fields=["part", "key", "case"], name="example_once"),)

    def __str__(self) -> str:
        return self.name
