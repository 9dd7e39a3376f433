"""What a request for a test, and a claim on a testbed's time, can be."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TestState(models.TextChoices):
    """Where a request stands, from the draft to what became of it a year after the test."""

    __test__ = False

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    COMPLETING = "completing", _("Being completed")
    REVIEW = "review", _("Under review by the host")
    CONDITIONAL = "conditional", _("Yes, on conditions")
    BOOKED = "booked", _("Booked")
    RUNNING = "running", _("Test running")
    RESULT_DUE = "result_due", _("Result due")
    WEIGHING = "weighing", _("Result handed in")
    FOLLOWED = "followed", _("Being followed up")
    CLOSED = "closed", _("Followed up and closed")
    STOPPED = "stopped", _("Stopped with a lesson")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OVER = (TestState.FOLLOWED, TestState.CLOSED, TestState.STOPPED)
"""Decided on for good: no more is tested."""


class Actor(models.TextChoices):
    """Who asks (domain §10)."""

    COMPANY = "company", pgettext_lazy("who asks for a test", "Company")
    UNIVERSITY = "university", _("University or research institute")
    MUNICIPALITY = "municipality", _("Municipality")
    REGION = "region", _("Another region or authority")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    EMPLOYEE = "employee", _("Employee of the Region")


class Check(models.TextChoices):
    """The answer to a legal check (B4-9b). Nothing begins before all are answered, and none is left to be solved."""

    UNANSWERED = "", _("Not answered")
    HANDLED = "handled", _("Concerns us, and is handled")
    NOT_RELEVANT = "not_relevant", _("Does not concern us")
    OPEN = "open", _("Concerns us, and is not solved yet")


class Outcome(models.TextChoices):
    """What is decided when the result stands beside the promise (B44-3)."""

    INTRODUCE = "introduce", _("Introduce it")
    PROCURE = "procure", _("Procure it")
    EXTEND = "extend", _("Test more")
    STOP = "stop", _("Stop, with a lesson")


class ClaimState(models.TextChoices):
    """What a claim on a testbed's time is. ``held``, ``booked`` and ``blocked`` keep others out, the rest do not."""

    HELD = "held", _("Held")
    BOOKED = "booked", _("Booked")
    BLOCKED = "blocked", _("Blocked")
    CANCELLED = "cancelled", pgettext_lazy("a time", "Cancelled")
    LAPSED = "lapsed", _("The hold ran out")


KEEPS_OUT = (ClaimState.HELD, ClaimState.BOOKED, ClaimState.BLOCKED)


class WaitState(models.TextChoices):
    """A place in the line for a time that somebody else has."""

    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Offered")
    TAKEN = "taken", _("Taken")
    PASSED = "passed", _("Not taken in time")
    LEFT = "left", _("Left the line")


class Part(models.IntegerChoices):
    """What a stretch of a claim is for. Two who set up or clean may do so at once; nobody uses while another sets up or cleans."""

    AROUND = 0, _("Set-up or cleaning")
    USE = 1, _("Use")
