"""The decision on a call: prepared row by row, its letters read beforehand, and the letters afterwards."""

from typing import Any, ClassVar

from django.core.paginator import Page
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
from fund.queries import (
    GRANTING,
    Scores,
    budget_line,
    decidable_by,
    decided,
    page_of,
    ranking,
    scores_of,
    takings,
    undecided,
)
from fund.states import DECIDED_STATES, CallState
from fund.words import sek, sek_of
from portal.cases.errors import NotVisible, Refused
from portal.cases.verdicts import no
from portal.cases.views.base import CaseView
from portal.cases.views.forms import CaseFormView
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

    @cached_property
    def page(self) -> "Page[Application]":
        """A page of the ranking (three queries)."""
        ranked = ranking(self.case, self.person)
        page = page_of(ranked, self.request.GET.get("page"), PAGE, "owner", "ruling")
        for application in page:
            application.call = self.case
        return page


class DecidePage(DecidingView):
    """Every application under review, ranked, each with what is prepared; the budget beside. Constant queries, however many there are.
    When it is decided, the same to be read."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if self.held[RUNS.key] and self.case.state in DECIDED_STATES:
            return self.made()
        self.require(self.allowed())
        page = self.page
        scores = scores_of([one.pk for one in page])
        budget = budget_of(self.case)
        context = {
            "case": self.case,
            "kind": self.case.kind_info,
            "money": self.money(budget),
            "rows": [
                self.row(number, one, scores.get(one.pk, NOBODY)) for number, one in enumerate(page, page.start_index())
            ],
            "page": page,
            "barred": undecided(self.case).count() - page.paginator.count,
            "budget": budget,
        }
        return render(request, "fund/granting/decide.html", context)

    def money(self, budget: dict[str, Any]) -> dict[str, Any]:
        """Where the money ends in the ranking, as it is saved (one query). ``suffices`` is after how many rows of the page the line
        stands, None where there is no line; ``left`` is what is left for the page in SEK, below zero where it ended on an earlier page."""
        first = max(self.page.start_index() - 1, 0)
        rows = list(takings(self.case, self.person)[first : first + len(self.page)])
        before, counts = (rows[0][1] - rows[0][0], rows[0][2]) if rows else (0, 0)
        left = budget["free"] + counts - before
        ends = (number for number, (_takes, so_far, _counts) in enumerate(rows) if so_far - before > left)
        return {"left": left, "earlier": first > 0 and left < 0, "suffices": next(ends, None)}

    def made(self) -> HttpResponse:
        """The ranking with what was decided, to be read; nothing of it can be changed. As many queries, however many there are."""
        page = page_of(decided(self.case, self.person), self.request.GET.get("page"), PAGE, "ruling", "tally")
        rows = [
            {"number": number, "case": one, "tally": getattr(one, "tally", None), "amount": sek(one.ruling.amount)}
            for number, one in enumerate(page, page.start_index())
        ]
        context = {"case": self.case, "kind": self.case.kind_info, "page": page, "rows": rows}
        return render(self.request, "fund/granting/decided.html", context)

    def row(self, number: int, application: Application, scores: Scores) -> dict[str, Any]:
        return {
            "number": number,
            "case": application,
            "asked": sek(application.amount or 0),
            "score": scores.mean,
            "readers": scores.readers,
            "given": [(name, str(line)) for name, line in scores.criteria.items()],
            "panel": scores.panel,
            "stands": RulingForm(application=application).stands,
            "prepared": hasattr(application, "ruling"),
            "counts": counted(application),
        }


def counted(application: Application) -> int:
    """What the row takes of the budget as it is saved, in SEK."""
    ruling: Ruling | None = getattr(application, "ruling", None)
    return ruling.amount if ruling and ruling.outcome in GRANTING else 0


def budget_of(call: Any) -> dict[str, Any]:
    """The budget line in words, and its numbers for the script that keeps it up to date."""
    line = budget_line(call)
    return {
        **{name: sek(value) for name, value in line.items()},
        "free": line["left"],
        "to_grant": line["prepared"],
        "over": line["left"] < 0,
        "pattern": sek_of("{number}"),
    }


class SaveRuling(DecidingView, CaseFormView):
    """One row of the page. It stands on the page of the decision; here it is shown alone when something is wrong."""

    button = gettext_lazy("Save")
    done = gettext_lazy("The row is saved.")

    @property
    def title(self) -> str:  # type: ignore[override]  # it says which row it is
        return _("Prepare the decision: %(application)s") % {"application": self.application}

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
        page = self.page
        scores = scores_of([one.pk for one in page])
        prepared = [one for one in page if hasattr(one, "ruling")]
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


NOBODY = Scores(mean=None)
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
