"""What the moves of a suggestion ask for."""

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.forms.people import ColleaguesField
from ideas.forms.writing import SuggestedInput
from ideas.models import Idea, Suggestion
from ideas.queries.similar import similar_ideas
from ideas.rules import takes_in
from ideas.states import Disposition
from portal.accounts.models import User
from portal.cases import personal
from portal.cases.errors import NotVisible
from portal.cases.forms import MoveForm, ReasonForm
from portal.cases.queries.finding import find_case
from portal.cases.text import CleanCharField, CleanTextField
from portal.organisation.models import Unit

NEEDS: dict[str, tuple[str, str | Promise]] = {
    Disposition.JOINED: ("idea", gettext_lazy("Give the diary number of the idea.")),
    Disposition.OTHER_ROUTE: ("route", gettext_lazy("Name where the suggestion went.")),
    Disposition.NEW_IDEA: ("idea_title", gettext_lazy("Give the new idea a title.")),
}


class AnswerForm(ReasonForm):
    """What became of a suggestion, and the answer in plain language (B43-7). Both are mandatory."""

    disposition = forms.ChoiceField(
        label=gettext_lazy("What becomes of it?"), choices=Disposition.choices, widget=forms.RadioSelect
    )
    idea_title = CleanCharField(label=gettext_lazy("Title of the new idea"), required=False)
    carrier = ColleaguesField(
        label=gettext_lazy("Who takes the new idea on?"),
        help_text=gettext_lazy(
            "The e-mail address or user name of a colleague, who then completes it and cannot decide on it. "
            "Leave empty to take it on yourself."
        ),
        widget=forms.TextInput,
        required=False,
    )
    idea = CleanCharField(
        label=gettext_lazy("Which idea?"),
        help_text=gettext_lazy(
            "Its diary number, for example HSN 2026-0042. The field offers ideas that are like the suggestion."
        ),
        required=False,
    )
    route = CleanCharField(
        label=gettext_lazy("Passed on to"),
        help_text=gettext_lazy("For example the complaints service of the hospital, or the municipality."),
        required=False,
    )
    reason = CleanTextField(
        label=gettext_lazy("Your answer"),
        help_text=gettext_lazy(
            "The person who wrote reads this. Thank them, say what happens now and why, in plain language."
        ),
        max_length=5000,
    )

    case: Suggestion
    field_order = ("disposition", "idea_title", "carrier", "idea", "route", "reason")

    def prepare(self) -> None:
        self.quote = self.case.proposal
        self.fields["idea_title"].initial = self.case.title
        if self.person is not None and not self.is_bound:
            alike = similar_ideas(self.case.proposal, self.person)
            self.fields["idea"].widget = SuggestedInput(suggestions=[(str(one.reference), one.title) for one in alike])

    def becomes(self, *dispositions: Disposition) -> bool:
        return self.cleaned_data.get("disposition") in dispositions

    def clean_carrier(self) -> Any:
        people = self.cleaned_data["carrier"]
        if len(people) > 1:
            raise forms.ValidationError(_("Name one person."))
        return people[0] if people else self.person

    def clean_idea(self) -> Idea | None:
        text = self.cleaned_data["idea"]
        if not text or not self.becomes(Disposition.JOINED, Disposition.EXISTS):
            return None
        return find_idea(text, self.person)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        name, message = NEEDS.get(cleaned.get("disposition", ""), ("", ""))
        if name and name not in self.errors and not cleaned.get(name):
            self.add_error(name, str(message))
        return cleaned


def find_idea(text: str, person: User | None) -> Idea:
    """The idea with that diary number, if the person sees it. Raises ValidationError."""
    try:
        found = find_case(text, person or AnonymousUser()).as_kind()
    except NotVisible:
        found = None
    if not isinstance(found, Idea):
        raise forms.ValidationError(_("No idea that you can see has that diary number."))
    return found


class JoinForm(ReasonForm):
    """Which idea this one goes on together with, and why."""

    idea = CleanCharField(
        label=gettext_lazy("Which idea does it go on together with?"),
        help_text=gettext_lazy("Its diary number, for example HSN 2026-0042. The field offers ideas that are alike."),
    )
    field_order = ("idea", "reason")

    case: Idea

    def prepare(self) -> None:
        if self.person is not None and not self.is_bound:
            alike = similar_ideas(f"{self.case.title}\n{self.case.body}", self.person)
            others = [(str(one.reference), one.title) for one in alike if one.pk != self.case.pk]
            self.fields["idea"].widget = SuggestedInput(suggestions=others)

    def clean_idea(self) -> Idea:
        found = find_idea(self.cleaned_data["idea"], self.person)
        if found.pk == self.case.pk:
            raise forms.ValidationError(_("A case is not tied to itself."), code="itself")
        if not (verdict := takes_in(found)):
            raise forms.ValidationError([str(reason) for reason in verdict.reasons])
        return found


class PassOnForm(ReasonForm):
    """Another unit that the case belongs to."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Pass on to"), queryset=Unit.objects.none())
    field_order = ("unit", "reason")

    def prepare(self) -> None:
        field = self.fields["unit"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # tells the type
        field.queryset = Unit.objects.current().exclude(pk=self.case.unit_id).in_order()


class PublishForm(MoveForm):
    """What everyone may read: the suggestion without what would tell who wrote it."""

    private = frozenset({"public_text"})

    public_text = CleanTextField(
        label=gettext_lazy("Text for everyone to read"),
        help_text=gettext_lazy(
            "Take out names, health data and anything else that tells who wrote it or whom it is about."
        ),
        max_length=10_000,
    )

    case: Suggestion

    def prepare(self) -> None:
        self.quote = self.case.answer
        self.fields["public_text"].initial = self.case.public_text or personal.mask(self.case.proposal)

    def clean_public_text(self) -> str:
        text: str = self.cleaned_data["public_text"]
        if personal.find(text):
            raise forms.ValidationError(_("The text contains a personal identity number. Take it out."))
        return text
