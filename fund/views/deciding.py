"""The decision on a call: prepared row by row, its letters read beforehand, and the letters afterwards."""

from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.actions.deciding import save_ruling
from fund.forms.ruling import RulingForm
from fund.letters import DECISION, LATER, decision, later
from fund.models import FUND_OFFICER, RUNS, Application, Ruling
from fund.queries import Scores, budget_line, decidable_by, ranking, scores_of, undecided
from fund.states import CallState
from fund.words import sek
from portal.cases.errors import NotVisible, Refused
from portal.cases.verdicts import no
from portal.cases.views.base import CaseView
from portal.cases.views.inside import CaseFormView
from portal.paper.letter import letter_pdf

PAGE = 20


class DecidingView(CaseView):
    """A page of a call that is being decided, for the fund officers who may."""

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "call"}

    def allowed(self) -> bool:
        if not self.held[RUNS.key]:
            return False
        if self.case.state != CallState.REVIEWING:
            raise Refused(no(_("The decision is prepared when the call has closed, and until it is made.")))
        return True

    def applications_on(self, pks: list[int]) -> list[Application]:
        """Those of a page, in the order given (one query)."""
        found = Application.objects.select_related("unit", "owner", "ruling", "call").in_bulk(pks)
        return [found[pk] for pk in pks]

    def page_of(self, ranked: list[int]) -> "Page[int]":
        return Paginator(ranked, PAGE).get_page(self.request.GET.get("page"))


class DecidePage(DecidingView):
    """Every application under review, ranked, each with what is prepared; the budget beside. Ten queries, however many there are."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(self.allowed())
        ranked = ranking(self.case, self.person)
        page = self.page_of(ranked)
        scores = scores_of(self.case, list(page))
        rows = [
            self.row(number, application, scores.get(application.pk))
            for number, application in enumerate(self.applications_on(list(page)), page.start_index())
        ]
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "rows": rows,
            "page": page,
            "barred": undecided(self.case).count() - len(ranked),
            "budget": budget_of(self.case),
        }
        return render(request, "fund/granting/decide.html", context)

    def row(self, number: int, application: Application, scores: Scores | None) -> dict[str, Any]:
        return {
            "number": number,
            "case": application,
            "asked": sek(application.amount or 0),
            "score": scores.mean if scores else None,
            "readers": scores.readers if scores else 0,
            "stands": RulingForm(application=application).stands,
            "prepared": hasattr(application, "ruling"),
            "counts": counted(application),
        }


def counted(application: Application) -> int:
    """What the row takes of the budget as it is saved, in SEK."""
    ruling: Ruling | None = getattr(application, "ruling", None)
    return ruling.amount if ruling and ruling.outcome in ("grant", "part") else 0


def budget_of(call: Any) -> dict[str, Any]:
    """The budget line in words, and its numbers for the script that keeps it up to date."""
    line = budget_line(call)
    return {**{name: sek(value) for name, value in line.items()}, "free": line["left"], "over": line["left"] < 0}


class SaveRuling(DecidingView, CaseFormView):
    """One row of the page. It stands on the page of the decision; here it is shown alone when something is wrong."""

    title = gettext_lazy("Prepare the decision")
    button = gettext_lazy("Save")
    done = gettext_lazy("The row is saved.")

    @cached_property
    def application(self) -> Application:
        mine = decidable_by(self.case, self.person).select_related("ruling", "call", "unit")
        found: Application = get_object_or_404(mine, pk=self.kwargs["application"])
        return found

    def make_form(self, data: Any = None, files: Any = None) -> RulingForm:
        return RulingForm(data, application=self.application)

    def carry_out(self, form: RulingForm) -> None:
        save_ruling(application=self.application, person=self.person, values=form.cleaned_data)

    def where_next(self) -> str:
        page = self.request.GET.get("page", "")
        query = f"?page={page}" if page.isdecimal() else ""
        return f"{reverse('fund:decide', args=[self.case.pk])}{query}#application-{self.application.pk}"


class LettersPage(DecidingView):
    """Every letter as it would be sent now, and what the budget comes to."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.require(self.allowed())
        page = self.page_of(ranking(self.case, self.person))
        scores = scores_of(self.case, list(page))
        prepared = [row for row in self.applications_on(list(page)) if hasattr(row, "ruling")]
        letters = [{"case": row, "letter": decision(row, scores.get(row.pk, NOBODY))} for row in prepared]
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "page": page,
            "letters": letters,
            "unprepared": len(page) - len(letters),
            "budget": budget_of(self.case),
        }
        return render(request, "fund/granting/letters.html", context)


NOBODY = Scores(mean=0.0)
"""Asked and nobody has answered: nothing is asked again."""


class LetterFile(CaseView):
    """A letter as PDF, printed from what is decided each time it is asked for; what is prepared, for fund officers alone."""

    moves: ClassVar = {name: move for move, name in LATER.items()}

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "application"}

    def get(self, request: HttpRequest, pk: int, letter: str) -> HttpResponse:
        name = f"{letter}-{self.case.key}.pdf"
        return HttpResponse(
            letter_pdf(self.decided() if letter == DECISION else self.later(letter)),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
        )

    def decided(self) -> Any:
        ruling: Ruling | None = getattr(self.case, "ruling", None)
        if ruling is None or (ruling.decided_at is None and not self.held[FUND_OFFICER.key]):
            raise NotVisible
        return decision(self.case)

    def later(self, letter: str) -> Any:
        event = self.case.events.filter(move=self.moves.get(letter, "")).select_related("person").last()
        if event is None:
            raise NotVisible
        return later(self.case, event)
