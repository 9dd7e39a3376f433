"""Pages of the follow-up: the reports, the making of one, and each figure opened into its cases."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import DetailView, FormView, View
from django.views.generic.base import TemplateResponseMixin
from kombu.exceptions import OperationalError

from followup import tasks
from followup.actions import cancel_report, order_report
from followup.drawing import Figures, differences, per_unit, shown
from followup.forms import OrderForm
from followup.models import CONTROLLER, Report
from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.models import Case, Document
from portal.cases.moving import chances
from portal.cases.uploads import attachment_headers
from portal.indicators.registry import Indicator, by_key
from portal.organisation.models import Unit
from portal.organisation.standing import standing_of
from portal.organisation.states import Role
from portal.paper.tables import format_value

PAGE = 50


def reports_open_to(person: Any) -> QuerySet[Report]:
    """Reports the person may read: published ones are everyone's, the rest by role."""
    mine = Report.objects.visible_to(person).values("pk")
    return Report.objects.filter(Q(published_at__isnull=False) | Q(pk__in=mine))


def makes_reports(person: Any) -> bool:
    """Does the person hold the controller's office?"""
    return bool(standing_of(person).units(Role.CONTROLLER))


class ReportList(FormView[OrderForm]):
    """Published reports for everyone; all reports and the ordering of a new one for controllers."""

    template_name = "followup/list.html"
    form_class = OrderForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reports = reports_open_to(self.request.user).select_related("making").order_by("-year", "-edition")
        return super().get_context_data(reports=reports[:100], makes=makes_reports(self.request.user), **kwargs)

    def form_valid(self, form: OrderForm) -> HttpResponse:
        person = self.request.user
        if not isinstance(person, User) or not makes_reports(person):
            raise Http404
        try:
            with transaction.atomic():
                report = order_report(by=person, **form.cleaned_data)
                transaction.on_commit(lambda: _set_going(report))
        except Refused as refused:
            for reason in refused.verdict.reasons:
                form.add_error(reason.field or None, str(reason))
            return self.form_invalid(form)
        return redirect("followup:report", report.pk)


def _set_going(report: Report) -> None:
    """Hand the work to a worker; if the broker is away, ``resume_reports`` finds it later."""
    try:
        tasks.make.delay(report.pk)
    except OperationalError:
        return


class ReportMixin:
    """The report in the address, if the person may read it."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def report(self) -> Report:
        return get_object_or_404(
            reports_open_to(self.request.user).select_related("before", "making"), pk=self.kwargs["pk"]
        )


class ReportPage(ReportMixin, DetailView[Report]):
    """A report: how far its making has come, or its figures for the whole Region and its files."""

    template_name = "followup/report.html"

    def get_object(self, queryset: QuerySet[Report] | None = None) -> Report:
        return self.report

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report = self.report
        return super().get_context_data(
            report=report,
            making=report.making,
            groups=None if report.is_draft else _groups(report),
            differences=[] if report.is_draft else list(differences(report))[:200],
            moves=_moves(report, self.request.user),
            makes=makes_reports(self.request.user),
            crumbs=[{"label": _("Follow-up"), "url": reverse("followup:list")}],
            **kwargs,
        )


def _moves(report: Report, person: Any) -> list[dict[str, Any]]:
    """The moves open to the person, as the component wants them; none for the public."""
    if not isinstance(person, User):
        return []
    return [
        {
            "name": chance.move.name,
            "label": chance.move.label,
            "url": reverse("cases:move", args=[report.key, chance.move.name]),
            "open": bool(chance.verdict),
            "reasons": [str(reason) for reason in chance.verdict.reasons],
            "style": chance.move.style,
        }
        for chance in chances(report, person)
    ]


def _groups(report: Report) -> dict[str, list[dict[str, Any]]]:
    """The Region's figures under their headings."""
    figures = Figures(report)
    groups: dict[str, list[dict[str, Any]]] = {}
    for indicator in figures.indicators:
        row = figures.row(indicator, None)
        groups.setdefault(str(indicator.group), []).append(
            {
                "name": indicator.name,
                "url": reverse("followup:figure", args=[report.pk, indicator.key]),
                "value": shown(indicator, row.value),
                "previous": shown(indicator, row.previous),
                "measure": indicator.measure.label,
                "count": row.count,
            }
        )
    return groups


