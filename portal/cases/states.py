"""Choices that every kind of case shares."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Perspective(models.TextChoices):
    """The four perspectives of the strategy (§4.1)."""

    EVERYDAY = "everyday", _("New services that make everyday life easier")
    QUALITY = "quality", _("Higher quality in public service")
    EFFICIENCY = "efficiency", _("More efficient production of services")
    INSIGHT = "insight", _("Greater ability for insight, analysis and knowledge")


class Beneficiary(models.TextChoices):
    """The five groups that the strategy starts from (§2), and staff."""

    RESIDENT = "resident", _("Residents")
    PATIENT = "patient", _("Patients")
    RELATIVE = "relative", _("Relatives")
    TRAVELLER = "traveller", _("Travellers")
    VISITOR = "visitor", _("Visitors")
    STAFF = "staff", _("Staff")


class Confidentiality(models.TextChoices):
    """How far a submitted case is open inside the Region. Openness is the default (strategy §4.2)."""

    OPEN = "open", _("Open to all employees")
    INTERNAL = "internal", _("Only those who handle the case")
    RESTRICTED = "restricted", _("Closed: only the author and those named by law")


class Audience(models.TextChoices):
    """Who reads a message or a document in a case. ``EVERYONE`` is for documents only.

    Nobody chooses ``CLOSED``: what is internal becomes it when written in a closed case, and stays so when the case is opened.
    """

    INTERNAL = "internal", _("Internal: only those who handle the case")
    AUTHOR = "author", _("The author and those who handle the case")
    EVERYONE = "everyone", _("Everyone who may see the case")
    CLOSED = "closed", _("Internal: only those who handle the case when it is closed")


INSIDE = (Audience.INTERNAL, Audience.CLOSED)
"""Audiences of what is written inside a case."""


class Direction(models.TextChoices):
    """What a diary line records (TF 2:9–10)."""

    IN = "in", _("Received")
    OUT = "out", _("Sent")
    DRAWN_UP = "drawn_up", _("Drawn up")


class Relation(models.TextChoices):
    """How one case is tied to another; read as 'source … target'."""

    LED_TO = "led_to", _("led to")
    JOINED = "joined", _("was joined to")
    ANSWERS = "answers", _("answers")
    RELATED = "related", _("is related to")


class Answer(models.TextChoices):
    """An answer to one question of consideration."""

    UNANSWERED = "", _("Not answered")
    YES = "yes", _("Yes, considered and handled")
    NOT_RELEVANT = "not_relevant", _("Not relevant here")
    MORE_NEEDED = "more_needed", _("More work is needed")


class Provision(models.TextChoices):
    """Provisions of OSL (2009:400) that a secrecy mark may name. A mark is a warning to test at each request, not a decision."""

    OSL_18_8 = "18:8", _("OSL 18:8 security measures")
    OSL_19_1 = "19:1", _("OSL 19:1 the authority's own business")
    OSL_19_3 = "19:3", _("OSL 19:3 procurement")
    OSL_21_1 = "21:1", _("OSL 21:1 health and sexual life")
    OSL_21_3 = "21:3", _("OSL 21:3 threatened persons")
    OSL_21_7 = "21:7", _("OSL 21:7 personal data")
    OSL_25_1 = "25:1", _("OSL 25:1 health and medical care")
    OSL_31_12 = "31:12", _("OSL 31:12 testing on behalf of an individual")
    OSL_31_16 = "31:16", _("OSL 31:16 business relations of an individual")
