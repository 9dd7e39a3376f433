"""The unit tree and the appointments that give people their offices."""

from datetime import date

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat, Left, Length
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from portal.organisation.states import Role, UnitKind


class UnitQuerySet(models.QuerySet["Unit"]):
    def current(self) -> "UnitQuerySet":
        """Units that exist today."""
        today = timezone.localdate()
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), valid_from__lte=today)

    def with_diary(self) -> "UnitQuerySet":
        """Units whose cases can be given a number: themselves, or one above, keep a diary."""
        above = Unit.objects.exclude(prefix="").annotate(below=Concat("path", Value(".")))
        in_line = Q(path=OuterRef("path")) | Q(below=Left(OuterRef("path"), Length("below")))
        return self.filter(Exists(above.filter(in_line)))

    def in_order(self) -> "UnitQuerySet":
        """Region first, then boards and companies as they were registered, each followed by what lies under it."""
        line = Func(F("path"), Value("."), function="string_to_array")
        return self.order_by(Cast(line, ArrayField(models.BigIntegerField())))


class Unit(models.Model):
    """A node of the organisation: nämnd, bolag, förvaltning, kommunalförbund, stiftelse or contracted provider.

    ``path`` is the dotted chain of ids from the root down to the unit; the database keeps it (trigger ``unit_path``) and refuses a
    circle. ``prefix`` makes the unit an authority of its own with a diary series (TF 2:11: two nämnder are two authorities); a unit
    without one uses that of the nearest unit above.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", verbose_name=_("belongs to"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    code = models.CharField(_("short code"), max_length=12, unique=True)
    prefix = models.CharField(_("diary prefix"), max_length=8, blank=True)
    name = models.CharField(_("name"), max_length=150)
    name_en = models.CharField(_("name in English"), max_length=150, blank=True)
    email = models.EmailField(_("e-mail of the registrar"), blank=True)
    goal = models.TextField(_("goals in the operational plan"), blank=True, help_text=_("One goal per line."))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    path = models.CharField(max_length=200, editable=False, default="", db_index=True)

    objects = models.Manager.from_queryset(UnitQuerySet)()

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ("path",)
        constraints = (
            models.UniqueConstraint(fields=["prefix"], condition=~Q(prefix=""), name="unit_prefix_unique"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="unit_period"
            ),
            models.CheckConstraint(condition=~Q(successor=F("id")), name="unit_not_its_own_successor"),
        )

    @property
    def is_past(self) -> bool:
        """Was its last day before today?"""
        return self.valid_to is not None and self.valid_to < timezone.localdate()

    def __str__(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def today(self) -> "AppointmentQuerySet":
        """Appointments in force today (both end days included)."""
        return self.on(timezone.localdate())

    def on(self, day: date) -> "AppointmentQuerySet":
        """Appointments in force on the day."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), valid_from__lte=day)


class Appointment(models.Model):
    """A person holds a role at a unit, and at every unit below it, from one day to another (both included)."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.PROTECT, related_name="appointments"
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="appointments")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True)

    objects = models.Manager.from_queryset(AppointmentQuerySet)()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="appointment_period"
            ),
            ExclusionConstraint(
                name="appointment_once_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("unit", RangeOperators.EQUAL),
                    (
                        Func(F("valid_from"), F("valid_to"), models.Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=_("The person already holds this office there during some of that time."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.unit}"


pghistory.track(
    pghistory.InsertEvent("created"),
    pghistory.UpdateEvent("changed"),
    obj_field=pghistory.ObjForeignKey(related_name="changes"),
    exclude=["path"],
    model_name="UnitChange",
)(Unit)
pghistory.track(
    pghistory.InsertEvent("created"),
    pghistory.UpdateEvent("changed"),
    pghistory.DeleteEvent("deleted"),
    obj_field=pghistory.ObjForeignKey(related_name="changes"),
    model_name="AppointmentChange",
)(Appointment)
