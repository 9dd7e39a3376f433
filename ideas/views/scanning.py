"""Scanning notes: read and written by every employee, and tied to cases that their writer sees."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from ideas.actions.banking import tie_note, untie_note
from ideas.filters import ScanningFilter
from ideas.forms.banking import ScanningForm, TieNoteForm
from ideas.models import ScanningNote, ScanningTie
from ideas.views.banking import BankList, Crumbs, EmployeeView, RowPage, WriteRow
from portal.cases.errors import NotVisible
from portal.cases.models import Case
from portal.cases.queries.finding import find_case
from portal.cases.queries.listing import for_list
from portal.cases.views.forms import CaseFormView

CRUMBS: Crumbs = [{"label": gettext_lazy("Environment scanning"), "url": "/omvarld/"}]
MOST_TIES = 50


class ScanningList(BankList):
    template_name = "ideas/scanning/list.html"
    filterset_class = ScanningFilter

    def get_queryset(self) -> "QuerySet[ScanningNote]":
        return ScanningNote.objects.select_related("written_by").order_by("-seen_on", "-pk")


class NotePage(RowPage):
    """One note, and the cases that it is tied to, as far as the person sees them."""

    template_name = "ideas/scanning/note.html"

    def get_queryset(self) -> "QuerySet[ScanningNote]":
        return ScanningNote.objects.select_related("written_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ties = {tie.case_id: tie for tie in self.object.ties.all()[:MOST_TIES]}
        seen = for_list(Case.objects.visible_to(self.person).filter(pk__in=ties)).order_by("pk")
        return super().get_context_data(
            crumbs=CRUMBS,
            writes=self.object.written_by_id == self.person.pk,
            tied=[(case, ties[case.pk], ties[case.pk].tied_by_id == self.person.pk) for case in seen],
            **kwargs,
        )


class WriteNote(WriteRow):
    """Its writer changes it. ``?from=<id>`` ties a new one to a case that the person sees."""

    model, form_class = ScanningNote, ScanningForm
    title = gettext_lazy("A scanning note")
    help = gettext_lazy(
        "Something that you have seen elsewhere, and what it may mean for us. All employees can read it."
    )
    crumbs = CRUMBS

    def allowed(self) -> bool:
        return super().allowed() and self.row.written_by_id in (None, self.person.pk)

    @cached_property
    def case(self) -> Case | None:
        key = self.request.GET.get("from", "")
        if not key or self.row.pk:
            return None
        try:
            return find_case(key, self.person)
        except NotVisible:
            raise Http404 from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(tied_to=self.case, **kwargs)

    def back_to(self) -> str:
        return self.case.get_absolute_url() if self.case else super().back_to()

    def form_valid(self, form: Any) -> HttpResponse:
        case = self.case
        answer = super().form_valid(form)
        if case is not None:
            tie_note(note=self.row, case=case, person=self.person)
        return answer


class TieNotePage(EmployeeView, FormView[TieNoteForm]):
    """Any employee may say that a note bears on a case that they see."""

    form_class = TieNoteForm
    template_name = "ideas/bank/write.html"

    @cached_property
    def note(self) -> ScanningNote:
        return get_object_or_404(ScanningNote, pk=self.kwargs["pk"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "person": self.person}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = self.note.get_absolute_url()
        return super().get_context_data(
            title=_("Tie the note to a case"),
            help=str(self.note),
            crumbs=[*CRUMBS, {"label": self.note, "url": back}],
            back=back,
            **kwargs,
        )

    def form_valid(self, form: TieNoteForm) -> HttpResponse:
        tie_note(note=self.note, case=form.cleaned_data["reference"], person=self.person)
        messages.success(self.request, _("The note is tied to the case."))
        return redirect(self.note.get_absolute_url())


class UntieNotePage(CaseFormView):
    """Who made the tie, and those who handle the case."""

    title = gettext_lazy("Undo the tie to the note")
    button = gettext_lazy("Remove")
    done = gettext_lazy("The tie is undone.")
    danger = True

    def asked_for(self) -> dict[str, Any]:
        return {"scanning_ties": self.kwargs["pk"]}

    @cached_property
    def tie(self) -> ScanningTie:
        return ScanningTie.objects.select_related("note").get(pk=self.kwargs["pk"])

    def allowed(self) -> bool:
        return self.part.handler or self.tie.tied_by_id == self.person.pk

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.BaseForm) -> None:
        untie_note(tie=self.tie, person=self.person)
