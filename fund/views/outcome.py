"""What has come of the calls: the published list, who is named in it, and what is taken out for the fund and for the auditor."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import ListView

from fund.actions.naming import consent_to_name, withdraw_name
from fund.models import RUNS, Application, Call
from fund.results import came_of, granted_openly, has_grant
from fund.taking_out import dossier_pdf
from fund.workbook import call_sheets
from portal.cases.actions.history import note_export
from portal.cases.queries.listing import CappedPaginator
from portal.cases.views.base import CaseView
from portal.cases.views.files import book_file
from portal.cases.who import AUTHOR

PAGE = 20


class GrantedList(ListView[Application]):
    """Projects that have got money, for everyone on the internet to read. Five queries."""

    template_name = "fund/outcome/granted.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def get_queryset(self) -> Any:
        year = self.request.GET.get("ar", "")
        rows = granted_openly()
        return rows.filter(call__year=int(year)) if year.isdecimal() and len(year) == 4 else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year = self.request.GET.get("ar", "")
        every, shown = granted_openly().prefetch_related(None).order_by(), self.get_queryset()
        context = super().get_context_data(
            years=[str(one) for one in every.order_by("-call__year").values_list("call__year", flat=True).distinct()],
            year=year,
            query=f"ar={year}&" if year.isdecimal() else "",
            total=shown.order_by().aggregate(sum=Sum("account__granted"))["sum"] or 0,
            **kwargs,
        )
        for project in context["page_obj"]:
            project.came_of = came_of(project)
        return context


class NamePage(CaseView):
    """Who wrote a granted application says that their name may be shown, or takes it back. Posted from the page of the case."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        self.require(self.held[AUTHOR.key] and isinstance(self.case, Application) and has_grant(self.case))
        if "consent" in request.POST:
            consent_to_name(application=self.case, person=self.person)
            messages.success(request, _("Your name is shown in the list of granted projects."))
        else:
            withdraw_name(application=self.case, person=self.person)
            messages.success(request, _("Your name is not shown any more."))
        return redirect(self.case.get_absolute_url())


class DossierFile(CaseView):
    """An application as one PDF for the auditor. Taking it out is an event of the case, so it is posted."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        self.require(self.part.exports and isinstance(self.case, Application))
        note_export(case=self.case, person=self.person)
        return HttpResponse(
            dossier_pdf(self.case, self.part),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{self.case.key}.pdf"', "Cache-Control": "no-store"},
        )


class CallBook(CaseView):
    """Everything of a call as a spreadsheet, for the fund officer. Taking it out is an event of the call, so it is posted."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, key: str) -> FileResponse:
        self.require(isinstance(self.case, Call) and self.held[RUNS.key])
        note_export(case=self.case, person=self.person)
        return book_file(f"{self.case.reference} {self.case.title}", call_sheets(self.case, self.person))
