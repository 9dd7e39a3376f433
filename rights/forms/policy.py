"""Forms of the rules for everyone: writing them, telling of them, and the guide to whose a result may be."""

from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.forms.versioned import draft_formfield
from portal.cases.text import clean_formfield
from portal.organisation.models import Unit
from rights.forms.writing import DisclosureDraftForm
from rights.models import Briefing, Disclosure, OutsideBriefing, PolicyVersion
from rights.rules import Facts
from rights.states import Capacity, Way

ANSWERS = ("result_type", "main_duty", "specific_task", "in_service", "in_operations")


class GuideForm(forms.ModelForm[Disclosure]):
    """The questions on which it hangs whose a result is. All may be left open; nothing is kept."""

    capacities = forms.MultipleChoiceField(
        label=gettext_lazy("Those who contributed did so as"),
        choices=Capacity.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    field_order = ("result_type", "capacities")

    class Meta:
        model = Disclosure
        fields = ANSWERS
        formfield_callback = draft_formfield
        help_texts: ClassVar = {
            name: text for name, text in DisclosureDraftForm.Meta.help_texts.items() if name in ANSWERS
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.required = False

    def facts(self) -> Facts:
        """What the answers say."""
        answers = {name: self.cleaned_data[name] for name in ANSWERS}
        return Facts(capacities=frozenset(self.cleaned_data["capacities"]), **answers)

    def _post_clean(self) -> None:
        """There is no row."""


class PolicyForm(forms.ModelForm[PolicyVersion]):
    """The next version, begun as a copy of the latest. ``based_on`` is the number of that."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = PolicyVersion
        fields = ("valid_from", "changes", "changes_en", "text", "text_en")
        formfield_callback = clean_formfield
        widgets: ClassVar = {"valid_from": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts: ClassVar = {
            "changes": gettext_lazy("One or a few sentences, for those who know the version before."),
            "text": gettext_lazy("Markdown: ## begins a heading, - an item of a list, **bold**."),
            "text_en": gettext_lazy("The same in English. Both languages change together."),
        }

    def __init__(self, data: Any = None, *, latest: PolicyVersion) -> None:
        copied = {"text": latest.text, "text_en": latest.text_en, "valid_from": timezone.localdate()}
        super().__init__(data, initial={**copied, "based_on": latest.number})
        self.latest = latest
        for name in ("changes", "changes_en"):
            self.fields[name].required = True
        for name in ("text", "text_en"):
            self.fields[name].widget.attrs["rows"] = 30

    def clean_valid_from(self) -> Any:
        day = self.cleaned_data["valid_from"]
        if day < self.latest.valid_from:
            raise forms.ValidationError(_("It cannot hold from before the version it follows."))
        return day


class BriefingForm(forms.ModelForm[Briefing]):
    """That a unit's staff were told. The units are those that the person answers for."""

    class Meta:
        model = Briefing
        fields = ("unit", "version", "told_on", "way", "told", "staff")
        widgets: ClassVar = {"told_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, units: "list[Unit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [unit.pk for unit in units]
        self.fields["unit"].queryset = Unit.objects.filter(pk__in=ids).in_order()  # type: ignore[attr-defined]  # a choice of rows

    def clean_told_on(self) -> Any:
        day = self.cleaned_data["told_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Record it when it has been done."))
        return day


class OutsideForm(forms.ModelForm[OutsideBriefing]):
    """That somebody outside the Region was told."""

    class Meta:
        model = OutsideBriefing
        fields = ("who", "version", "told_on", "way", "agreement")
        formfield_callback = clean_formfield
        widgets: ClassVar = {"told_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts: ClassVar = {
            "who": gettext_lazy(
                "The organisation, for example a university or a company. Do not name a private person."
            ),
            "agreement": gettext_lazy("Its diary number, if the rules are attached to one."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = [way for way in Way.choices if way[0] != Way.INTRODUCTION]  # that is of those who work here
        self.fields["way"].choices = [("", "---------"), *ways]  # type: ignore[attr-defined]  # a choice

    def clean_told_on(self) -> Any:
        day = self.cleaned_data["told_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("Record it when it has been done."))
        return day
