"""The register of external grants: employees read it, fund officers and coordinators write it (B61-7)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import DetailView
from django_filters.views import FilterView

from fund.actions.outside import accept_external, check_external, plan_report, save_external, settle_report
from fund.filters import ExternalFilter
from fund.forms.outside import CheckForm, ExternalForm, ReportingDateForm
from fund.lawful import keeps_external
from fund.models import ExternalGrant, ReportingDate
from fund.results import changes_of, external_sums, reports_due
from portal.cases.errors import Refused
from portal.cases.queries.listing import CappedPaginator
from portal.cases.views.base import PersonView
from portal.pages.views import Crumb

PAGE = 20


def crumbs(grant: ExternalGrant | None = None) -> list[Crumb]:
    register = [
        Crumb(_("The Innovation Fund"), reverse("fund:list")),
        Crumb(_("External grants"), reverse("fund:external")),
    ]
    return [*register, Crumb(str(grant), grant.get_absolute_url())] if grant else register


class RegisterView(PersonView):
    """A page of the register; for those who write in it where it ``writes``."""

    writes = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not self.allowed():
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def allowed(self) -> bool:
        return keeps_external(self.person) if self.writes else self.person.is_employee


class ExternalList(RegisterView, FilterView):
    """What is due soon, what is held, and every grant, the latest first, filtered by what stands in the address. Four queries besides
    sign-in, and one for the filter's units when they are not kept."""

    filterset_class = ExternalFilter
    strict = False

    template_name = "fund/outside/list.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def get_queryset(self) -> Any:
        return ExternalGrant.objects.standing().select_related("unit").order_by("-pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due, sums, keeps = list(reports_due()), external_sums(), keeps_external(self.person)
        told: dict[str, Any] = super().get_context_data(due=due, sums=sums, keeps=keeps, crumbs=crumbs()[:1], **kwargs)
        query = self.request.GET.copy()
        query.pop("page", None)
        return {**told, "query": f"{query.urlencode()}&" if query else ""}


class ExternalPage(RegisterView, DetailView[ExternalGrant]):
    """One grant: its terms, whether it may be taken, its reporting dates, and how it came to be so. Three queries besides sign-in."""

    template_name = "fund/outside/page.html"
    context_object_name = "grant"

    def get_queryset(self) -> Any:
        return ExternalGrant.objects.select_related("unit", "case", "keeper", "checked_by", "accepted_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        grant = self.object
        return super().get_context_data(
            keeps=keeps_external(self.person),
            dates=list(grant.dates.select_related("settled_by")),
            changes=changes_of(grant),
            crumbs=crumbs(),
            **kwargs,
        )


class RegisterForm(RegisterView):
    """A form of the register: shown, and done when it is valid."""

    writes = True
    title: str | Promise
    help: str | Promise = ""

    @cached_property
    def grant(self) -> ExternalGrant:
        """The grant that the address names, or a new one."""
        return get_object_or_404(ExternalGrant, pk=self.kwargs["pk"]) if self.kwargs else ExternalGrant()

    def make_form(self, data: Any = None) -> Any:
        raise NotImplementedError

    def carry_out(self, form: Any) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(self.make_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.show(form)
        self.carry_out(form)
        messages.success(request, _("Saved."))
        return redirect(self.grant.get_absolute_url())

    def show(self, form: Any) -> HttpResponse:
        known = self.grant if self.grant.pk else None
        context = {
            "form": form,
            "title": self.title,
            "help": self.help,
            "crumbs": crumbs(known),
            "back": crumbs(known)[-1].url,
        }
        return render(self.request, "fund/outside/write.html", context)


class WriteExternal(RegisterForm):
    title = gettext_lazy("External grant")
    help = gettext_lazy(
        "All employees read the register. If you change the financier, the amounts or the terms, the legality check is made anew."
    )

    def make_form(self, data: Any = None) -> ExternalForm:
        begun = {} if self.grant.pk else {"unit": self.person.unit_id}
        return ExternalForm(data, instance=self.grant, person=self.person, initial=begun)

    def carry_out(self, form: ExternalForm) -> None:
        self.grant = save_external(row=self.grant, values=form.values(), person=self.person)


class CheckExternal(RegisterForm):
    title = gettext_lazy("Legality check")
    help = gettext_lazy(
        "The money counts as accepted only when somebody has found that it may be taken. Your name is kept with what you write."
    )

    def make_form(self, data: Any = None) -> CheckForm:
        return CheckForm(data, grant=self.grant)

    def carry_out(self, form: CheckForm) -> None:
        found = form.cleaned_data
        check_external(grant=self.grant, lawful=found["lawful"], finding=found["finding"], person=self.person)


class PlanReport(RegisterForm):
    title = gettext_lazy("Add a reporting date")
    help = gettext_lazy(
        "Those who handle the case are reminded 30 and 7 days before, and on the day. "
        "Without a case whoever answers for the money is."
    )

    def make_form(self, data: Any = None) -> ReportingDateForm:
        return ReportingDateForm(data, instance=ReportingDate(grant=self.grant))

    def carry_out(self, form: ReportingDateForm) -> None:
        plan_report(grant=self.grant, **form.cleaned_data)


class AcceptExternal(RegisterView):
    writes = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        grant = get_object_or_404(ExternalGrant, pk=pk)
        try:
            accept_external(grant=grant, person=self.person)
        except Refused as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("The money is accepted."))
        return redirect(grant.get_absolute_url())


class SettleReport(RegisterView):
    """``sent`` says that the report was sent; without it the date was wrong."""

    writes = True
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = get_object_or_404(ReportingDate.objects.select_related("grant"), pk=pk)
        settle_report(row=row, sent="sent" in request.POST, person=self.person)
        messages.success(request, _("Saved."))
        return redirect(row.grant.get_absolute_url())
