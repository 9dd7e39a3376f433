"""Writing a challenge, and what its moves ask for."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Challenge
from ideas.queries.challenging import answers_for
from ideas.states import Became
from portal.cases.forms import DraftForm, MoveForm, ReasonForm
from portal.cases.models import Case
from portal.cases.text import CleanTextField
from portal.cases.who import AUTHOR

CENTURY = range(2000, 2100)


class ChallengeDraftForm(DraftForm):
    class Meta(DraftForm.Meta):
        model = Challenge
        fields = ("title", "summary", "question", "beneficiaries", "criteria")
        labels = {"summary": gettext_lazy("Background")}
        help_texts = {
            "title": gettext_lazy("A few words that a resident understands."),
            "summary": gettext_lazy("Why do you ask, and what do you know of the need?"),
            "question": gettext_lazy("Ask for what is to become better, not for a certain solution."),
            "beneficiaries": gettext_lazy("Who has the need?"),
            "criteria": gettext_lazy(
                "What do you weigh, and what must an answer hold? Everyone reads it before they answer."
            ),
        }


class MomentField(forms.DateTimeField):
    """A day and a time of day, in Stockholm, in this century: what is due some time after it must have a date too."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"], **kwargs)

    def validate(self, value: datetime | None) -> None:
        super().validate(value)
        if value and value.year not in CENTURY:
            raise ValidationError(self.error_messages["invalid"], code="invalid")


class AnnounceForm(MoveForm):
    """When the challenge takes answers."""

    opens_at = MomentField(label=gettext_lazy("Opens"), help_text=gettext_lazy("Now, or later."))
    closes_at = MomentField(label=gettext_lazy("Closes"), help_text=gettext_lazy("No answers are taken after this."))

    def prepare(self) -> None:
        self.fields["opens_at"].initial = timezone.now

    def clean_closes_at(self) -> datetime:
        closes: datetime = self.cleaned_data["closes_at"]
        if closes <= max(timezone.now(), self.cleaned_data.get("opens_at") or timezone.now()):
            raise ValidationError(_("It must close after it has opened, and not before now."))
        return closes


class ExtendForm(ReasonForm):
    """A later closing. What has been promised is not taken back, so it is never earlier."""

    closes_at = MomentField(label=gettext_lazy("Closes"))
    field_order = ("closes_at", "reason")

    case: Challenge

    def clean_closes_at(self) -> datetime:
        closes: datetime = self.cleaned_data["closes_at"]
        if self.case.closes_at is None or closes <= max(timezone.now(), self.case.closes_at):
            raise ValidationError(_("Choose a time later than now and than the closing so far."))
        return closes


class SettleForm(ReasonForm):
    """What becomes of each answer that the person sees, and what is said to all. Whoever has answered does not decide (FL 16 §)."""

    reason = CleanTextField(
        label=gettext_lazy("What became of the answers"),
        help_text=gettext_lazy(
            "Everyone reads this, and it is sent to those who answered. Thank them, and say what decided."
        ),
        max_length=5000,
    )

    case: Challenge

    def prepare(self) -> None:
        self.quote = self.case.criteria
        self.answers: list[Any] = answers_for(self.case, self.person) if self.person else []
        for answer in self.answers:
            self.fields[_name(answer)] = forms.ChoiceField(
                label=f"{answer.reference}: {answer}",
                help_text=answer.excerpt,
                choices=Became.choices,
                widget=forms.RadioSelect,
            )
        self.order_fields([*map(_name, self.answers), "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.person is not None and self._has_answered():
            raise ValidationError(
                _("You have answered the challenge yourself, so somebody else must say what becomes of the answers.")
            )
        return {**cleaned, "became": dict(self._became(cleaned))}

    def _became(self, cleaned: dict[str, Any]) -> Iterator[tuple[int, str]]:
        for answer in self.answers:
            if became := cleaned.pop(_name(answer), ""):
                yield answer.pk, became

    def _has_answered(self) -> bool:
        ids = [answer.pk for answer in self.answers]
        return Case.objects.filter(AUTHOR(self.person), pk__in=ids).exists() if self.person else False


def _name(answer: Case) -> str:
    return f"answer_{answer.pk}"
