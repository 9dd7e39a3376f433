"""The form of a call (its questions and criteria), a change of an announced call, beginning a call, and the right to be late."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.forms.writing import TIMES, MomentInput, SensibleCall
from fund.models import PHASES, Call, Criterion, Question
from fund.states import QuestionKind
from portal.cases.forms.inside import CoauthorForm
from portal.cases.forms.versioned import draft_formfield
from portal.cases.text import CleanCharField, CleanTextField, clean_formfield

MOST_QUESTIONS, MOST_CRITERIA = 60, 12
ENOUGH = 2
"""Answers that there must be to choose from."""


class LinesField(CleanTextField):
    """One thing on each line."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = (line.strip() for line in (super().clean(value) or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))


class RowForm(forms.ModelForm[Any]):
    """A question or a criterion. It is written by an action, never by the form."""

    key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=24)

    class Meta:
        formfield_callback = clean_formfield

    def _post_clean(self) -> None:
        """Nothing of the row is built here."""


class QuestionForm(RowForm):
    choices = LinesField(
        label=gettext_lazy("Answers to choose from"), help_text=gettext_lazy("One on each line."), max_length=2000,
        required=False, widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    field_order = (
        "key",
        "section",
        "label",
        "help",
        "kind",
        "choices",
        "most_words",
        "needed",
        "names_people",
        "promise",
    )

    class Meta(RowForm.Meta):
        model = Question
        fields = (
            "key",
            "section",
            "label",
            "help",
            "kind",
            "choices",
            "most_words",
            "needed",
            "names_people",
            "promise",
        )
        widgets = {"help": forms.Textarea(attrs={"rows": 2})}  # as Django reads it

    def clean(self) -> dict[str, Any]:
        """What belongs to another kind of answer is left out, so that nobody has to empty it first."""
        cleaned: dict[str, Any] = super().clean() or {}
        kind = cleaned.get("kind")
        if kind == QuestionKind.CHOICE and len(cleaned.get("choices") or ()) < ENOUGH and "choices" not in self.errors:
            self.add_error("choices", _("Give at least two answers to choose from."))
        if kind != QuestionKind.CHOICE:
            cleaned["choices"] = []
        if kind != QuestionKind.TEXT:
            cleaned |= {"most_words": None, "promise": False}
        elif cleaned.get("most_words") == 0:
            self.add_error("most_words", _("A text has at least one word. Leave it empty for no limit."))
        return cleaned


class CriterionForm(RowForm):
    weight = forms.IntegerField(
        label=gettext_lazy("Weight"), help_text=gettext_lazy("1 to 10: how many times it counts."), min_value=1, max_value=10,
        initial=1,
    )  # fmt: skip

    class Meta(RowForm.Meta):
        model = Criterion
        fields = ("key", "name", "guidance", "weight")
        widgets = {"guidance": forms.Textarea(attrs={"rows": 2})}  # as Django reads it


class Rows(forms.BaseFormSet[RowForm]):
    """The rows of a page, in order."""

    def kept(self) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in self.forms if form.cleaned_data]


def _rows(form: type[RowForm], most: int) -> type[Rows]:
    made = forms.formset_factory(form, formset=Rows, extra=0, max_num=most, absolute_max=most, validate_max=True)
    return cast("type[Rows]", made)


ROWS: dict[str, type[Rows]] = {
    "questions": _rows(QuestionForm, MOST_QUESTIONS),
    "criteria": _rows(CriterionForm, MOST_CRITERIA),
}


def as_sent(form: Any, data: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """What stands in a form of that class as it was sent, not judged, for the form to be shown again."""
    fields = form.base_fields.items()
    return {name: field.widget.value_from_datadict(data, {}, f"{prefix}{name}") for name, field in fields}


def rows_sent(name: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of that name as they were sent."""
    rows: Any = ROWS[name]
    total = data.get(f"{name}-TOTAL_FORMS", "")
    number = min(int(total), rows.absolute_max) if total.isdecimal() else 0
    return [as_sent(rows.form, data, f"{name}-{place}-") for place in range(number)]


def arranged(rows: list[dict[str, Any]], do: str, place: int) -> list[dict[str, Any]]:
    """The rows with one of them moved ``up`` or ``down`` or taken away (``remove``), or with an empty one at the end (``add``)."""
    rows = list(rows)
    if do == "add":
        return [*rows, {"needed": True, "weight": 1, "section": rows[-1].get("section", "") if rows else ""}]
    if not 0 <= place < len(rows):
        return rows
    row = rows.pop(place)
    if do != "remove":
        rows.insert(max(place + {"up": -1, "down": 1}.get(do, 0), 0), row)
    return rows


class SeenForm(forms.Form):
    """What the page was made from, so that nobody overwrites anybody silently."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)


class ChangeCallForm(SensibleCall, forms.ModelForm[Call]):
    """What an announced call says of itself, and why it is changed. The year and who learns who applies stay as announced."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)
    why = CleanTextField(
        label=gettext_lazy("What is changed, and why?"),
        help_text=gettext_lazy(
            "Everyone who has begun an application is told this, and it stands on the page of the call."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("seen", "why")

    class Meta:
        model = Call
        fields = (
            "title",
            "purpose",
            "terms",
            "takes",
            "opens_at",
            "closes_at",
            *PHASES,
            "budget",
            "largest_grant",
            "most_pages",
            "approve_days",
            "plan",
        )
        widgets = TIMES
        formfield_callback = draft_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Call.asks:
            if name in self.fields:
                self.fields[name].required = True

    def values(self) -> dict[str, Any]:
        """The call's own fields that are not as they were; moments are shown, and compared, to the second."""
        return {name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.changed_data}

    def _post_clean(self) -> None:
        """The call is written by an action under its lock, never by the form."""


class BeginCallForm(forms.Form):
    """A name, and what to begin from."""

    title = CleanCharField(label=gettext_lazy("Title"), max_length=200)
    like = forms.ModelChoiceField(
        label=gettext_lazy("Begin from"),
        help_text=gettext_lazy(
            "Texts, questions, criteria and money are taken over from an earlier call; times and year are not."
        ),
        queryset=Call.objects.none(),
        required=False,
        empty_label=gettext_lazy("The usual questions and criteria"),
    )


class LateForm(CoauthorForm):
    """Who may be late, until when, and why."""

    until = forms.DateTimeField(label=gettext_lazy("May hand in until"), widget=MomentInput())
    why = CleanTextField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy(
            "Stays with the call, for the fund officers to read. The right cannot be changed afterwards."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
