"""Units of measure."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    NUMBER = "number", _("number")
    PERCENT = "percent", _("per cent")
    DAYS = "days", _("days")
    SEK = "sek", _("SEK")
