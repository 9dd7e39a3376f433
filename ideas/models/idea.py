"""The idea of an employee."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ideas.models.whos import ASSESSOR, COORDINATOR, LINE, RIGHTS, SPECIALIST
from ideas.states import IN_USE, Change, IdeaType, Origin, Value
from portal.cases.models import Case, CaseQuerySet
from portal.cases.states import Perspective
from portal.cases.who import AUTHOR, EMPLOYEE, OPEN, REGISTRAR, RESTRICTED, SUBMITTED, UNRESTRICTED

HANDLERS = LINE | COORDINATOR


class Idea(Case):
    """An idea from staff (B43-1): a need and a solution.

    ``possible_invention`` is asked before anything else; yes makes the case restricted, because a patent needs novelty and
    disclosure destroys it (patentlagen 2024:945 2:8–9). None means not yet answered. An idea raised from a suggestion has no owner.
    ``may_credit`` is the owner's own word, given and taken back at any time, that they may be named in its good example.
    ``values`` are expected, ``actual_values`` were seen in use (B1-3). ``trial_ceiling`` is the cost in SEK up to which a trial
    larger than the unit's own mandate has been consented to (A22). ``answered_at`` is the first decision to go on with it or not.
    """

    possible_invention = models.BooleanField(_("could this be a technical invention?"), null=True)
    need = models.TextField(_("need"), blank=True, max_length=10_000)
    solution = models.TextField(_("solution"), blank=True, max_length=10_000)
    type = models.CharField(_("what is new"), max_length=16, choices=IdeaType.choices, blank=True)
    origin = models.CharField(_("where it comes from"), max_length=12, choices=Origin.choices, blank=True)
    everyday_benefit = models.TextField(_("benefit in everyday life"), blank=True, max_length=2000)
    quality_measure = models.TextField(_("how better quality or safety will show"), blank=True, max_length=2000)
    change = models.CharField(_("what happens to the task"), max_length=12, choices=Change.choices, blank=True)
    resource_measure = models.TextField(_("time or money that is freed"), blank=True, max_length=2000)
    insight = models.TextField(_("data or knowledge that it gives"), blank=True, max_length=2000)
    short_effect = models.TextField(_("effect in the short run"), blank=True, max_length=2000)
    long_effect = models.TextField(_("effect in the long run"), blank=True, max_length=2000)
    values = ArrayField(
        models.CharField(max_length=14, choices=Value.choices),
        verbose_name=_("kinds of value"),
        default=list,
        blank=True,
    )
    technologies = ArrayField(models.CharField(max_length=40), verbose_name=_("technologies"), default=list, blank=True)
    other_technology = models.CharField(_("other technology"), max_length=120, blank=True)
    goal = models.CharField(_("goal that it serves"), max_length=300, blank=True)
    may_credit = models.BooleanField(_("my name may be shown on the internet"), default=False, db_default=False)
    answered_at = models.DateTimeField(_("first decided on"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    trial_ceiling = models.PositiveIntegerField(null=True, editable=False)
    actual_values = ArrayField(
        models.CharField(max_length=14, choices=Value.choices),
        verbose_name=_("value seen in use"),
        default=list,
        blank=True,
        editable=False,
    )
    introduced_where = models.CharField(_("introduced where"), max_length=300, blank=True, editable=False)
    introduced_at = models.DateTimeField(_("introduced"), null=True, editable=False)
    lesson = models.TextField(_("lesson"), blank=True, editable=False)

    seen_by = (
        AUTHOR
        | (SUBMITTED & UNRESTRICTED & (HANDLERS | ASSESSOR | REGISTRAR | SPECIALIST))
        | (SUBMITTED & OPEN & EMPLOYEE)
        | (SUBMITTED & RESTRICTED & RIGHTS)
    )
    handled_by = SUBMITTED & ((UNRESTRICTED & HANDLERS) | (RESTRICTED & RIGHTS))
    advised_by = SUBMITTED & UNRESTRICTED & ASSESSOR
    asks = ("title", "need", "solution", "type", "origin", "perspectives", "beneficiaries", "short_effect")
    asks_for: ClassVar = {
        Perspective.EVERYDAY: ("everyday_benefit",),
        Perspective.QUALITY: ("quality_measure",),
        Perspective.EFFICIENCY: ("change", "resource_measure"),
        Perspective.INSIGHT: ("insight",),
    }
    """What is asked for besides ``asks`` when the idea has the perspective (B41-1 – B41-4)."""
    searches = ("need", "solution", "everyday_benefit", "insight", "other_technology")

    objects: ClassVar = models.Manager.from_queryset(CaseQuerySet["Idea"])()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                condition=Q(introduced_at__isnull=True) | ~Q(introduced_where=""), name="idea_introduced_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(actual_values=[]) | Q(introduced_at__isnull=False), name="idea_value_arises_in_use"
            ),
        )

    @property
    def is_in_use(self) -> bool:
        return self.state in IN_USE