class ReportProgress(ReportMixin, TemplateResponseMixin, View):
    """The live part of the page while the report is being made."""

    template_name = "followup/progress.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not self.report.making.under_way:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return self.render_to_response({"report": self.report, "making": self.report.making})


class CancelReport(LoginRequiredMixin, View):
    """Stop the making of a report."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = get_object_or_404(Report.objects.visible_to(request.user).filter(CONTROLLER(request.user)), pk=pk)
        try:
            cancel_report(report=report)
            messages.success(request, _("The making of the report is cancelled."))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("followup:report", pk)


class ReportFile(ReportMixin, View):
    """The report as PDF or as a workbook."""

    def get(self, request: HttpRequest, **kwargs: Any) -> FileResponse:
        document: Document | None = {"pdf": self.report.pdf, "xlsx": self.report.xlsx}.get(kwargs["fmt"])
        if document is None:
            raise Http404
        response = FileResponse(document.file.open("rb"))
        for header, value in attachment_headers(document.name, document.content_type).items():
            response[header] = value
        return response


class FigureMixin(ReportMixin):
    """One frozen figure of a report."""

    @cached_property
    def indicator(self) -> Indicator:
        try:
            indicator = by_key(self.kwargs["key"])
        except KeyError as missing:
            raise Http404 from missing
        if not self.report.figures.filter(indicator=indicator.key).exists():
            raise Http404
        return indicator


class FigurePage(FigureMixin, DetailView[Report]):
    """A figure for every unit, with its chart, and the cases behind it that the reader may see."""

    template_name = "followup/figure.html"

    def get_object(self, queryset: QuerySet[Report] | None = None) -> Report:
        return self.report

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report, indicator, figures = self.report, self.indicator, Figures(self.report)
        unit = next((unit for unit in figures.units if str(unit.pk) == self.request.GET.get("enhet", "")), None)
        row = figures.row(indicator, unit)
        table = per_unit(figures, indicator)
        return super().get_context_data(
            report=report,
            indicator=indicator,
            row=row,
            unit=unit,
            value=shown(indicator, row.value),
            previous=shown(indicator, row.previous),
            lines=[
                (
                    figures.units[place],
                    figures.row(indicator, figures.units[place]),
                    [format_value(v, c.kind) for v, c in zip(line[1:], table.columns[1:], strict=True)],
                )
                for place, line in enumerate(table.rows)
            ],
            chart=figures.row(indicator, None),
            crumbs=[
                {"label": _("Follow-up"), "url": reverse("followup:list")},
                {
                    "label": f"{report.year}, {_('version')} {report.edition}",
                    "url": reverse("followup:report", args=[report.pk]),
                },
            ],
            **self._cases(indicator, unit),
            **kwargs,
        )

    def _cases(self, indicator: Indicator, unit: Unit | None) -> dict[str, Any]:
        """The cases frozen behind the figure that the reader may see: newest first, a page at a time."""
        rows = self.report.figures.filter(indicator=indicator.key, unit__isnull=False)
        ids = [
            pk for cases in (rows.filter(unit=unit) if unit else rows).values_list("cases", flat=True) for pk in cases
        ]
        before = int(self.request.GET.get("fore", "0") or 0) if self.request.GET.get("fore", "0").isdigit() else 0
        seen = Case.objects.visible_to(self.request.user).filter(pk__in=ids).select_related("unit").order_by("-pk")
        page = list((seen.filter(pk__lt=before) if before else seen)[: PAGE + 1])
        return {"behind": page[:PAGE], "more": page[PAGE - 1].pk if len(page) > PAGE else None, "counted": len(ids)}


class FigureChart(FigureMixin, View):
    """The chart of a figure, drawn when the report was made."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        row = get_object_or_404(self.report.figures, indicator=self.indicator.key, unit=None)
        if not row.chart:
            raise Http404
        response = HttpResponse(
            row.chart, content_type="image/svg+xml", headers={"Content-Security-Policy": "sandbox; default-src 'none'"}
        )
        patch_cache_control(response, private=True, max_age=3600)
        return response
