"""Naming assessors, the scorecard, and new versions of it."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.forms.people import ColleaguesField
from ideas.models import Assessment, Criterion, Idea
from ideas.rules import criteria, reads_scores
from ideas.states import Points
from portal.accounts.models import User
from portal.cases.forms import MoveForm
from portal.cases.states import Perspective
from portal.cases.text import CleanCharField, CleanTextField, clean_formfield


class AssessorsForm(MoveForm):
    """Whom to ask for a scorecard: never an author, nor someone who has declared a conflict of interest (FL 16–18 §§), nor who may read
    what others have scored already: they would no longer be blind.
    """

    assessors = ColleaguesField(
        label=gettext_lazy("Who is to assess?"),
        help_text=gettext_lazy("E-mail addresses or user names, one per line. Two or more see more than one."),
        required=False,
    )
    me_too = forms.BooleanField(label=gettext_lazy("I assess it too"), required=False)

    case: Idea

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        named: list[User] = list(cleaned.get("assessors") or [])
        people = list(named)
        if cleaned.pop("me_too", False) and self.person is not None and self.person not in people:
            people.append(self.person)
        if "assessors" in cleaned and not people:
            raise ValidationError(_("Name at least one assessor, or assess it yourself."))
        partial = set(_partial(self.case))
        for person in people:
            if person.pk in partial:
                self.add_error(
                    "assessors", _("%(name)s is partial in this case and cannot assess it.") % {"name": person}
                )
            elif reads_scores(self.case, person):
                told = _("%(name)s can read what others have scored, and can no longer assess without having seen it.")
                self.add_error("assessors" if person in named else "me_too", told % {"name": person})
        return {**cleaned, "assessors": people}


def _partial(idea: Idea) -> Iterator[int]:
    if idea.owner_id is not None:
        yield idea.owner_id
    grants = idea.grants.filter(permission__codename__in=("coauthor_case", "recuse_case"))
    yield from grants.values_list("user", flat=True)


class ScorecardForm(forms.Form):
    """One scorecard: points and a sentence for each criterion. Everything may be empty until it is submitted."""

    version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)

    def __init__(self, data: Mapping[str, Any] | None = None, *, assessment: Assessment, **kwargs: Any) -> None:
        self.criteria = criteria(assessment)
        saved = {score.criterion: score for score in assessment.scores.all()}
        initial: dict[str, Any] = {"version": assessment.version}
        for key, score in saved.items():
            initial |= {f"{key}_points": score.points, f"{key}_sentence": score.sentence}
        super().__init__(data, initial=initial, **kwargs)
        for criterion in self.criteria:
            self.fields |= _line(criterion)

    @property
    def seen(self) -> int:
        """The version that the page was made from; 0 when it cannot be read."""
        number = self.cleaned_data.get("version", "")
        return int(number) if number.isdecimal() else 0

    def renew(self, version: int) -> None:
        """Let the form, when it is shown again, save over the version given."""
        self.data = {**self.data.dict(), "version": version} if isinstance(self.data, QueryDict) else self.data

    def lines(self) -> Iterator[tuple[Criterion, forms.BoundField, forms.BoundField]]:
        """Criterion by criterion: its points and its sentence."""
        for criterion in self.criteria:
            yield criterion, self[f"{criterion.key}_points"], self[f"{criterion.key}_sentence"]

    def scores(self) -> dict[str, tuple[int | None, str]]:
        """What was filled in, by criterion."""
        data = self.cleaned_data
        return {c.key: (data[f"{c.key}_points"], data[f"{c.key}_sentence"]) for c in self.criteria}


def _line(criterion: Criterion) -> dict[str, forms.Field]:
    points = forms.TypedChoiceField(
        label=str(criterion.question),
        choices=Points.choices,
        coerce=int,
        empty_value=None,
        widget=forms.RadioSelect,
        required=False,
    )
    sentence = CleanTextField(
        label=gettext_lazy("Why?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    points.needed = sentence.needed = True  # type: ignore[attr-defined]  # read by the field's template
    return {f"{criterion.key}_points": points, f"{criterion.key}_sentence": sentence}


class CriterionForm(forms.ModelForm[Criterion]):
    """One line of a new version. ``key`` is that of the line it goes on from; empty for a new one."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)

    class Meta:
        model = Criterion
        fields = ("key", "name", "text", "name_en", "text_en", "perspective")
        formfield_callback = clean_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = self.fields["perspective"]
        asked.choices = [("", _("All ideas")), *Perspective.choices]  # type: ignore[attr-defined]  # a choice


class Lines(forms.BaseFormSet[CriterionForm]):
    """The lines of a version: those of the one before it, and some to fill in."""

    def clean(self) -> None:
        if any(self.errors):
            return
        kept = self.kept()
        if not any(not line["perspective"] for line in kept):
            raise ValidationError(_("At least one line must be asked of all ideas."))
        keys = [line["key"] for line in kept if line["key"]]
        known = {form.initial.get("key") for form in self.initial_forms}
        if len(keys) != len(set(keys)) or not set(keys) <= known:
            raise ValidationError(_("The lines have been mixed up. Load the page again."))

    def kept(self) -> list[dict[str, Any]]:
        """What is to be asked, in order: empty lines and those left out are not."""
        filled = [form.cleaned_data for form in self.forms if form.has_changed() or form.initial.get("key")]
        return [
            {name: value for name, value in line.items() if name != "DELETE"}
            for line in filled
            if line and not line.get("DELETE")
        ]

    def add_fields(self, form: CriterionForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = _("Leave this line out")


LinesFormSet = cast(
    "type[Lines]",
    forms.formset_factory(CriterionForm, formset=Lines, extra=2, can_delete=True, max_num=20, validate_max=True),
)


class VersionForm(forms.Form):
    """From when the new version is in force, and why there is one."""

    valid_from = forms.DateField(
        label=gettext_lazy("In force from"),
        help_text=gettext_lazy("Ideas that are being assessed by then keep the version that they have."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    why = CleanCharField(label=gettext_lazy("What is new, and why"), max_length=300)
