"""What a notice can be about."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    MOVED = "moved", _("The case has moved on")
    MESSAGE = "message", _("New message")
    REMINDER = "reminder", _("A date is near")
    ESCALATION = "escalation", _("A date has passed")
    NAMED = "named", _("You have been named on a case")
