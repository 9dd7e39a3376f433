"""Finding the unit that has the best chance to carry out an idea that touches several (strategy §5)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ideas.models.idea import Idea
from ideas.states import HostAnswer, Points
from portal.organisation.models import Unit

BEST_FIRST = ((F("resources") + F("competence") + F("chance")).desc(), "pk")
"""The order in which units are asked."""


class Placement(models.Model):
    """One round of finding a host. A round is kept when it has ended, and a new one is begun when the idea is placed anew.

    It begins as a comparison between units. ``asked_at`` is when the best of them was last asked; what had been compared by then does not
    change (trigger ``candidate_kept``). ``units`` and ``people`` take part, whoever becomes the host.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="placements")
    why = models.TextField(_("why a host is looked for"), blank=True, max_length=5000)
    asked_at = models.DateTimeField(_("asked"), null=True, editable=False)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    units = models.ManyToManyField(Unit, verbose_name=_("units that take part"), related_name="+")
    people = models.ManyToManyField(settings.AUTH_USER_MODEL, verbose_name=_("people who take part"), related_name="+")

    class Meta:
        verbose_name = _("host placement")
        verbose_name_plural = _("host placements")
        default_permissions = ()
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(
                fields=["idea"], condition=Q(ended_at__isnull=True), name="placement_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_by__isnull=True, why="", ended_at__isnull=True)
                | (Q(asked_at__isnull=False, asked_by__isnull=False) & ~Q(why="")),
                name="placement_asked_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.idea_id}: {self.pk}"


class Candidate(models.Model):
    """A unit that could host the idea: points and a sentence on its resources, its competence and the chance that it carries it out.

    The unit with the most points is asked first. It answers by ``answer_by``, else the next one is asked.
    """

    ASPECTS = ("resources", "competence", "chance")

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="candidates")
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    resources = models.PositiveSmallIntegerField(_("resources"), choices=Points.choices)
    resources_why = models.TextField(_("why"), max_length=1000)
    competence = models.PositiveSmallIntegerField(_("competence"), choices=Points.choices)
    competence_why = models.TextField(_("why"), max_length=1000)
    chance = models.PositiveSmallIntegerField(_("chance to carry it out"), choices=Points.choices)
    chance_why = models.TextField(_("why"), max_length=1000)
    compared_at = models.DateTimeField(auto_now_add=True)
    asked_at = models.DateTimeField(null=True, editable=False)
    answer_by = models.DateTimeField(null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=10, choices=HostAnswer.choices, blank=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.TextField(_("reason"), blank=True, max_length=5000, editable=False)

    class Meta:
        verbose_name = _("unit compared")
        verbose_name_plural = _("units compared")
        default_permissions = ()
        ordering = BEST_FIRST
        constraints = (
            models.UniqueConstraint(fields=["placement", "unit"], name="candidate_once"),
            models.UniqueConstraint(
                fields=["placement"],
                condition=Q(asked_at__isnull=False, answer=""),
                name="candidate_one_asked_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["placement"], condition=Q(answer=HostAnswer.ACCEPTED), name="candidate_one_host"
            ),
            models.CheckConstraint(
                condition=Q(
                    resources__range=(Points.ONE, Points.FIVE),
                    competence__range=(Points.ONE, Points.FIVE),
                    chance__range=(Points.ONE, Points.FIVE),
                )
                & ~Q(resources_why="")
                & ~Q(competence_why="")
                & ~Q(chance_why=""),
                name="candidate_one_to_five_with_a_sentence",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, answer_by__isnull=True, answer="")
                | Q(asked_at__isnull=False, answer_by__isnull=False),
                name="candidate_asked_until",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="candidate_answered_when",
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=(HostAnswer.ACCEPTED, HostAnswer.DECLINED))
                | (Q(answered_by__isnull=False) & ~Q(reason="")),
                name="candidate_answers_with_a_reason",
            ),
        )

    def __str__(self) -> str:
        return str(self.unit)

    @property
    def points(self) -> int:
        """Of fifteen."""
        return self.resources + self.competence + self.chance
