"""What is asked when a host is looked for."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.forms.people import ColleaguesField
from ideas.models import Candidate, Idea
from ideas.rules import placement_of
from portal.cases.forms import ReasonForm, SeenMixin
from portal.cases.text import CleanTextField, clean_formfield
from portal.organisation.models import Unit

SEVERAL = 2


class CandidateForm(SeenMixin, forms.ModelForm[Candidate]):
    """One unit in the comparison: three times points and a sentence."""

    class Meta:
        model = Candidate
        fields = ("unit", *(name for aspect in Candidate.ASPECTS for name in (aspect, f"{aspect}_why")))
        formfield_callback = clean_formfield
        labels = {
            "resources": gettext_lazy("Resources: does the unit have people, time and money for it?"),
            "competence": gettext_lazy("Competence: does the unit know what it takes?"),
            "chance": gettext_lazy("How likely is it that the unit carries it out?"),
            "resources_why": gettext_lazy("Why those points for resources?"),
            "competence_why": gettext_lazy("Why those points for competence?"),
            "chance_why": gettext_lazy("Why those points for how likely it is?"),
        }
        widgets = {
            **dict.fromkeys(Candidate.ASPECTS, forms.RadioSelect),
            **{f"{aspect}_why": forms.Textarea(attrs={"rows": 2}) for aspect in Candidate.ASPECTS},
        }

    def __init__(self, *args: Any, units: "QuerySet[Unit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a choice among models
        for aspect in Candidate.ASPECTS:
            self.fields[aspect].choices = self.fields[aspect].choices[-5:]  # type: ignore[attr-defined]  # without the empty one


class AskHostForm(ReasonForm):
    """Why a host is looked for, and who takes part whichever unit it will be."""

    case: Idea

    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Units that take part"),
        help_text=gettext_lazy("Those that the idea touches, two or more. They stay named whichever unit hosts it."),
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    people = ColleaguesField(
        label=gettext_lazy("People who take part"),
        help_text=gettext_lazy("E-mail addresses or user names, one per line. They are told."),
        required=False,
    )
    reason = CleanTextField(
        label=gettext_lazy("Why a host is looked for"),
        help_text=gettext_lazy(
            "What the idea touches, and why it should not simply stay where it is. The unit reads this."
        ),
        max_length=5000,
    )
    field_order = ("reason", "units", "people")

    def prepare(self) -> None:
        self.fields["units"].queryset = Unit.objects.current().in_order()  # type: ignore[attr-defined]  # a choice among models
        placement = placement_of(self.case)
        if placement is not None and not self.is_bound:
            compared = placement.candidates.values_list("unit", flat=True)
            self.fields["units"].initial = [*placement.units.values_list("pk", flat=True), *compared, self.case.unit_id]

    def clean_units(self) -> Any:
        units = self.cleaned_data["units"]
        if len(units) < SEVERAL:
            raise forms.ValidationError(_("Choose at least two units: an idea that touches one stays there."))
        return units


class HostAnswerForm(ReasonForm):
    """The answer of the unit that is asked, with the comparison before its eyes."""

    case: Idea

    reason = CleanTextField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("Whoever asked reads this, and so does everyone who sees the idea."),
        max_length=5000,
    )

    def prepare(self) -> None:
        placement = placement_of(self.case)
        self.quote = placement.why if placement else ""
