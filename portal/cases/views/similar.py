"""Cases like the one that somebody is writing."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.comparing import join_case, say_not_same
from portal.cases.kinds import Join
from portal.cases.models import Case
from portal.cases.queries.finding import find_case, whos_held
from portal.cases.queries.similar import Similar, similar_cases
from portal.cases.rules import in_writing
from portal.cases.text import clean_text
from portal.cases.views.base import CaseView
from portal.cases.who import AUTHOR

MOST_READ = 5000
"""Characters of what is written that are compared."""


class OfWriting(CaseView):
    """For those who write the case, as long as it is theirs to write. Asked for often, so no more is read of the case."""

    def read(self) -> tuple[Any, Mapping[str, bool]]:
        case = find_case(self.kwargs["key"], self.person)
        return case, whos_held(case, self.person, (AUTHOR,))

    def allowed(self) -> None:
        self.require(self.held.get(AUTHOR.key, False) and bool(in_writing(self.case)) and self.case.kind_info.compared)


class SimilarPage(OfWriting):
    """As a page, what is like the text that is saved; as a part of the page that writes, what is like the text as it stands there.

    ``?part=title`` compares the title alone.
    """

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        self.allowed()
        return self.show(self.written(vars(self.case.as_kind())), "cases/similar.html")

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        self.allowed()
        return self.show(self.written(request.POST), "cases/parts/similar.html")

    def written(self, values: Any) -> str:
        names = () if self.request.GET.get("part") == "title" else self.case.kind_info.model.searches
        texts = (clean_text(str(values.get(name) or "")).replace("\0", "") for name in ("title", *names))
        return "\n".join(texts)[:MOST_READ]

    def show(self, text: str, template: str) -> HttpResponse:
        found = similar_cases(text, self.person, draft=self.case)
        context = {"case": self.case, "kind": self.case.kind_info, "items": offered(found, self.person, self.case)}
        return render(self.request, template, context)


class SimilarAnswer(OfWriting):
    """What the writer says of one of them: ``same`` joins it, ``other`` is remembered."""

    http_method_names = ["post"]  # as Django declares it

    def post(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        self.allowed()
        other = get_object_or_404(Case.objects.visible_to(self.person).filter(opened_at__isnull=False), pk=pk)
        if request.POST.get("answer") == "same":
            return self.join(other)
        say_not_same(draft=self.case, case=other, person=self.person)
        if request.headers.get("HX-Request"):
            return render(request, "cases/parts/not_same.html", {"other": other})
        return redirect("cases:similar", key=self.case.key)

    def join(self, other: Case) -> HttpResponse:
        join_case(case=other, draft=self.case, person=self.person)
        joined, kind = other.kind_info.join, self.case.kind_info
        if joined is not None:
            messages.success(self.request, str(joined.done))
        return redirect(kind.write_url, self.case.pk) if joined and joined.goes_on else redirect(other)


def offered(found: list[Similar], person: User, draft: Case) -> list[dict[str, Any]]:
    """Each with the address of its public story, if it has one, and how the person may join it, if they may. One query for each kind
    that tells stories, and for each that some drafts cannot join."""
    stories: dict[int, str] = {}
    joins: dict[int, Join] = {}
    for kind in kinds.all_kinds():
        of_kind = [one for one in found if one.case.kind == kind.key]
        if of_kind:
            stories |= kind.stories([one.case.pk for one in of_kind])
        if kind.join and (others := [one.case.pk for one in of_kind if one.written_by != person.pk]):
            joins |= dict.fromkeys(kind.join.fits(others, draft), kind.join)
    return [
        {
            "found": one,
            "story": stories.get(one.case.pk, ""),
            "join": joins.get(one.case.pk),
        }
        for one in found
    ]
