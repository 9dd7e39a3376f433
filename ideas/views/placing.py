"""Comparing the units that could host an idea. Asking one of them, and its answer, are moves."""

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ideas.actions.placing import compare_unit, drop_unit
from ideas.forms.placing import CandidateForm
from ideas.models import Candidate
from ideas.models.whos import PLACER
from ideas.rules import being_placed, comparable, placement_of
from ideas.views.talking import OfIdea
from portal.cases.errors import Refused
from portal.cases.verdicts import Verdict
from portal.cases.views.forms import CaseFormView
from portal.organisation.models import Unit


class ComparePage(OfIdea, CaseFormView):
    """For those who look for a host."""

    def allowed(self) -> bool:
        if not self.held[PLACER.key]:
            return False
        self.insist(being_placed(self.case))
        return True

    def insist(self, verdict: Verdict) -> None:
        if not verdict:
            raise Refused(verdict)

    def where_next(self) -> str:
        return f"{self.case.get_absolute_url()}#hosts"


class AddCandidatePage(ComparePage):
    title = _("Compare a unit")
    button = _("Save")
    done = _("The unit is in the comparison.")
    help = _(
        "Three times points and a sentence. The unit with the most points is asked first, and everyone who sees the idea reads why."
    )

    @property
    def units(self) -> Any:
        placement = placement_of(self.case)
        there = placement.candidates.values_list("unit", flat=True) if placement else ()
        return Unit.objects.current().exclude(pk__in=there).in_order()

    def make_form(self, data: Any = None, files: Any = None) -> CandidateForm:
        return CandidateForm(data, units=self.units)

    def carry_out(self, form: CandidateForm) -> None:
        compare_unit(idea=self.case, **form.cleaned_data)


class OfCandidate(ComparePage):
    """One unit that nobody has been asked on the ground of."""

    @cached_property
    def candidate(self) -> Candidate:
        candidates = Candidate.objects.select_related("placement", "unit").filter(placement__idea=self.case.pk)
        found = get_object_or_404(candidates, pk=self.kwargs["candidate"], placement__ended_at=None)
        self.insist(comparable(found))
        return found

    def allowed(self) -> bool:
        return super().allowed() and self.candidate is not None


class ChangeCandidatePage(OfCandidate):
    title = _("Change what is said of the unit")
    button = _("Save")
    done = _("The comparison is changed.")

    def make_form(self, data: Any = None, files: Any = None) -> CandidateForm:
        return CandidateForm(data, instance=self.candidate, units=Unit.objects.filter(pk=self.candidate.unit_id))

    def carry_out(self, form: CandidateForm) -> None:
        compare_unit(idea=self.case, candidate=self.candidate, **form.cleaned_data)


class RemoveCandidatePage(OfCandidate):
    title = _("Take the unit out of the comparison")
    button = _("Remove")
    done = _("The unit is no longer compared.")
    danger = True

    def make_form(self, data: Any = None, files: Any = None) -> forms.Form:
        return forms.Form(data)

    def carry_out(self, form: forms.BaseForm) -> None:
        drop_unit(candidate=self.candidate)
