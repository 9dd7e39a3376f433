"""Where calls and applications stand, and the words of a call."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CallState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    ANNOUNCED = "announced", _("Announced")
    REVIEWING = "reviewing", _("Being reviewed")
    DECIDED = "decided", _("Decided")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Called off")


DECIDED_STATES = (CallState.DECIDED, CallState.CLOSED)
"""In which its decision has been made."""


class Stage(models.TextChoices):
    """Where a call stands at this moment; what time decides is never stored."""

    DRAFT = "draft", _("Draft")
    COMING = "coming", _("Opens later")
    OPEN = "open", _("Open for applications")
    SHUT = "shut", _("Closed for applications")
    REVIEWING = "reviewing", _("Being reviewed")
    DECIDED = "decided", _("Decided")
    CLOSED = "closed", _("Closed")
    CANCELLED = "cancelled", _("Called off")


class ApplicationState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waits for the manager’s approval")
    APPROVED = "approved", _("Handed in, approved by the manager")
    REVISING = "revising", _("Being changed before the call closes")
    SCREENING = "screening", _("Looked through before the review")
    REVIEW = "review", _("Reviewed by experts")
    RESERVE = "reserve", _("On the reserve list")
    GRANTED = "granted", _("Granted")
    RUNNING = "running", _("The project is under way")
    FOLLOWED = "followed", _("Finished, the effect is followed up")
    CLOSED = "closed", _("Closed")
    STOPPED = "stopped", _("Stopped, with what was learnt")
    DECLINED = "declined", pgettext_lazy("an application", "Declined")
    DISMISSED = "dismissed", _("Dismissed: it does not meet what is asked")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CALLED_OFF = "called_off", _("The call was called off")


class Purpose(models.TextChoices):
    """What the money is sought for: all kinds compete by the same criteria (domain §8)."""

    NEW = "new", _("New project")
    CONTINUATION = "continuation", _("Continuation of a project")
    IMPLEMENTATION = "implementation", _("Implementation of what has been tried")


class Met(models.TextChoices):
    """What screening came to, of the formal requirements and of the quality."""

    MET = "met", _("Met")
    UNMET = "unmet", _("Not met")


class Remarks(models.TextChoices):
    """What strategic IT says."""

    NONE = "none", _("No remarks")
    REMARKS = "remarks", _("Remarks")
    OUTSIDE = "outside", _("Touches no systems or data")


class QuestionKind(models.TextChoices):
    LINE = "line", _("Short text")
    TEXT = "text", _("Long text")
    NUMBER = "number", _("Number")
    SEK = "sek", _("Amount in SEK")
    CHOICE = "choice", _("One of several answers")
    YES = "yes", _("Must be answered with yes")
    BUDGET = "budget", _("Budget table")
    TIMETABLE = "timetable", _("Timetable")
    PARTICIPANTS = "participants", _("Participants")
    FILE = "file", _("File")


class Cost(models.TextChoices):
    """Kinds of cost in a budget. Consultants stand alone, so that what they cost can be seen (A15)."""

    STAFF = "staff", _("Own staff")
    CONSULTANT = "consultant", _("Consultants")
    EQUIPMENT = "equipment", _("Equipment and material")
    TRAVEL = "travel", _("Travel and meetings")
    OTHER = "other", _("Other")


class Outcome(models.TextChoices):
    GRANT = "grant", _("Grant in full")
    PART = "part", _("Grant in part")
    RESERVE = "reserve", _("Reserve list")
    DECLINE = "decline", _("Decline")


CAME_TO: dict[str, Any] = {
    Outcome.GRANT: _("Granted in full"),
    Outcome.PART: _("Granted in part"),
    Outcome.RESERVE: ApplicationState.RESERVE.label,
    Outcome.DECLINE: ApplicationState.DECLINED.label,
}
"""An outcome when it has been decided."""


class ReportKind(models.TextChoices):
    """When in the project a report is handed in (§4.1)."""

    START = "start", _("Start report")
    HALF = "half", _("Half-time report")
    FINAL = "final", _("Final report")


class EntryKind(models.TextChoices):
    """What a line of the ledger does: ``REVOKE`` makes a grant free again before it is used, ``RETURN`` gives back what was reserved and
    not used, ``REPAY`` what was paid and not used."""

    BUDGET = "budget", _("Budget")
    GRANT = "grant", _("Granted")
    REVOKE = "revoke", _("Grant taken back")
    PAY = "pay", _("Paid")
    RETURN = "return", _("Not used")
    REPAY = "repay", _("Paid back")


class Source(models.TextChoices):
    """Who gives external money (B61-7)."""

    EU = "eu", _("EU")
    VINNOVA = "vinnova", _("Vinnova")
    STATE = "state", _("The state, another agency")
    FOUNDATION = "foundation", _("Foundation or fund")
    OTHER = "other", _("Other financier")


class ExternalStatus(models.TextChoices):
    """Where an external grant stands; always told from its facts, and never stored."""

    PLANNED = "planned", _("To be applied for")
    APPLIED = "applied", _("Applied for")
    TO_CHECK = "to_check", _("Granted, waits for the legality check")
    UNLAWFUL = "unlawful", _("May not be taken")
    READY = "ready", _("Checked, may be accepted")
    ACCEPTED = "accepted", _("Accepted by the Region")
    ENDED = "ended", _("Ended")
    TURNED_DOWN = "turned_down", _("Turned down")
