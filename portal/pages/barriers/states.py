"""The states of a report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BarrierState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    RECEIVED = "received", _("Received")
    ANSWERED = "answered", _("Answered")
    REFUSED = "refused", _("Refused, with reasons")
    PASSED_ON = "passed_on", _("Belongs to someone else")
