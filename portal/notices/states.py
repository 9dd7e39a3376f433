"""What a notice can be about, and what became of an e-mail."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.TextChoices):
    MOVED = "moved", _("The case has moved on")
    MESSAGE = "message", _("New message")
    REMINDER = "reminder", _("A date is near")
    ESCALATION = "escalation", _("A date has passed")
    NAMED = "named", _("You have been named on a case")
    CONFIRM = "confirm", _("Confirm your part in a result that is disclosed")
    DRAFT = "draft", _("A draft is waiting for you")
    UNREACHED = "unreached", _("An e-mail did not arrive")
    AT_RISK = "at_risk", _("A right is about to be lost")
    UNMANNED = "unmanned", _("Another rights reviewer must be appointed")


BLIND = frozenset({Topic.AT_RISK, Topic.UNMANNED})
"""What is told by the diary number alone, also to who may not see the case, because they can see to it that somebody acts."""


class Outcome(models.TextChoices):
    """``NEEDLESS``: when its turn came there was nothing left to tell. ``REFUSED``: the receiving server will never take it."""

    WAITING = "waiting", _("Waiting to be sent")
    SENT = "sent", _("Sent")
    NEEDLESS = "needless", _("Not needed any more")
    REFUSED = "refused", _("Refused by the receiver")
    GIVEN_UP = "given_up", _("Given up after many tries")
