"""What an idea is to give and what it gave, by kind of value (strategy §1)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ideas.models.idea import Idea
from ideas.states import Value


class Benefit(models.Model):
    """One kind of value of one idea, in words: the promise, and what was seen in use. Which kinds they are stands on the idea."""

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="benefits")
    kind = models.CharField(_("kind of value"), max_length=14, choices=Value.choices)
    expected = models.TextField(_("expected"), blank=True, max_length=1000)
    actual = models.TextField(_("seen in use"), blank=True, max_length=1000)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["idea", "kind"], name="benefit_once"),
            models.CheckConstraint(condition=~Q(expected="") | ~Q(actual=""), name="benefit_says_something"),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
