"""Pages of calls: all of them, one as applicants read it, beginning one and writing it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import cached_property
from django.views.generic import ListView

from fund.actions.calling import begin_call
from fund.forms.writing import CallDraftForm
from fund.models import Call
from fund.queries import calls_for
from fund.rules import runs_fund
from portal.cases.models import Case
from portal.cases.queries.listing import CappedPaginator
from portal.cases.views.base import PersonView
from portal.cases.views.writing import BeginView, WriteView
from portal.organisation.models import Unit

PAGE = 20


class CallList(PersonView, ListView[Call]):
    """Every call that the person may see, those that are open first. Three queries besides sign-in."""

    template_name = "fund/list.html"
    paginate_by = PAGE
    paginator_class = CappedPaginator

    def get_queryset(self) -> Any:
        return calls_for(self.person).exclude(opened_at=None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(runs=runs_fund(self.person), **kwargs)


class BeginCall(BeginView):
    """For fund officers. With ``?like=<id>`` everything but the times is taken over from an earlier call."""

    model = Call

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not runs_fund(self.person):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def like(self) -> Call | None:
        key = self.request.GET.get("like", "")
        return Call.objects.visible_to(self.person).filter(pk=key).first() if key.isdecimal() else None

    def begin(self, origin: Case | None, *, unit: Unit, **values: Any) -> Call:
        return begin_call(owner=self.person, unit=unit, like=self.like, **values)


class WriteCall(WriteView):
    form_class = CallDraftForm
