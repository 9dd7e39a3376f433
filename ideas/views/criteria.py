"""What a scorecard asks: for everyone who works here to read, and for a coordinator to renew."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ideas.actions.assessing import make_version
from ideas.forms.assessing import LinesFormSet, VersionForm
from ideas.models import CriteriaSet
from ideas.rules import keeps_criteria
from portal.cases.errors import Refused
from portal.cases.views.base import PersonView

LINES = ("key", "name", "text", "name_en", "text_en", "perspective")


class CriteriaPage(PersonView):
    """Every version, the latest first (two queries)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not self.person.is_employee:
            raise PermissionDenied
        context = {
            "versions": CriteriaSet.objects.select_related("made_by").prefetch_related("lines"),
            "in_force": CriteriaSet.objects.in_force(),
            "keeps": keeps_criteria(self.person),
        }
        return render(request, "ideas/criteria.html", context)


class NewVersionPage(PersonView):
    """A copy of the latest version, to change. Nothing changes in the versions that there are."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not keeps_criteria(self.person):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def lines(self) -> list[dict[str, Any]]:
        return list(CriteriaSet.objects.latest("version").lines.values(*LINES))

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(VersionForm(), LinesFormSet(initial=self.lines))

    def post(self, request: HttpRequest) -> HttpResponse:
        form, lines = VersionForm(request.POST), LinesFormSet(request.POST, initial=self.lines)
        if not (form.is_valid() & lines.is_valid()):
            for problem in lines.non_form_errors() or [_("Look at the lines that are marked.")] * (
                not lines.is_valid()
            ):
                form.add_error(None, problem)
            return self.show(form, lines)
        try:
            make_version(lines=lines.kept(), person=self.person, **form.cleaned_data)
        except Refused as answer:
            for reason in answer.verdict.reasons:
                form.add_error(reason.field or None, str(reason))
            return self.show(form, lines)
        messages.success(request, _("The new version is made."))
        return redirect("ideas:criteria")

    def show(self, form: VersionForm, lines: Any) -> HttpResponse:
        return render(self.request, "ideas/criteria_new.html", {"form": form, "lines": lines})
