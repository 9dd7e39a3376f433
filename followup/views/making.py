"""Ordering a report, and the live progress of its making."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.generic import FormView

from followup import tasks
from followup.actions import cancel_report, order_report
from followup.forms import OrderForm
from followup.queries import makes_reports, reports_open_to
from followup.views.base import OfReport, address_of
from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.celery import start_after_commit

SHOWN = 100


class ReportList(FormView[OrderForm]):
    """Published reports for everyone; all reports, and the ordering of a new one, for controllers."""

    template_name = "followup/list.html"
    form_class = OrderForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reports = reports_open_to(self.request.user).select_related("making").order_by("-year", "-edition")
        return super().get_context_data(reports=reports[:SHOWN], makes=makes_reports(self.request.user), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not makes_reports(request.user):
            raise PermissionDenied
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: OrderForm) -> HttpResponse:
        try:
            with transaction.atomic():
                report = order_report(by=cast(User, self.request.user), **form.cleaned_data)
                start_after_commit(tasks.make, report.pk)
        except Refused as refused:
            for reason in refused.verdict.reasons:
                form.add_error(reason.field or None, str(reason))
            return self.form_invalid(form)
        return redirect(address_of(report))


class ReportProgress(OfReport):
    """How far the making has come: a piece of the page, fetched again and again until the page itself has something new to show."""

    frozen = False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not (self.report.is_draft and self.report.making.under_way):
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "followup/progress.html", {"report": self.report, "making": self.report.making})


class CancelReport(LoginRequiredMixin, OfReport):
    """Stops the making of a report."""

    http_method_names = ("post",)
    frozen = False

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        report = self.report
        if not makes_reports(request.user):
            raise PermissionDenied
        try:
            cancel_report(report=report)
            messages.success(request, _("The making of the report is cancelled."))
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(address_of(report))
