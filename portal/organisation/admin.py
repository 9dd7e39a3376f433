"""Administration of units and offices. What has rules goes through the actions, and nothing is deleted."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.organisation.actions import appoint, close_unit, end_appointment
from portal.organisation.forms import AppointmentForm, CloseUnitForm
from portal.organisation.models import Appointment, Unit
from portal.organisation.states import Role


def add_refusal(form: forms.BaseForm, refusal: Refused) -> None:
    """Each reason at the field that would mend it, or over the form."""
    for reason in refusal.verdict.reasons:
        form.add_error(reason.field if reason.field in form.fields else None, str(reason))


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin[Unit]):
    """A unit's last day and its successor are set by closing it, which moves its cases."""

    list_display = ("name", "code", "kind", "parent", "prefix", "valid_from", "valid_to", "successor")
    list_filter = ("kind",)
    list_select_related = ("parent", "successor")
    search_fields = ("name", "name_en", "code", "prefix")
    autocomplete_fields = ("parent",)
    readonly_fields = ("valid_to", "successor")
    change_form_template = "admin/organisation/unit/change_form.html"

    def has_delete_permission(self, request: HttpRequest, obj: Unit | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        close = path("<int:pk>/close/", self.admin_site.admin_view(self.close), name="organisation_unit_close")
        return [close, *super().get_urls()]

    def close(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks for last day and successor, and closes the unit."""
        unit = get_object_or_404(Unit, pk=pk)
        if not self.has_change_permission(request, unit):
            raise PermissionDenied
        form = CloseUnitForm(request.POST or None, unit=unit)
        if form.is_valid():
            try:
                close_unit(unit=unit, by=cast(User, request.user), **form.cleaned_data)
            except Refused as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, _("%(unit)s is closed.") % {"unit": unit})
                return HttpResponseRedirect(reverse("admin:organisation_unit_change", args=[unit.pk]))
        title = _("Close %(unit)s") % {"unit": unit}
        context = {
            **self.admin_site.each_context(request),
            "form": form,
            "unit": unit,
            "title": title,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/organisation/unit/close.html", context)


@admin.register(Appointment)
class AppointmentAdmin(admin.ModelAdmin[Appointment]):
    """An office is given, and ended by its last day. What it was does not change afterwards."""

    form = AppointmentForm
    list_display = ("person", "role", "unit", "valid_from", "valid_to")
    list_filter = ("role",)
    list_select_related = ("person", "unit")
    search_fields = ("person__name", "person__username", "unit__name")
    autocomplete_fields = ("person", "unit")
    date_hierarchy = "valid_from"

    def has_delete_permission(self, request: HttpRequest, obj: Appointment | None = None) -> bool:
        return False

    def get_readonly_fields(self, request: HttpRequest, obj: Appointment | None = None) -> tuple[str, ...]:
        return ("person", "role", "unit", "valid_from") if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"valid_from": timezone.localdate(), **super().get_changeform_initial_data(request)}

    def save_model(
        self, request: HttpRequest, obj: Appointment, form: forms.ModelForm[Appointment], change: bool
    ) -> None:
        by = cast(User, request.user)
        if change:
            if obj.valid_to is not None:
                end_appointment(appointment=obj, on=obj.valid_to, by=by)
            return
        made = appoint(
            person=obj.person,
            role=Role(obj.role),
            unit=obj.unit,
            valid_from=obj.valid_from,
            valid_to=obj.valid_to,
            by=by,
        )
        obj.pk = made.pk
