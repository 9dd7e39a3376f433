"""Pages for those who report a barrier."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy
from django.views.generic import FormView, TemplateView

from portal.cases.forms.receipt import ReceiptForm
from portal.cases.models import Case
from portal.cases.views.receipts import FollowView
from portal.pages.barriers.actions import report_barrier
from portal.pages.barriers.forms import BarrierForm
from portal.pages.barriers.rules import is_flooded

CRUMBS = [{"label": gettext_lazy("Accessibility statement"), "url": reverse_lazy("pages:accessibility")}]
RECEIPT = "barrier_receipt"


class ReportBarrierView(FormView[BarrierForm]):
    """The form. A machine gets the same receipt page as a person, without a receipt."""

    form_class = BarrierForm
    template_name = "pages/barrier_form.html"
    extra_context = {"crumbs": CRUMBS}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_flooded():
            return render(request, "429.html", status=429)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"initial": {"place": self.request.GET.get("sida", "")[:200]}}

    def form_valid(self, form: BarrierForm) -> HttpResponse:
        if not form.is_from_a_machine:
            values = {name: form.cleaned_data[name] for name in form.Meta.fields}
            case, code = report_barrier(person=self.request.user, values=values, email=form.cleaned_data["email"])
            self.request.session[RECEIPT] = {"reference": case.reference, "code": code}
        return redirect("pages:barrier_receipt")


class BarrierReceiptView(TemplateView):
    """The number and, once, the code."""

    template_name = "pages/barrier_receipt.html"
    extra_context = {"crumbs": CRUMBS}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(receipt=self.request.session.pop(RECEIPT, None), **kwargs)


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
