"""The page of a case, and the page of a move."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from portal.cases import words
from portal.cases.errors import Invalid, NotVisible, NotYours, Refused
from portal.cases.flow import Move
from portal.cases.forms.move import MoveForm
from portal.cases.models import Case
from portal.cases.moving import judge, perform
from portal.cases.queries.finding import whos_held
from portal.cases.verdicts import no
from portal.cases.views.base import CaseView
from portal.cases.views.numbers import NumbersAsked
from portal.cases.views.page import case_page


class CasePage(CaseView):
    """Any case, as the person may see it."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return render(request, "cases/case.html", case_page(self.case, self.person, self.held))


class MovePage(CaseView):
    """Asks before a move and makes it. GET changes nothing."""

    @cached_property
    def move(self) -> Move:
        """Raises NotVisible for what is no move of the kind, NotYours, or Refused when the case stands elsewhere."""
        moves: dict[str, Move] = self.case.kind_info.flow.moves
        move = moves.get(self.kwargs["move"])
        if move is None:
            raise NotVisible
        if not self.held[move.by.key]:
            raise NotYours(_("You may see this case, but this step belongs to %(who)s.") % {"who": move.by.label})
        return move

    def get(self, request: HttpRequest, key: str, move: str) -> HttpResponse:
        if self.case.state not in self.move.source:
            raise Refused(no(_("The case is now “%(state)s”.") % {"state": self.case.get_state_display()}))
        if not (verdict := judge(self.case, self.move)):
            raise Refused(verdict)
        form = self.move.form(case=self.case, person=self.person) if self.move.form else None
        return self.ask(form, NumbersAsked.before(self.texts()))

    def post(self, request: HttpRequest, key: str, move: str) -> HttpResponse:
        asked = NumbersAsked.of(request.POST, self.texts())
        if asked.must_ask:
            form = (
                self.move.form(request.POST, request.FILES, case=self.case, person=self.person)
                if self.move.form
                else None
            )
            return self.ask(form, asked)
        version = request.POST.get("version", "")
        try:
            case = perform(
                self.case,
                self.move.name,
                person=self.person,
                data=request.POST,
                files=request.FILES,
                version=int(version) if version.isdecimal() else None,
            )
        except Invalid as answer:
            return self.ask(answer.form, asked)
        messages.success(request, what_comes(self.move, case, numbered=self.case.reference is None))
        return redirect(self.after(case))

    def texts(self) -> list[str]:
        """What leaves the writer's hands with this move."""
        own = self.case.free_texts() if self.part.writes and self.move.target else []
        sent = [
            str(value) for name, value in self.request.POST.items() if name not in ("csrfmiddlewaretoken", "version")
        ]
        return own + sent

    def ask(self, form: MoveForm | None, asked: NumbersAsked) -> HttpResponse:
        context = {"case": self.case, "kind": self.case.kind_info, "move": self.move, "form": form, "asked": asked}
        return render(self.request, "cases/move.html", context)

    def after(self, case: Case) -> str:
        """Where the person goes from here: not to a case that the move has taken from them."""
        if not whos_held(case, self.person, ()):
            return reverse("cases:mine")
        return reverse(self.move.leads_to, args=[case.pk]) if self.move.leads_to else case.get_absolute_url()


def what_comes(move: Move, case: Case, *, numbered: bool = False) -> str:
    """What was done, what happens next and by when; and the diary number, when the case has just been given it."""
    done = str(move.past)
    if numbered and case.reference:
        done = _("%(done)s, with diary number %(reference)s") % {"done": done, "reference": case.reference}
    if case.closed_at is not None or case.due_at is None:
        return f"{done}."
    by = date_format(localtime(case.due_at), "j F Y")
    return _("%(done)s. Next: %(next)s, at the latest %(day)s.") % {
        "done": done,
        "next": words.next_step(case),
        "day": by,
    }
