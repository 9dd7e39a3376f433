"""The choices a person has, and what kinds of person there are."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Delivery(models.TextChoices):
    """When e-mail is sent. Whatever the choice, what is mandatory (a decision, a deadline) is sent at once."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Once a day, gathered")
    MANDATORY = "mandatory", _("Only what I must know")
