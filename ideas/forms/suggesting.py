"""What a resident fills in. Nothing here asks for an account, and nothing that is written is lost when something is wrong."""

from typing import Any, ClassVar

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Area
from ideas.queries.suggestions import same_text_lately
from ideas.states import Sender
from portal.cases import personal
from portal.cases.forms import AttendedForm
from portal.cases.text import CleanCharField, CleanTextField

LEAST_SECONDS = 3
"""Nobody reads the form and writes a suggestion in less."""
STAMP = signing.TimestampSigner(salt="ideas.suggestion")


class CarefulForm(forms.Form):
    """Stops and asks when a text seems to hold a personal identity number (domain §6); the writer chooses what is sent."""

    texts: ClassVar[tuple[str, ...]]
    """Names of the free texts."""

    number = forms.ChoiceField(
        label=gettext_lazy("The text seems to hold a personal identity number"),
        choices=[
            ("mask", gettext_lazy("Take the number away before it is sent")),
            ("keep", gettext_lazy("Send the text as it is")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.holds_number and not cleaned.get("number"):
            self.add_error("number", _("Choose what to do with it. We do not need it to answer you."))
        return cleaned

    @property
    def holds_number(self) -> bool:
        """The question is to be asked. Only for a form that has been sent."""
        return any(personal.find(self.cleaned_data.get(name) or "") for name in self.texts)

    def words(self, name: str) -> str:
        """The text as the writer has chosen to send it."""
        text: str = self.cleaned_data[name]
        return personal.mask(text) if self.cleaned_data["number"] == "mask" else text


class SuggestionForm(AttendedForm, CarefulForm):
    """A suggestion. ``stamp`` says, signed, when the page was made.

    Whether the same text, sent a moment ago by someone, is to be sent again is asked only when there is cause.
    """

    texts = ("proposal", "place")

    proposal = CleanTextField(
        label=gettext_lazy("Your suggestion"),
        help_text=gettext_lazy(
            "What would you change, and why? Leave out names, personal identity numbers, and everything about your own or "
            "anyone else's health."
        ),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    area = forms.ModelChoiceField(
        label=gettext_lazy("What is it about?"),
        queryset=Area.objects.filter(offered=True).select_related("unit"),
        empty_label=gettext_lazy("Choose"),
    )
    place = CleanCharField(
        label=gettext_lazy("Where?"),
        help_text=gettext_lazy("For example a hospital, a station or a line, if it is about a certain place."),
        required=False,
    )
    sender = forms.ChoiceField(
        label=gettext_lazy("I write as"), choices=Sender.choices, initial=Sender.RESIDENT, widget=forms.RadioSelect
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail address"),
        help_text=gettext_lazy(
            "Only if you want the answer by e-mail. It is kept apart from the suggestion and erased later."
        ),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    again = forms.BooleanField(label=gettext_lazy("Send it anyway"), required=False)
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stamp"].initial = STAMP.sign("")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if sentence := self._haste(cleaned):
            self.add_error(None, sentence)
        if cleaned.get("proposal") and not cleaned.get("again") and self.asks_again:
            self.add_error("again", _("The same text has just come in. If it was you who sent it, you are done."))
        return cleaned

    def _haste(self, cleaned: dict[str, Any]) -> str:
        try:
            STAMP.unsign(cleaned.get("stamp", ""), max_age=LEAST_SECONDS)
        except signing.SignatureExpired:
            return ""  # made long enough ago
        except signing.BadSignature:
            self.send_back(stamp=STAMP.sign(""))
        return _("That went very fast. Wait a few seconds and press “Send” once more.")

    @property
    def asks_again(self) -> bool:
        """The same text came in lately (one query). Only for a form that has been sent."""
        return same_text_lately(self.cleaned_data.get("proposal") or "").exists()


class ReplyForm(CarefulForm):
    """What the author of a suggestion writes to those who handle it."""

    texts = ("text",)

    text = CleanTextField(
        label=gettext_lazy("Write to us"),
        help_text=gettext_lazy(
            "An answer to a question, or something you want to add. The same goes here: nothing about health."
        ),
        max_length=5000,
    )
