"""Pages for those who report a barrier."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView, View

from portal.cases.actions.receipts import code_for
from portal.cases.forms.receipt import ReceiptForm
from portal.cases.models import Case
from portal.cases.views.receipts import FollowView
from portal.pages.barriers.actions import report_barrier
from portal.pages.barriers.forms import BarrierForm
from portal.pages.barriers.models import Barrier
from portal.pages.barriers.rules import is_flooded

CRUMBS = [{"label": gettext_lazy("Accessibility statement"), "url": reverse_lazy("pages:accessibility")}]
RECEIPT = "barrier_receipt"
"""Key of the session: the report just sent."""


class ReportBarrierView(FormView[BarrierForm]):
    """The form. When something stands in the way, it comes back with a sentence and with everything that was written."""

    form_class = BarrierForm
    template_name = "pages/barrier_form.html"
    extra_context = {"crumbs": CRUMBS}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"initial": {"place": self.request.GET.get("sida", "")[:200]}}

    def form_valid(self, form: BarrierForm) -> HttpResponse:
        if is_flooded():
            form.add_error(
                None,
                _(
                    "Many reports have come in during the last hour. What you have written is still here. "
                    "Wait a while and send it again."
                ),
            )
            response = self.form_invalid(form)
            response.status_code = 429
            return response
        values = {name: form.cleaned_data[name] for name in form.Meta.fields}
        case, _code = report_barrier(person=self.request.user, values=values, email=form.cleaned_data["email"])
        self.request.session[RECEIPT] = case.pk
        return redirect("pages:barrier_receipt")


class BarrierReceiptView(TemplateView):
    """Number and code, for as long as the browser that sent the report stays open and is not told to forget."""

    template_name = "pages/barrier_receipt.html"
    extra_context = {"crumbs": CRUMBS}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sent = Barrier.objects.filter(pk=request.session.get(RECEIPT, 0)).first()
        if sent is None:
            return redirect("pages:barrier_follow")
        code = "" if sent.owner_id else code_for(sent.pk)
        response = self.render_to_response(self.get_context_data(case=sent, code=code, **kwargs))
        response["Cache-Control"] = "no-store"
        return response


class ForgetBarrierView(View):
    """Leave nothing behind on a computer that others use."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        request.session.pop(RECEIPT, None)
        messages.success(
            request, _("This computer no longer shows your report. With number and code you can come back.")
        )
        return redirect("pages:barrier_follow")


class FollowBarrierView(FollowView):
    """With number and code: how far it has come, and the answer."""

    template_name = "pages/barrier_follow.html"
    extra_context = {"crumbs": CRUMBS}

    def found(self, form: ReceiptForm, case: Case) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form, **followed(case)))


def followed(case: Case) -> dict[str, Any]:
    """What an author without an account sees of the case: never what is internal. One query."""
    flow = case.kind_info.flow
    here = next(number for number, step in enumerate(flow.trail) if case.state in step.states)
    status = ("done", "current", "todo")
    trail = [
        {"label": step.label, "status": status[(number >= here) + (number > here)]}
        for number, step in enumerate(flow.trail)
    ]
    timeline = [
        {"when": event.at, "who": "", "what": flow.moves[event.move].past, "text": event.note, "internal": False}
        for event in case.events.filter(internal=False, move__in=flow.moves).order_by("-number")
    ]
    return {"case": case, "trail": trail, "timeline": timeline}
