"""Forms of a report."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.cases.forms import AttendedForm, ReasonForm
from portal.cases.text import CleanCharField, CleanTextField, clean_formfield
from portal.pages.barriers.models import Barrier


class BarrierForm(AttendedForm, forms.ModelForm[Barrier]):
    """What a visitor fills in."""

    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        help_text=_("Only if you want an answer. It is kept apart from the report."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    class Meta:
        model = Barrier
        fields = ("place", "description", "aid", "is_request")
        formfield_callback = clean_formfield
        help_texts: ClassVar = {
            "place": _("The address of the page, or what it is called."),
            "description": _("Do not write about your health. What you send can become public."),
            "aid": _("For example: NVDA with Firefox, or VoiceOver on a phone."),
            "is_request": _("The law gives you the right to ask for content that is excepted from its demands."),
        }


class PassOnForm(ReasonForm):
    """Whose matter it is instead."""

    route = CleanCharField(label=_("Who can help"), help_text=_("A name and how to reach them."), max_length=200)
    field_order = ("route", "reason")


class RefuseForm(ReasonForm):
    """A decision that can be appealed against (DOS-lagen 20 §, FL 2017:900 31–33 §§)."""

    reason = CleanTextField(
        label=_("Decision, reasons and how to appeal"),
        help_text=_("The author reads this. Say what is refused, which provision it rests on, why, and how to appeal."),
        max_length=5000,
    )
