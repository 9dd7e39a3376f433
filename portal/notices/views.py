"""What has been told to the person who is signed in."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views import View
from django.views.generic import ListView

from portal.accounts.models import User
from portal.cases.models import Case
from portal.notices.actions import mark_read, set_delivery
from portal.notices.forms import DeliveryForm, ReadForm
from portal.notices.models import Notice
from portal.notices.queries import notices_of, unreachable, unread_of
from portal.notices.states import BLIND
from portal.notices.words import address_of, name_of, short


class Row(NamedTuple):
    """A notice as the page shows it. Of a case that the person may not see there is only the number, and no link."""

    notice: Notice
    what: str
    name: str
    url: str


class NoticesView(LoginRequiredMixin, ListView[Notice]):
    """Newest first; ``?unread=1`` leaves out what has been read. Eight queries."""

    template_name = "notices/list.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Notice]:
        chosen = unread_of if self.only_unread else notices_of
        return chosen(self.request.user).select_related("case", "event")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        person = _person(self.request)
        return context | {
            "rows": rows_for(context["object_list"], person),
            "only_unread": self.only_unread,
            "query": "unread=1&" if self.only_unread else "",
            "delivery": DeliveryForm(instance=person),
            "unreachable": unreachable(person),
        }

    @property
    def only_unread(self) -> bool:
        return self.request.GET.get("unread") == "1"


def rows_for(notices: Iterable[Notice], person: User) -> list[Row]:
    """One query, and one for the person's standing."""
    notices = list(notices)
    cases = Case.objects.visible_to(person).filter(pk__in={notice.case_id for notice in notices})
    seen = set(cases.values_list("pk", flat=True))
    return [_row(notice, visible=notice.case_id in seen) for notice in notices]


def _row(notice: Notice, *, visible: bool) -> Row:
    case = notice.case
    if visible:
        return Row(notice, short(notice), name_of(case), address_of([notice]))
    what = short(notice, sealed=True) if notice.topic in BLIND else _("You can no longer open this case")
    return Row(notice, what, name_of(case, sealed=True), "")


class ReadView(LoginRequiredMixin, View):
    """Marks as read and goes back to the list; the case page asks by script and wants nothing back."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ReadForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        mark_read(person=_person(request), notice_id=form.cleaned_data["notice"], case_id=form.cleaned_data["case"])
        return HttpResponse(status=204) if request.headers.get("HX-Request") else redirect("notices:list")


class DeliveryView(LoginRequiredMixin, View):
    """Keeps the choice of e-mail."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        form = DeliveryForm(request.POST, instance=_person(request))
        if not form.is_valid():
            return HttpResponseBadRequest()
        set_delivery(person=_person(request), delivery=form.cleaned_data["delivery"])
        messages.success(request, _("Your choice of e-mail is saved."))
        return redirect("notices:list")


def _person(request: HttpRequest) -> User:
    """LoginRequiredMixin has let a person in."""
    if not isinstance(request.user, User):
        raise TypeError("Nobody is signed in.")
    return request.user
