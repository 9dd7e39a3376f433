"""The needs bank: needs, and the activities in which they were found. Employees read it, innovation leads and coordinators write."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, FormView
from django_filters.views import FilterView

from ideas.actions.banking import save_row
from ideas.filters import GatheringFilter, NeedFilter
from ideas.forms.banking import GatheringForm, NeedForm
from ideas.models import Challenge, Gathering, Need
from ideas.rules import gathers, gathers_for
from portal.cases.lines import CaseList
from portal.cases.queries.listing import CappedPaginator, for_list
from portal.cases.views.base import PersonView

Crumbs = list[dict[str, Any]]
BANK: Crumbs = [{"label": _("The needs bank"), "url": "/behov/"}]
GATHERINGS: Crumbs = [*BANK, {"label": _("Need-gathering activities"), "url": "/behov/insamlingar/"}]
PAGE = 20


class EmployeeView(PersonView):
    """A page for those who work in the Region."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def allowed(self) -> bool:
        return self.person.is_employee


class BankList(EmployeeView, FilterView):
    """A list whose filters live in the address."""

    paginate_by = PAGE
    paginator_class = CappedPaginator
    strict = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = self.request.GET.copy()
        query.pop("page", None)
        kept = f"{query.urlencode()}&" if query else ""
        context: dict[str, Any] = super().get_context_data(query=kept, gathers=gathers(self.person), **kwargs)
        return context


class RowPage(EmployeeView, DetailView[Any]):
    """One row, with what its reader may do."""

    context_object_name = "row"


class WriteRow(EmployeeView, FormView[Any]):
    """A form over a row, new or old."""

    template_name = "ideas/bank/write.html"
    model: ClassVar[type[Any]]
    title: ClassVar[str | Promise]
    help: ClassVar[str | Promise] = ""
    crumbs: ClassVar[Crumbs]

    @cached_property
    def row(self) -> Any:
        """The row that the address names, or a new one."""
        return get_object_or_404(self.model, pk=self.kwargs["pk"]) if self.kwargs else self.model()

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "instance": self.row}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.title, help=self.help, crumbs=self.crumbs, back=self.back_to(), **kwargs
        )

    def back_to(self) -> str:
        return str(self.row.get_absolute_url() if self.row.pk else self.crumbs[-1]["url"])

    def form_valid(self, form: Any) -> HttpResponse:
        self.row = save_row(row=self.row, values=form.cleaned_data, person=self.person)
        messages.success(self.request, str(_("Saved.")))
        return redirect(self.row.get_absolute_url())


class WriteInBank(WriteRow):
    """For a unit that the person writes for."""

    def allowed(self) -> bool:
        return gathers(self.person) and (self.row.pk is None or self.row.unit in self.units)

    @cached_property
    def units(self) -> Any:
        return gathers_for(self.person)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "units": self.units}

    def get_initial(self) -> dict[str, Any]:
        return {} if self.row.pk else {"unit": self.person.unit_id, **self.begun_with()}

    def begun_with(self) -> dict[str, Any]:
        """What is known of a new row."""
        return {}


# ── Needs ────────────────────────────────────────────────────────────────────────────────────────────────────────────


class NeedList(BankList):
    template_name = "ideas/bank/needs.html"
    filterset_class = NeedFilter

    def get_queryset(self) -> "QuerySet[Need]":
        return Need.objects.select_related("unit").order_by("-pk")


class NeedPage(RowPage):
    """One need, and the challenges that it has become, as far as the person sees them."""

    template_name = "ideas/bank/need.html"

    def get_queryset(self) -> "QuerySet[Need]":
        return Need.objects.select_related("unit", "gathering", "written_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seen = Challenge.objects.visible_to(self.person).filter(need=self.object)
        return super().get_context_data(
            crumbs=BANK,
            gathers=gathers(self.person),
            writes=self.object.unit in gathers_for(self.person),
            challenges=CaseList(list(for_list(seen).order_by("-pk")[:PAGE])),
            **kwargs,
        )


class WriteNeed(WriteInBank):
    """``?insamling=<id>`` says in which activity it was found."""

    model, form_class = Need, NeedForm
    title = _("A need")
    help = _("A need says who is to be able to do what. The solution comes later, from those who answer.")
    crumbs = BANK

    def begun_with(self) -> dict[str, Any]:
        asked = self.request.GET.get("insamling", "")
        if not asked.isdecimal():
            return {}
        found = get_object_or_404(Gathering, pk=int(asked))
        return {"gathering": found.pk, "unit": found.unit_id, "groups": found.groups}


# ── Activities ───────────────────────────────────────────────────────────────────────────────────────────────────────


class GatheringList(BankList):
    template_name = "ideas/bank/gatherings.html"
    filterset_class = GatheringFilter

    def get_queryset(self) -> "QuerySet[Gathering]":
        return Gathering.objects.select_related("unit").order_by("-held_on", "-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(crumbs=BANK, **kwargs)


class GatheringPage(RowPage):
    """One activity, and the needs that were found in it."""

    template_name = "ideas/bank/gathering.html"

    def get_queryset(self) -> "QuerySet[Gathering]":
        return Gathering.objects.select_related("unit", "written_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            crumbs=GATHERINGS,
            gathers=gathers(self.person),
            writes=self.object.unit in gathers_for(self.person),
            needs=self.object.needs.order_by("pk")[:200],
            **kwargs,
        )


class WriteGathering(WriteInBank):
    model, form_class = Gathering, GatheringForm
    title = _("A need-gathering activity")
    help = _("What you have done to find out what people need, before anyone has asked for anything.")
    crumbs = GATHERINGS
