"""What is asked when an idea spreads: the kit, the adoption, its check, and the good example."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Adoption, Example
from ideas.rules import consented_by_now, keeps_its_day
from ideas.states import TAKEN_UP, Uptake
from portal.cases.forms import SeenMixin
from portal.cases.pictures import PictureField
from portal.cases.text import CleanCharField, CleanTextField, clean_formfield
from portal.organisation.models import Unit

CONSENT_HELP = gettext_lazy("For example the diary number of the form that they have signed.")


class KitForm(SeenMixin, forms.Form):
    """How it is done."""

    text = CleanTextField(
        label=gettext_lazy("How to do it"),
        help_text=gettext_lazy(
            "What you need, what you did step by step, what it cost, and what you would do otherwise today. Add documents on the page "
            "of the case, for everyone who sees it."
        ),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 12}),
    )
    contact = CleanCharField(
        label=gettext_lazy("Whom to ask"),
        help_text=gettext_lazy("A role and a mailbox or telephone number that is still right when people change."),
    )


class TakeUpForm(forms.Form):
    """What a unit does with the idea of another."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Unit"), queryset=Unit.objects.none(), empty_label=None)
    uptake = forms.ChoiceField(
        label=gettext_lazy("What do you do with it?"), choices=Uptake.choices, widget=forms.RadioSelect
    )
    why = CleanTextField(
        label=gettext_lazy("Why, or what you have changed"),
        help_text=gettext_lazy("Those who introduced it read this, and so do others who consider it."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, units: "QuerySet[Unit]", before: "QuerySet[Adoption]", **kwargs: Any) -> None:
        """``before`` are what units have said of the idea already."""
        super().__init__(*args, **kwargs)
        self.before = before
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]  # a choice among models

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        said = self.before.filter(unit=cleaned.get("unit")).first()
        for reason in keeps_its_day(said, cleaned.get("uptake", "")).reasons if cleaned.get("uptake") else ():
            self.add_error(reason.field, str(reason))
        if cleaned.get("uptake") in (Uptake.ADAPTED, Uptake.DECLINED) and not cleaned.get("why"):
            self.add_error("why", _("Say why, or what you changed: it is what others learn from."))
        return cleaned


class CorrectForm(forms.Form):
    """What the unit does, when it was noted by mistake that it had put the idea to use."""

    uptake = forms.ChoiceField(
        label=gettext_lazy("What do you do with it?"),
        choices=[choice for choice in Uptake.choices if choice[0] not in TAKEN_UP],
        widget=forms.RadioSelect,
    )
    reason = CleanTextField(
        label=gettext_lazy("What was wrong"),
        help_text=gettext_lazy("Stands beside your unit and in the history of the idea, with what was noted before."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CheckForm(forms.Form):
    """The check after twelve months."""

    in_use = forms.TypedChoiceField(
        label=gettext_lazy("Is it still used?"),
        choices=((True, gettext_lazy("Yes")), (False, gettext_lazy("No"))),
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    note = CleanTextField(
        label=gettext_lazy("How it is used now, or why it is not"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class CorrectCheckForm(CheckForm):
    """The check, when what was answered is wrong."""

    reason = CleanTextField(
        label=gettext_lazy("What was wrong"),
        help_text=gettext_lazy("Stands in the history of the idea, with what was answered before."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ExampleForm(SeenMixin, forms.ModelForm[Example]):
    """The story. English is all there or not at all."""

    class Meta:
        model = Example
        fields = (*Example.TEXTS, *(f"{name}_en" for name in Example.TEXTS))
        formfield_callback = clean_formfield
        help_texts = {
            "summary": gettext_lazy("Two sentences that a resident understands."),
            "story": gettext_lazy(
                "What was the problem, what did you do, what became better? No names: those come by consent."
            ),
            "evidence": gettext_lazy("Figures before and after, and how they were measured."),
            "title_en": gettext_lazy("Fill in all four in English, or none: half a story helps nobody."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        english = [f"{name}_en" for name in Example.TEXTS]
        if any(cleaned.get(name) for name in english):
            for name in english:
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("The other texts are in English too, so this one is needed."))
        return cleaned


class NotedConsentForm(forms.Form):
    """Where a consent is kept, and since when."""

    consent = CleanCharField(
        label=gettext_lazy("Where their consent is kept"), help_text=CONSENT_HELP, max_length=200, required=False
    )
    consented_on = forms.DateField(
        label=gettext_lazy("The day they consented"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("consent")) != bool(cleaned.get("consented_on")):
            self.add_error("consented_on", _("A consent needs both where it is kept and its day."))
        for reason in consented_by_now(cleaned.get("consented_on")).reasons:
            self.add_error(reason.field, str(reason))
        return cleaned


class PictureForm(NotedConsentForm):
    """A picture, told in words for those who do not see it."""

    file = PictureField(
        label=gettext_lazy("Picture"), help_text=gettext_lazy("PNG, JPEG, WebP or GIF."), max_length=1000
    )
    alt = CleanCharField(
        label=gettext_lazy("What the picture shows"),
        help_text=gettext_lazy("Is read to those who do not see it."),
        max_length=300,
    )
    alt_en = CleanCharField(label=gettext_lazy("What the picture shows, in English"), max_length=300, required=False)
    shows_people = forms.BooleanField(
        label=gettext_lazy("Somebody can be recognised in it"),
        help_text=gettext_lazy("The picture is then shown only when their consent is noted below."),
        required=False,
    )
    field_order = ("file", "alt", "alt_en", "shows_people", "consent", "consented_on")


class CreditForm(NotedConsentForm):
    """Somebody to thank."""

    name = CleanCharField(label=gettext_lazy("Name"), max_length=120)
    part = CleanCharField(label=gettext_lazy("What they did"), max_length=200, required=False)
    field_order = ("name", "part", "consent", "consented_on")
