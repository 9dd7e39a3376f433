"""Pages on which fund officers write what a call asks, change it in the open, see it as applicants do, and let somebody be late."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.actions.changing import change_call, give_late_right, seen_in, write_form
from fund.editions import as_it_said
from fund.forms.calling import ROWS, ChangeCallForm, LateForm, Rows, SeenForm, arranged, as_sent, rows_sent
from fund.forms.writing import application_form
from fund.models import RUNS, WRITES_CALL, Application
from fund.rules.calls import changeable, gives_late_rights, still_draft
from portal.cases.errors import Refused
from portal.cases.verdicts import Verdict
from portal.cases.views.base import CONFLICT, CaseView
from portal.cases.views.forms import CaseFormView


class OfCall(CaseView):
    """A page of one call, by its id."""

    def asked_for(self) -> dict[str, Any]:
        return {"pk": self.kwargs["pk"], "kind": "call"}

    def insist(self, verdict: Verdict) -> None:
        if not verdict:
            raise Refused(verdict)


class RowsPage(OfCall):
    """Questions and criteria in order, all in one form. A button that moves a row shows the page anew and saves nothing."""

    title: ClassVar[str | Promise]
    lead: ClassVar[str | Promise]
    form_class: ClassVar[type[forms.BaseForm]]

    def check(self) -> None:
        """Raise PermissionDenied, Refused."""
        raise NotImplementedError

    def about(self) -> dict[str, Any]:
        """What the form is about."""
        return {}

    def save(self, form: Any, rows: dict[str, Any]) -> None:
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.check()
        rows = {"questions": self.case.questions.all(), "criteria": self.case.criteria.all()}
        data = {name: [row.as_data() for row in found] for name, found in rows.items()}
        return self.show(self.form_class(initial={"seen": seen_in(self.case)}, **self.about()), _unbound(data))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        self.check()
        if do := request.POST.get("do", ""):
            return self.arrange(*do.split(":"))
        form = self.form_class(request.POST, **self.about())
        rows = {name: rows(request.POST, prefix=name) for name, rows in ROWS.items()}
        if not all([form.is_valid(), *(found.is_valid() for found in rows.values())]):
            return self.show_wrong(form, rows)
        try:
            self.save(form, {name: found.kept() for name, found in rows.items()})
        except Refused as answer:
            return self.show_refused(form, rows, answer.verdict)
        messages.success(request, _("Saved."))
        return redirect(self.case)

    def arrange(self, name: str = "", what: str = "", place: str = "0", *_more: str) -> HttpResponse:
        data = {rows: rows_sent(rows, self.request.POST) for rows in ROWS}
        if name in data and place.isdecimal():
            data[name] = arranged(data[name], what, int(place))
        form = self.form_class(initial=as_sent(self.form_class, self.request.POST))
        return self.show(form, _unbound(data), moved=True)

    def show_wrong(self, form: forms.BaseForm, rows: dict[str, Rows]) -> HttpResponse:
        problems = [problem for found in rows.values() for problem in found.non_form_errors()]
        for problem in problems or [_("Look at the rows that are marked.")] * any(map(_is_wrong, rows.values())):
            form.add_error(None, problem)
        return self.show(form, rows)

    def show_refused(self, form: forms.BaseForm, rows: dict[str, Rows], verdict: Verdict) -> HttpResponse:
        for reason in verdict.reasons:
            form.add_error(reason.field if reason.field in form.fields else None, str(reason))
        return self.show(form, rows, status=CONFLICT)

    def show(
        self, form: forms.BaseForm, rows: dict[str, Rows], *, moved: bool = False, status: int = 200
    ) -> HttpResponse:
        context = {
            "case": self.case,
            "title": self.title,
            "lead": self.lead,
            "form": form,
            "rows": rows,
            "moved": moved,
        }
        return render(self.request, "fund/calls/form.html", context, status=status)


class CallFormPage(RowsPage):
    """While the call is a draft."""

    title = gettext_lazy("What the call asks and weighs by")
    lead = gettext_lazy(
        "Applicants get the questions in this order, under the headings that you give. Everything can be changed until you announce."
    )
    form_class = SeenForm

    def check(self) -> None:
        self.require(self.held[WRITES_CALL.key])
        self.insist(still_draft(self.case))

    def save(self, form: Any, rows: dict[str, Any]) -> None:
        write_form(call=self.case, seen=form.cleaned_data["seen"], **rows)


class ChangeCallPage(RowsPage):
    """Once it is announced and until it closes: the whole call, and why."""

    title = gettext_lazy("Change the call")
    lead = gettext_lazy(
        "Everyone who has begun an application is told. What you have announced can become more, never less: time, money and pages. "
        "What people have answered to a question that you take away stays in their drafts, but is not handed in."
    )
    form_class = ChangeCallForm

    def check(self) -> None:
        self.require(self.held[RUNS.key])
        self.insist(changeable(self.case))

    def about(self) -> dict[str, Any]:
        return {"instance": self.case}

    def save(self, form: Any, rows: dict[str, Any]) -> None:
        data = form.cleaned_data
        change_call(
            call=self.case, values=form.values(), why=data["why"], seen=data["seen"], person=self.person, **rows
        )


class PreviewPage(OfCall):
    """The form as an applicant has it, for everyone who sees the call. Nothing is begun, and nothing is saved."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        application = Application(call=self.case, kind="application")
        form = application_form(application)(instance=application)
        return render(request, "fund/calls/preview.html", {"call": self.case, "form": form})


class EditionPage(OfCall):
    """The call as it was in one of its versions, for everyone who sees the call (two queries besides the case)."""

    def get(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        edition = get_object_or_404(self.case.editions, number=number)
        later = self.case.editions.filter(number=number + 1).first()
        context = {"case": self.case, "edition": edition, "later": later, "told": as_it_said(edition.content)}
        return render(request, "fund/calls/edition.html", context)


class LatePage(OfCall, CaseFormView):
    title = gettext_lazy("Let somebody hand in late")
    button = gettext_lazy("Give the right")
    done = gettext_lazy("They are told that they may hand in after the closing.")
    help = gettext_lazy(
        "Late means late, to the second, for everyone else. That you have given the right stands in the history of the call."
    )

    def allowed(self) -> bool:
        if held := self.held[RUNS.key]:
            self.insist(gives_late_rights(self.case))
        return held

    def make_form(self, data: Any = None, files: Any = None) -> LateForm:
        return LateForm(data)

    def carry_out(self, form: LateForm) -> None:
        data = form.cleaned_data
        give_late_right(call=self.case, person=data["who"], until=data["until"], why=data["why"], by=self.person)


def _unbound(data: dict[str, list[dict[str, Any]]]) -> dict[str, Rows]:
    return {name: rows(initial=data[name], prefix=name) for name, rows in ROWS.items()}


def _is_wrong(rows: Rows) -> bool:
    return not rows.is_valid()
