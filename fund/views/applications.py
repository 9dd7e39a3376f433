"""Pages of applications: those that the person sees, beginning one, writing it."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from fund.actions.applying import begin_application
from fund.filters import ApplicationFilter
from fund.forms.writing import ApplicationDraftForm, BeginApplicationForm, application_form
from fund.models import Application, Call
from fund.tables import ApplicationTable
from portal.cases.models import Case, CaseQuerySet
from portal.cases.queries.listing import for_list
from portal.cases.views.lists import AllCases
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit


class ApplicationList(AllCases):
    """Every handed-in application that the person may see: their own, their unit’s for a manager, all for a fund officer."""

    table_class = ApplicationTable
    filterset_class = ApplicationFilter
    template_name = "fund/applications.html"

    def get_queryset(self) -> "CaseQuerySet[Case]":
        visible = Case.objects.visible_to(self.person).filter(kind="application", opened_at__isnull=False)
        return for_list(visible).order_by("-opened_at", "-pk")


class BeginApplication(BeginView):
    """Which of the open calls, and a title. What is already written in the case that it comes from is taken over."""

    model = Application
    form_class = BeginApplicationForm
    template_name = "fund/begin.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.person.is_employee:
            raise PermissionDenied(_("Those who work in the Region, or for it by agreement, apply to the fund."))
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        origin = self.origin
        return {"call": self.request.GET.get("call"), **({"title": origin.title} if origin else {})}

    def get_form(self, form_class: Any = None) -> forms.Form:
        form = super().get_form(form_class)
        field: Any = form.fields["call"]
        field.queryset = Call.objects.open_now().visible_to(self.person).order_by("closes_at")
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "open": context["form"].fields["call"].queryset.exists()}

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Application:
        return begin_application(owner=self.person, unit=unit, origin=origin, **values)


class WriteApplication(WriteView):
    form_class = ApplicationDraftForm
    template_name = "fund/write.html"

    def make_form(self, row: Any, data: Any = None) -> ApplicationDraftForm:
        return application_form(row)(data, instance=row)
