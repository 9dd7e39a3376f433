"""The search page."""

from typing import Any

from django.core.paginator import Paginator
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from portal.cases import kinds
from portal.cases.elsewhere import found_elsewhere
from portal.cases.lines import HitList
from portal.cases.queries.search import found_ids, hits
from portal.cases.text import clean_line

PAGE = 20
LONGEST = 200


class SearchPage(TemplateView):
    """Cases that the person may see, and what other parts of the house have found. Four queries besides sign-in, and theirs."""

    template_name = "cases/search.html"

    @cached_property
    def words(self) -> str:
        return clean_line(self.request.GET.get("q", "")).replace("\0", "")[:LONGEST]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = self.request.GET.get("kind", "")
        kind = kind if kind in {known.key for known in kinds.all_kinds()} else ""
        ids = found_ids(self.words, self.request.user, kind=kind) if self.words else []
        page = Paginator(ids, PAGE).get_page(self.request.GET.get("page"))
        query = self.request.GET.copy()
        query.pop("page", None)
        return super().get_context_data(
            words=self.words,
            kind=kind,
            kinds=list(kinds.all_kinds()),
            page=page,
            hits=HitList(hits(list(page), self.words) if ids else []),
            elsewhere=found_elsewhere(self.words, self.request.user) if self.words else [],
            query=f"{query.urlencode()}&" if query else "",
            **kwargs,
        )
