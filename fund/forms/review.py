"""Naming an expert, declaring a conflict of interest, scoring, and what the panel agrees on."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.models import MOST_POINTS, Application, Call, Review, Reviewer
from fund.models.review import ABSTAINS, COMMENT, POINTS
from portal.accounts.models import User
from portal.cases.forms.versioned import VersionedForm, draft_formfield
from portal.cases.text import CleanCharField, CleanTextField
from portal.organisation.standing import standing_of
from portal.organisation.states import Role

NUMBERS = [(str(number), str(number)) for number in range(1, MOST_POINTS + 1)]
MEANING = gettext_lazy("1 is poor, 3 is good, 5 is outstanding. At 1 and at 5, say why.")


class ReviewerForm(forms.ModelForm[Reviewer]):
    """What is said of an expert who is one already."""

    class Meta:
        model = Reviewer
        fields = ("perspectives", "beneficiaries", "words", "most")
        formfield_callback = draft_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["perspectives"].required = self.fields["beneficiaries"].required = False


class AddReviewerForm(ReviewerForm):
    """An employee by user name or e-mail address; not who runs the fund, and so prepares the decision."""

    person = CleanCharField(label=gettext_lazy("User name or e-mail address"))
    field_order = ("person",)

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call

    def clean_person(self) -> User:
        name = self.cleaned_data["person"]
        employees = User.objects.filter(is_active=True, is_employee=True)
        found = employees.filter(Q(username__iexact=name) | Q(email__iexact=name)).first()
        if found is None:
            raise ValidationError(_("Nobody in the Region has that address or user name. Check how it is spelled."))
        if standing_of(found).units(Role.FUND_OFFICER):
            raise ValidationError(_("A fund officer prepares the decision, and cannot be an expert as well."))
        if Reviewer.objects.filter(call=self.call.pk, person=found).exists():
            raise ValidationError(_("%(person)s is an expert of the call already.") % {"person": found})
        return found


class DeclareForm(forms.Form):
    """Asked before anything of the application is shown (FL 2017:900 16–18 §§, KL 2017:725 6:28)."""

    conflict = forms.TypedChoiceField(
        label=gettext_lazy("Do you have a conflict of interest?"),
        choices=[
            ("no", gettext_lazy("No, nothing that I know of")),
            ("yes", gettext_lazy("Yes, or something that others may take for one")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    why = CleanTextField(
        label=gettext_lazy("What is it?"),
        help_text=gettext_lazy("Only if you have one. The fund officer reads this, and nobody else."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("conflict") and not cleaned.get("why"):
            self.add_error("why", _("Say what the conflict of interest is."))
        return cleaned


class ReviewForm(VersionedForm):
    """Points and a comment for each criterion of the call, and words on the whole. Everything may be empty until it is submitted."""

    class Meta(VersionedForm.Meta):
        model = Review
        fields = ("comment", "abstained")
        labels = {"abstained": gettext_lazy("I leave the whole application to the other experts")}
        help_texts = {"abstained": gettext_lazy("Say above why. Your points do not count then.")}

    instance: Review

    def lines(self) -> Iterator[tuple[Any, forms.BoundField, forms.BoundField]]:
        """Criterion by criterion: its points and its comment."""
        for key, score in self.instance.marks.items():
            yield score.criterion, self[POINTS + key], self[COMMENT + key]


def review_form(review: Review) -> type[ReviewForm]:
    """The form of the criteria of its call."""
    fields: dict[str, Any] = {}
    for key, score in review.marks.items():
        fields[POINTS + key] = _points(str(score.criterion), review.value_of(POINTS + key))
        fields[COMMENT + key] = CleanTextField(
            label=_("Why?"), required=False, max_length=2000, initial=score.comment,
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip
    made: type[ReviewForm] = type("CallReviewForm", (ReviewForm,), {**fields, "Meta": ReviewForm.Meta})
    return made


def _points(criterion: str, initial: str) -> forms.ChoiceField:
    asked = forms.ChoiceField(
        label=_("Points: %(criterion)s") % {"criterion": criterion},
        choices=[*NUMBERS, (ABSTAINS, _("I abstain"))],
        widget=forms.RadioSelect,
        required=False,
        initial=initial,
    )
    asked.needed = True  # type: ignore[attr-defined]  # read by the template of a field
    return asked


class PlaceForm(forms.Form):
    """Choosing an expert by hand."""

    reviewer = forms.ModelChoiceField(queryset=Reviewer.objects.none(), widget=forms.HiddenInput)
    reason = CleanCharField(label=gettext_lazy("Why this expert?"), max_length=200)

    def __init__(self, *args: Any, call: Call, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reviewer"].queryset = call.reviewers.select_related("person")  # type: ignore[attr-defined]  # a choice among models


class OpenAgainForm(forms.Form):
    reason = CleanTextField(
        label=gettext_lazy("Why is it opened again?"), help_text=gettext_lazy("It stays in the history of the application."),
        max_length=2000,
    )  # fmt: skip


class ConsensusForm(forms.Form):
    """What the panel says when it has met: words, and the points that it agrees on where it does."""

    text = CleanTextField(
        label=gettext_lazy("What the panel agrees on"),
        help_text=gettext_lazy(
            "The points that you agree on count in the ranking instead of the experts’ mean; their scores "
            "stay beside. The applicant reads your words and points in the letter."
        ),
        max_length=5000,
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(application.call.criteria.all())
        for criterion in self.criteria:
            self.fields[criterion.key] = forms.TypedChoiceField(
                label=criterion.name,
                choices=[("", _("No points")), *NUMBERS],
                coerce=int,
                empty_value=None,
                required=False,
            )

    def points(self) -> dict[str, int]:
        """By the key of the criterion, where points were agreed on."""
        return {one.key: value for one in self.criteria if (value := self.cleaned_data[one.key]) is not None}
