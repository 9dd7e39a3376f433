"""What an idea is to give and what it gave, by kind of value (strategy §1)."""

from django.db import models
from django.db.models import Q
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ideas.models.idea import Idea
from ideas.states import Value


class Benefit(models.Model):
    """One kind of value of one idea, in words: the promise, and what was seen in use. Which kinds they are stands on the idea.

    Of economic value there may be a sum besides, in whole SEK a year.
    """

    idea = models.ForeignKey(Idea, on_delete=models.PROTECT, related_name="benefits")
    kind = models.CharField(_("kind of value"), max_length=14, choices=Value.choices)
    expected = models.TextField(_("expected"), blank=True, max_length=1000)
    actual = models.TextField(_("seen in use"), blank=True, max_length=1000)
    expected_sek = models.PositiveIntegerField(_("expected, in SEK a year"), null=True)
    actual_sek = models.PositiveIntegerField(_("seen in use, in SEK a year"), null=True)

    class Meta:
        verbose_name = _("benefit")
        verbose_name_plural = _("benefits")
        default_permissions = ()
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["idea", "kind"], name="benefit_once"),
            models.CheckConstraint(condition=~Q(expected="") | ~Q(actual=""), name="benefit_says_something"),
            models.CheckConstraint(
                condition=Q(expected_sek__isnull=True, actual_sek__isnull=True) | Q(kind=Value.ECONOMIC),
                name="benefit_sum_is_economic",
            ),
            models.CheckConstraint(
                condition=(Q(expected_sek__isnull=True) | ~Q(expected=""))
                & (Q(actual_sek__isnull=True) | ~Q(actual="")),
                name="benefit_sum_in_words_too",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    def in_sek(self, column: str) -> str:
        """The sum that is ``expected`` or ``actual``, as it is read: "200,000 SEK a year". Empty where there is none."""
        sek = getattr(self, f"{column}_sek")
        return "" if sek is None else gettext("%(sum)s SEK a year") % {"sum": number_format(sek, force_grouping=True)}
