"""Choices of the pages that belong to no case."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Colours(models.TextChoices):
    """The colour scheme a person wants."""

    AUTO = "auto", _("As my device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Audience(models.TextChoices):
    """Who stands before a door of the one way in."""

    EMPLOYEE = "medarbetare", _("I work in Region Stockholm or for a provider under contract")
    PUBLIC = "invanare", _("I am a resident, patient, relative, traveller or visitor")
    ORGANISATION = "organisation", _("I represent a company, university, municipality or association")


class Compliance(models.TextChoices):
    """How far the portal meets the requirements, in the words Digg asks for (DOS-lagen 2018:1937 13 §)."""

    FULL = "full", _("fully compliant")
    PARTIAL = "partial", _("partially compliant")
    NONE = "none", _("not compliant")


class Method(models.TextChoices):
    """How the portal was assessed."""

    SELF = "self", _("Own assessment")
    EXTERNAL = "external", _("Assessment by an independent expert")
