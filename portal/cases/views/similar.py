"""Cases like the one that somebody is writing."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.comparing import join_case, say_not_same, take_back_not_same
from portal.cases.models import Case
from portal.cases.queries.finding import find_case, whos_held
from portal.cases.queries.similar import Published, Similar, called_unlike, similar_for
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

    @property
    def of_title(self) -> bool:
        return self.request.GET.get("part") == "title"

    def written(self, values: Any) -> str:
        names = () if self.of_title else self.case.kind_info.model.searches
        texts = (clean_text(str(values.get(name) or "")).replace("\0", "") for name in ("title", *names))
        return "\n".join(texts)[:MOST_READ]

    def show(self, text: str, template: str) -> HttpResponse:
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "items": offered(similar_for(self.case, text, self.person), self.person, self.case),
            "unlike": () if self.of_title else called_unlike(self.case, self.person),
            "label": _("Cases with a similar title") if self.of_title else _("Similar cases"),
        }
        return render(self.request, template, context)


class SimilarAnswer(OfWriting):
    """What the writer says of one of them: ``same`` does what its kind offers, such as joining it, ``other`` is remembered, and
    ``again`` takes that back."""

    http_method_names = ["post"]  # as Django declares it

    def post(self, request: HttpRequest, key: str, pk: int) -> HttpResponse:
        self.allowed()
        other = get_object_or_404(Case.objects.visible_to(self.person).filter(opened_at__isnull=False), pk=pk)
        if request.POST.get("answer") == "same":
            joined = join_case(case=other, draft=self.case, person=self.person)
            messages.success(request, str(joined.done))
            return redirect(self.case.kind_info.write_url, self.case.pk) if joined.stays else redirect(other)
        again = request.POST.get("answer") == "again"
        if again:
            take_back_not_same(draft=self.case, case=other)
        else:
            say_not_same(draft=self.case, case=other, person=self.person)
        if request.headers.get("HX-Request"):
            return render(request, "cases/parts/not_same.html", {"case": self.case, "other": other, "again": again})
        return redirect("cases:similar", key=self.case.key)


def offered(found: list[Similar | Published], person: User, draft: Case) -> list[dict[str, Any]]:
    """A case with the address of its public story, if it has one, and what the person may do with it, if it is not their own. One query for
    each kind that tells stories."""
    stories: dict[int, str] = {}
    cases = [one.case for one in found if isinstance(one, Similar)]
    for kind in kinds.all_kinds():
        if pks := [case.pk for case in cases if case.kind == kind.key]:
            stories |= kind.stories(pks)
    return [
        {"published": one}
        if isinstance(one, Published)
        else {
            "published": None,
            "found": one,
            "story": stories.get(one.case.pk, ""),
            "join": one.case.kind_info.join_for(draft, one.case) if one.written_by != person.pk else None,
        }
        for one in found
    ]
