"""Forms of the administration of the organisation."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.organisation.models import Appointment, Unit
from portal.organisation.rules import can_appoint


class AppointmentForm(forms.ModelForm[Appointment]):
    """An office that is given; later the admin page leaves only its last day to be written."""

    class Meta:
        model = Appointment
        fields = ("person", "role", "unit", "valid_from", "valid_to")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"person", "unit"} <= cleaned.keys():
            for reason in can_appoint(cleaned["person"], unit=cleaned["unit"]).reasons:
                self.add_error(reason.field, str(reason))
        if "person" not in self.fields and (cleaned.get("valid_to") or date.min) < self.instance.valid_from:
            self.add_error("valid_to", _("Give a last day that is not before the first."))
        return cleaned


class CloseUnitForm(forms.Form):
    """When a unit ends, and which takes over."""

    on = forms.DateField(label=_("Last day"), widget=AdminDateWidget)
    successor = forms.ModelChoiceField(
        label=_("Successor"),
        queryset=Unit.objects.none(),
        help_text=_("Takes over open cases and drafts, with their diary numbers, and the people who work there."),
    )

    def __init__(self, *args: Any, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        successor: Any = self.fields["successor"]
        successor.queryset = Unit.objects.current().in_order().exclude(pk=unit.pk)
        self.fields["on"].initial = timezone.localdate()
