"""Registers that an administrator keeps: technologies to choose among, and where a suggestion goes."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.organisation.models import Unit


class Technology(models.Model):
    """A technology that ideas are tagged with (B42-5). Ideas store ``key``, which never changes."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    offered = models.BooleanField(_("offered in forms"), default=True, db_default=True)

    class Meta:
        verbose_name = _("technology")
        verbose_name_plural = _("technologies")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class Area(models.Model):
    """What a suggestion is about, in the words of residents, and the unit that looks at it first."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("order"), default=50, db_default=50)
    offered = models.BooleanField(_("offered in forms"), default=True, db_default=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name
