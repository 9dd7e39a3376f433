"""Trying an idea on a small scale."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ideas.models.idea import Idea
from ideas.states import Outcome


class Trial(models.Model):
    """One round of trying: what is asked, how it is measured, and when to stop, all written down before it begins.

    ``baseline`` is how it stands before, ``target`` the promise, ``measured`` what the measure showed in the end; the first and the last
    are empty in trials from before they were asked for, the last also in one that was stopped before anything was measured. ``cost`` is in
    whole SEK. ``ends_on`` is planned; ``ended_at`` is when the result was reported, or the idea closed while it was being tried.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="trials")
    question = models.TextField(_("question to answer"), max_length=1000)
    measure = models.TextField(_("what is measured"), max_length=1000)
    baseline = models.CharField(_("how it stands today"), max_length=300, blank=True)
    target = models.CharField(_("target"), max_length=300)
    stop_rule = models.CharField(_("when to stop early"), max_length=300)
    cost = models.PositiveIntegerField(_("estimated cost in SEK"))
    begun_at = models.DateTimeField(_("begun"))
    ends_on = models.DateField(_("last day"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    measured = models.CharField(_("what the measure showed"), max_length=300, blank=True)
    result = models.TextField(_("result"), blank=True, max_length=5000)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("trial")
        verbose_name_plural = _("trials")
        default_permissions = ()
        ordering = ("begun_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["idea"], condition=Q(ended_at__isnull=True), name="trial_one_at_a_time"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="trial_ended_has_outcome",
            ),
        )

    def __str__(self) -> str:
        return self.question
