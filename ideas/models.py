"""The idea of an employee and the suggestion of a resident: two kinds of case."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ideas.states import Disposition, IdeaType, Origin, Sender, Value
from portal.cases.models import Case, CaseQuerySet
from portal.cases.who import AUTHOR, EMPLOYEE, OPEN, SUBMITTED, UNRESTRICTED, holder, named, office
from portal.organisation.states import Role

LEAD = holder(Role.INNOVATION_LEAD)
MANAGER = holder(Role.MANAGER)
COORDINATOR = office(Role.COORDINATOR)
REGISTRAR = holder(Role.REGISTRAR)
RIGHTS = holder(Role.RIGHTS_REVIEWER)
ASSESSOR = named("assess")
HANDLERS = LEAD | ASSESSOR | COORDINATOR


class Idea(Case):
    """An idea from staff (B43-1): a need and a solution.

    ``possible_invention`` is asked before anything else; yes makes the case restricted, because a patent needs novelty and
    disclosure destroys it (patentlagen 2024:945 2:8–9). None means not yet answered.
    """

    possible_invention = models.BooleanField(_("could this be a technical invention?"), null=True)
    need = models.TextField(_("need"), blank=True, max_length=10_000)
    solution = models.TextField(_("solution"), blank=True, max_length=10_000)
    type = models.CharField(_("what is new"), max_length=16, choices=IdeaType.choices, blank=True)
    origin = models.CharField(_("origin"), max_length=12, choices=Origin.choices, blank=True)
    short_effect = models.TextField(_("effect in the short run"), blank=True, max_length=2000)
    long_effect = models.TextField(_("effect in the long run"), blank=True, max_length=2000)
    values = ArrayField(
        models.CharField(max_length=14, choices=Value.choices),
        verbose_name=_("kinds of value"),
        default=list,
        blank=True,
    )
    technologies = ArrayField(models.CharField(max_length=40), verbose_name=_("technologies"), default=list, blank=True)
    goal = models.CharField(_("goal that it serves"), max_length=200, blank=True)
    lasting = models.BooleanField(_("still used after twelve months"), null=True, editable=False)
    lesson = models.TextField(_("lesson"), blank=True, editable=False)

    seen_by = (
        AUTHOR
        | (SUBMITTED & UNRESTRICTED & (HANDLERS | MANAGER | REGISTRAR))
        | (SUBMITTED & OPEN & EMPLOYEE)
        | (SUBMITTED & RIGHTS)
    )
    handled_by = SUBMITTED & ((UNRESTRICTED & HANDLERS) | RIGHTS)
    asks = ("title", "need", "solution", "type", "origin", "perspectives", "beneficiaries", "short_effect")
    searches = ("need", "solution", "technologies")

    objects = models.Manager.from_queryset(CaseQuerySet["Idea"])()

    class Meta:
        verbose_name = _("idea")
        verbose_name_plural = _("ideas")
        default_permissions = ("view",)


class Suggestion(Case):
    """A suggestion from a resident, patient, relative, traveller or visitor (B43-7). It may be anonymous."""

    sender = models.CharField(_("I write as"), max_length=12, choices=Sender.choices, default=Sender.RESIDENT)
    proposal = models.TextField(_("suggestion"), max_length=10_000)
    place = models.CharField(_("where"), max_length=200, blank=True)
    disposition = models.CharField(
        _("what became of it"), max_length=12, choices=Disposition.choices, blank=True, editable=False
    )
    route = models.CharField(_("other route"), max_length=200, blank=True, editable=False)
    answer = models.TextField(_("answer"), blank=True, editable=False)

    seen_by = SUBMITTED & ((UNRESTRICTED & (LEAD | ASSESSOR | COORDINATOR | REGISTRAR)) | (OPEN & EMPLOYEE) | AUTHOR)
    handled_by = SUBMITTED & UNRESTRICTED & (LEAD | ASSESSOR | COORDINATOR)
    asks = ("proposal",)
    searches = ("proposal", "place")

    objects = models.Manager.from_queryset(CaseQuerySet["Suggestion"])()

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        default_permissions = ("view",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(disposition="") | Q(answer=""),
                name="suggestion_answer_has_disposition",
            ),
            models.CheckConstraint(
                condition=~Q(disposition=Disposition.OTHER_ROUTE) | ~Q(route=""), name="suggestion_other_route_is_named"
            ),
        )
