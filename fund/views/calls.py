"""Pages of calls: all of them, one as applicants read it, beginning one and writing it."""

from itertools import groupby
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.views.generic import ListView

from fund.actions.calling import begin_call
from fund.errands import to_read
from fund.forms.calling import BeginCallForm
from fund.forms.writing import CallDraftForm
from fund.models import Call
from fund.queries import RANKS, beside, calls_for
from fund.rules.calls import runs_fund
from portal.cases.models import Case
from portal.cases.queries.listing import CappedPaginator
from portal.cases.views.base import PersonView
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit

PAGE = 20


class CallList(PersonView, ListView[Call]):
    """Every call that the person may see: one's drafts, the open ones, the first to close on top, those to come, and earlier ones.

    Five queries besides what every page asks; one more for a fund officer.
    """

    template_name = "fund/list.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def get_queryset(self) -> Any:
        return calls_for(self.person)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context, runs = super().get_context_data(**kwargs), runs_fund(self.person)
        rows = beside(context["page_obj"].object_list, self.person, counted=runs)
        parts = [(RANKS[rank], list(part)) for rank, part in groupby(rows, key=lambda row: row["call"].rank)]
        return {**context, "runs": runs, "parts": parts, "errands": to_read(self.person)}


class BeginCall(BeginView):
    """For fund officers. With ``?like=<id>`` everything but the times is taken over from an earlier call."""

    model = Call
    form_class = BeginCallForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not runs_fund(self.person):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"like": self.request.GET.get("like")}

    def get_form(self, form_class: Any = None) -> forms.Form:
        form = super().get_form(form_class)
        field: Any = form.fields["like"]
        field.queryset = Call.objects.visible_to(self.person).order_by("-closes_at", "-pk")
        return form

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Call:
        return begin_call(owner=self.person, unit=unit, **values)


class WriteCall(WriteView):
    form_class = CallDraftForm
