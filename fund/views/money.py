"""The ledger of a call: every line, and the balance of each application."""

from typing import Any, ClassVar

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fund.models import LEDGER, Application
from fund.queries import account_of, accounts_of, entries_of
from fund.words import sek
from portal.cases.queries.listing import CappedPaginator
from portal.cases.views.base import CaseView

PAGE = 50
SUMS = ("granted", "reserved", "paid", "returned")


class LedgerView(CaseView):
    """For the fund officers, the registrar and the controller, three queries besides the case. What they may not see of an application
    stays untold."""

    template_name: ClassVar[str]

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "call"}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(self.held[LEDGER.key])
        page = CappedPaginator(self.rows(), PAGE).get_page(request.GET.get("page"))
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "page": page,
            "rows": [self.told(row, self.seen_on(page)) for row in page],
            "account": self.whole(),
        }
        return render(request, self.template_name, context)

    def rows(self) -> Any:
        raise NotImplementedError

    def told(self, row: Any, seen: set[int]) -> dict[str, Any]:
        raise NotImplementedError

    def seen_on(self, page: "Page[Any]") -> set[int]:
        """The applications on the page that the person may see (one query)."""
        if not hasattr(self, "_seen"):
            named = {row.application_id for row in page} - {None}
            self._seen = set(
                Application.objects.visible_to(self.person).filter(pk__in=named).values_list("pk", flat=True)
            )
        return self._seen

    def whole(self) -> dict[str, str]:
        """The balance of the whole call, in words."""
        account = account_of(self.case)
        return {name: sek(getattr(account, name)) for name in ("budget", *SUMS, "free")} if account else {}


class LedgerPage(LedgerView):
    """Line by line."""

    template_name = "fund/granting/ledger.html"

    def rows(self) -> Any:
        return entries_of(self.case)

    def told(self, row: Any, seen: set[int]) -> dict[str, Any]:
        shown = row.application_id in seen
        return {
            "at": row.at,
            "kind": row.get_kind_display(),
            "amount": sek(row.amount),
            "by": row.by,
            "note": row.note if shown or row.application_id is None else "",
            "application": row.application if shown else None,
            "hidden": row.application_id is not None and not shown,
        }


class AccountsPage(LedgerView):
    """Application by application."""

    template_name = "fund/granting/accounts.html"

    def rows(self) -> Any:
        return accounts_of(self.case)

    def told(self, row: Any, seen: set[int]) -> dict[str, Any]:
        return {
            "application": row.application if row.application_id in seen else None,
            **{name: sek(getattr(row, name)) for name in SUMS},
        }
