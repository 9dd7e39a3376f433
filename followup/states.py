"""Choices of the annual report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReportState(models.TextChoices):
    """A draft is working material; frozen, it is drawn up and official (TF 2:10)."""

    DRAFT = "draft", _("Being made")
    FROZEN = "frozen", _("Frozen")
    PUBLISHED = "published", _("Published")
    SET_ASIDE = "set_aside", _("Put aside")


class Stage(models.TextChoices):
    """How far the making has come."""

    WAITING = "waiting", _("Waiting for its turn")
    COUNTING = "counting", _("Counting the figures")
    DRAWING = "drawing", _("Drawing the charts")
    PRINTING = "printing", _("Setting the pages")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")
    FAILED = "failed", _("Failed")


UNDER_WAY = (Stage.WAITING, Stage.COUNTING, Stage.DRAWING, Stage.PRINTING)


class Problem(models.TextChoices):
    """Why a making failed."""

    STOPPED = "stopped", _("The work stopped before it was done, three times in a row.")
    TOO_LONG = "too_long", _("The work took longer than it may.")
    TOO_LARGE = "too_large", _("The work needed more memory than it may use.")
