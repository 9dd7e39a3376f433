"""What every page of one report does first."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from followup.models import Report
from followup.queries import Snapshot, reports_open_to


class OfReport(View):
    """The report in the address, if the person may read it: 404 otherwise. A page of what is ``frozen`` is not there for a draft."""

    frozen = True

    @cached_property
    def report(self) -> Report:
        reports = reports_open_to(self.request.user).select_related("before", "pdf", "xlsx", "making")
        if self.frozen:
            reports = reports.filter(opened_at__isnull=False)
        return get_object_or_404(reports, year=self.kwargs["year"], edition=self.kwargs["edition"])

    @cached_property
    def snapshot(self) -> Snapshot:
        """Whoever may read a report before it is published looks it through."""
        return Snapshot(self.report, self.request.user, reviewed=self.report.published_at is None)


class ReportTemplate(OfReport, TemplateView):
    """A page of a report. ``crumbs`` are the pages above it."""

    def crumbs(self) -> list[dict[str, str]]:
        return crumbs_to()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        year_before = self.report.year - 1
        return super().get_context_data(report=self.report, year_before=year_before, crumbs=self.crumbs(), **kwargs)


def crumbs_to(report: Report | None = None) -> list[dict[str, str]]:
    """The way to a report, or to the list of them."""
    crumbs = [{"label": _("Follow-up"), "url": reverse("followup:list")}]
    return [*crumbs, {"label": name_of(report), "url": address_of(report)}] if report else crumbs


def name_of(report: Report) -> str:
    return _("%(year)s, version %(edition)s") % {"year": report.year, "edition": report.edition}


def address_of(report: Report, page: str = "report", *more: object) -> str:
    return reverse(f"followup:{page}", args=[report.year, report.edition, *more])
