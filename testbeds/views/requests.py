"""Pages of requests for tests: beginning one, writing it, the list, how it is done, and what hosts say of the reimbursement."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import slug_re
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.views.generic import ListView, TemplateView

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.queries.listing import CappedPaginator
from portal.cases.states import Confidentiality
from portal.cases.views.base import PersonView
from portal.cases.views.lists import AllCases
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from testbeds.actions.requesting import begin_request
from testbeds.filters import RequestFilter
from testbeds.forms.asking import BeginRequestForm, TestRequestForm
from testbeds.models import Agreement, ModelFlag, Testbed, TestRequest
from testbeds.queries.requests import flags
from testbeds.rules.terms import MODEL_TERMS
from testbeds.tables import RequestTable

PAGE = 50


def coordinates(person: User) -> bool:
    return bool(standing_of(person).units(Role.COORDINATOR))


class RequestList(AllCases):
    """Every request that the person may see: their own, their testbed’s for a host, those they review."""

    kind = "test"
    table_class = RequestTable
    filterset_class = RequestFilter
    template_name = "testbeds/requests.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(coordinates=coordinates(self.person), **kwargs)


class BeginRequest(BeginView):
    """Which testbed, and a title; for who comes from outside as for employees (B44-2). ``?testbed=`` chooses it beforehand."""

    model = TestRequest
    form_class = BeginRequestForm
    template_name = "testbeds/begin.html"

    @cached_property
    def chosen(self) -> Testbed | None:
        slug = self.request.GET.get("testbed", "")
        return Testbed.objects.published().filter(slug=slug).first() if slug_re.match(slug) else None

    def get_initial(self) -> dict[str, Any]:
        origin = self.origin
        taken_over = origin is not None and origin.confidentiality != Confidentiality.RESTRICTED
        begun = {"testbed": self.chosen.pk} if self.chosen else {}
        return {**begun, **({"title": origin.title} if origin and taken_over else {})}

    def get_form(self, form_class: Any = None) -> forms.Form:
        """The unit is the testbed’s, so nobody is asked for one."""
        form = super().get_form(form_class)
        form.fields.pop("unit", None)
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Refused as refusal:
            form.add_error("testbed", str(refusal))
            return self.form_invalid(form)

    def begin(self, origin: Case | None, *, unit: Unit | None, **values: Any) -> TestRequest:
        return begin_request(owner=self.person, origin=origin, **values)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "chosen": self.chosen, "open": context["form"].fields["testbed"].queryset.exists()}


class WriteRequest(WriteView):
    """Saves itself, and says what is missing on the page of the case."""

    form_class = TestRequestForm
    template_name = "testbeds/write.html"


class HowPage(TemplateView):
    """How a test comes about: the steps, what is promised, what a request is judged by and the model terms (B4-8). For everyone."""

    template_name = "testbeds/how.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        labels = {part: capfirst(str(Agreement._meta.get_field(part).verbose_name)) for part in MODEL_TERMS}  # type: ignore[union-attr]  # columns
        terms = [{"label": labels[part], "value": text} for part, text in MODEL_TERMS.items()]
        return super().get_context_data(terms=terms, **kwargs)


class ModelFlagList(PersonView, ListView[ModelFlag]):
    """What hosts have said of how tests are paid for, for the coordinators (B44-4)."""

    template_name = "testbeds/model_flags.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not coordinates(self.person):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        return flags()
