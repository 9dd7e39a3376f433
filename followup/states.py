"""Choices of the annual report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    """A draft is working material; frozen, it is drawn up and official (TF 2:10)."""

    DRAFT = "draft", _("Being made")
    FROZEN = "frozen", _("Frozen")
    PUBLISHED = "published", _("Published")
    SET_ASIDE = "set_aside", _("Set aside")


class Stage(models.TextChoices):
    """How far the making has come."""

    WAITING = "waiting", _("Waiting for its turn")
    COUNTING = "counting", _("Counting the figures")
    DRAWING = "drawing", _("Drawing the pages")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")
