"""The needs bank: how needs have been gathered among those that the Region is there for, and what they are (B43-6)."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from ideas.states import GatheringMethod
from portal.cases.models.case import SWEDISH
from portal.cases.states import Beneficiary
from portal.organisation.models import Unit

GROUPS = [(group.value, group.label) for group in Beneficiary if group != Beneficiary.STAFF]
"""The five groups that the strategy starts from (§2)."""
AMONG_GROUPS = Q(groups__len__gt=0, groups__contained_by=[key for key, _label in GROUPS])


def in_words(groups: Iterable[str]) -> str:
    return ", ".join(str(Beneficiary(group).label) for group in groups)


class Gathering(models.Model):
    """One activity in which needs were looked for: how, among whom, when, and what came of it. ``held_by`` is a role or a group."""

    title = models.CharField(_("name of the activity"), max_length=200)
    method = models.CharField(_("method"), max_length=12, choices=GatheringMethod.choices)
    groups = ArrayField(models.CharField(max_length=12, choices=GROUPS), verbose_name=_("with whom"))
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    held_on = models.DateField(_("date"))
    held_by = models.CharField(_("carried out by"), max_length=200)
    result = models.TextField(_("result"), max_length=10_000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("need-gathering activity")
        verbose_name_plural = _("need-gathering activities")
        default_permissions = ()
        ordering = ("-held_on", "-pk")
        constraints = (models.CheckConstraint(condition=AMONG_GROUPS, name="gathering_among_the_five_groups"),)
        indexes = (models.Index(fields=["-held_on", "-id"], name="gathering_newest"),)

    def __str__(self) -> str:
        return self.title

    @property
    def groups_in_words(self) -> str:
        return in_words(self.groups)

    def get_absolute_url(self) -> str:
        return reverse("needs:gathering", args=[self.pk])


class Need(models.Model):
    """One need, in a sentence, with what shows that it is there. ``gathering`` is where it was found, if it was found in one."""

    sentence = models.CharField(_("the need, in a sentence"), max_length=300)
    groups = ArrayField(models.CharField(max_length=12, choices=GROUPS), verbose_name=_("whose need it is"))
    evidence = models.TextField(_("what shows that it is there"), max_length=5000)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    gathering = models.ForeignKey(
        Gathering,
        verbose_name=_("found in"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    written_at = models.DateTimeField(auto_now=True)
    text = models.GeneratedField(
        expression=SearchVector("sentence", weight="A", config=SWEDISH)
        + SearchVector("evidence", weight="B", config=SWEDISH),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        default_permissions = ()
        ordering = ("-pk",)
        constraints = (models.CheckConstraint(condition=AMONG_GROUPS, name="need_of_the_five_groups"),)
        indexes = (GinIndex(fields=["text"], name="need_text"),)

    def __str__(self) -> str:
        return Truncator(self.sentence).chars(120)

    @property
    def groups_in_words(self) -> str:
        return in_words(self.groups)

    def get_absolute_url(self) -> str:
        return reverse("needs:need", args=[self.pk])
