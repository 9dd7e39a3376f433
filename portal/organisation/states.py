"""Kinds of unit and the roles a person can hold there."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """How a unit belongs to the Region (strategy §2: owned by, or performed with finance from, the Region)."""

    REGION = "region", _("Region")
    BOARD = "namnd", _("Board (nämnd)")
    COMPANY = "bolag", _("Company")
    ADMINISTRATION = "forvaltning", _("Administration")
    FEDERATION = "kommunalforbund", _("Local federation")
    FOUNDATION = "stiftelse", _("Foundation")
    PROVIDER = "utforare", _("Private provider under contract")


class Role(models.TextChoices):
    """An office held through an appointment. Roles reach the unit named and every unit below it."""

    MANAGER = "manager", _("Manager")
    INNOVATION_LEAD = "innovation_lead", _("Innovation lead")
    RIGHTS_REVIEWER = "rights_reviewer", _("Rights reviewer")
    FUND_OFFICER = "fund_officer", _("Fund officer")
    TESTBED_HOST = "testbed_host", _("Testbed host")
    PROCUREMENT_OFFICER = "procurement_officer", _("Procurement officer")
    COORDINATOR = "coordinator", _("Coordinator")
    CHAIR = "chair", _("Chair of the coordination group")
    MEMBER = "member", _("Member of the coordination group")
    REGISTRAR = "registrar", _("Registrar")
    CONTROLLER = "controller", _("Controller")
