"""Naming assessors, and the scorecard."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.forms.people import ColleaguesField
from ideas.models import Assessment, Idea
from ideas.rules import Criterion, criteria
from ideas.states import Points
from portal.accounts.models import User
from portal.cases.forms import MoveForm
from portal.cases.text import CleanTextField


class AssessorsForm(MoveForm):
    """Whom to ask for a scorecard: never an author, nor someone who has declared a conflict of interest (FL 16–18 §§)."""

    assessors = ColleaguesField(
        label=gettext_lazy("Who is to assess?"),
        help_text=gettext_lazy("E-mail addresses or user names, one per line. Two or more see more than one."),
        required=False,
    )
    me_too = forms.BooleanField(label=gettext_lazy("I assess it too"), required=False)

    case: Idea

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        people: list[User] = list(cleaned.get("assessors") or [])
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
        self.criteria = list(criteria(assessment.idea))
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
