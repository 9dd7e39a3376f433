"""What every page of one case does first."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import View

from portal.accounts.models import User
from portal.cases.actions.access import log_access
from portal.cases.errors import NotVisible, NotYours, Refused
from portal.cases.queries.finding import asked_by, read_case
from portal.cases.rules import Part, whos_of_page
from portal.cases.verdicts import Verdict
from portal.cases.views.page import case_page

CONFLICT = 409


class PersonView(LoginRequiredMixin, View):
    """A page for someone who is signed in."""

    @cached_property
    def person(self) -> User:
        return cast(User, self.request.user)

    def require(self, allowed: bool) -> None:
        """Raise PermissionDenied unless allowed."""
        if not allowed:
            raise PermissionDenied


class CaseView(PersonView):
    """A page of one case that the person may see: 404 otherwise, 403 for what is another's, 409 with a sentence for what cannot be now.

    ``held`` says which of the page's Whos the person belongs to; ``part`` what they may do. Two queries.
    """

    case: Any
    held: Mapping[str, bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        try:
            self.case, self.held = self.read()
            if request.method == "GET" and kwargs.get("key", self.case.key) != self.case.key:
                return self.to_right_address()
            answer = super().dispatch(request, *args, **kwargs)
        except NotVisible:
            raise Http404 from None
        except NotYours as problem:
            raise PermissionDenied(str(problem)) from None
        except Refused as problem:
            answer = self.refused(problem.verdict)
        log_access(case=self.case, person=self.person, what=self.name, document=self.document)
        return answer

    def read(self) -> tuple[Any, Mapping[str, bool]]:
        """The case, and to which Whos the person belongs on it. Raises NotVisible."""
        return read_case(self.asked_for(), self.person, whos_of_page)

    @property
    def name(self) -> str:
        """The page's name in the table of addresses."""
        match = self.request.resolver_match
        return match.url_name or "case" if match else "case"

    @property
    def document(self) -> int | None:
        """Which of the case's documents the page is about."""
        return None

    @cached_property
    def part(self) -> Part:
        return Part.of(self.case, self.held)

    def asked_for(self) -> dict[str, Any]:
        """The columns that tell which case."""
        return asked_by(self.kwargs["key"])

    def to_right_address(self) -> HttpResponse:
        """The same page under the case's one address, so that a number written in any dress leads right."""
        return HttpResponseRedirect(reverse(f"cases:{self.name}", kwargs={**self.kwargs, "key": self.case.key}))

    def refused(self, verdict: Verdict) -> HttpResponse:
        """The case as it is now, with the sentence that says why not."""
        case, held = read_case({"pk": self.case.pk}, self.person, whos_of_page)
        page = case_page(case, self.person, held)
        return render(self.request, "cases/case.html", {**page, "refusal": verdict.reasons}, status=CONFLICT)
