"""What the registrar writes in the diary."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.cases.states import Direction, Provision
from portal.cases.text import CleanCharField, CleanTextField


class PaperForm(forms.Form):
    """A letter, a call or a visit that did not come through the portal (FL 2017:900 27 §)."""

    direction = forms.ChoiceField(label=_("The document was"), choices=Direction.choices, widget=forms.RadioSelect)
    on = forms.DateField(
        label=_("Date"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), initial=timezone.localdate
    )
    counterpart = CleanCharField(label=_("From or to whom"), required=False)
    private = forms.BooleanField(
        label=_("A private person: leave the name out of the public diary"), required=False, initial=True
    )
    concerns = CleanCharField(label=_("What it concerns, briefly"), help_text=_("Name no private person here."))
    provision = forms.ChoiceField(
        label=_("Secrecy mark"), choices=[("", _("None")), *Provision.choices], required=False
    )

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("The date lies ahead."), code="ahead")
        return day


class MarkForm(forms.Form):
    """A secrecy mark names its provision (OSL 5:5). It is a warning to test at each request, not a decision."""

    provision = forms.ChoiceField(
        label=_("Secrecy mark"), choices=[("", _("None")), *Provision.choices], required=False
    )
    reason = CleanTextField(label=_("Reason"), help_text=_("Stays in the history of the case."), max_length=2000)
