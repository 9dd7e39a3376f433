"""Forms of the pages."""

from typing import ClassVar

from django import forms

from portal.cases.text import clean_formfield
from portal.pages.models import ContactPoint
from portal.pages.states import Colours


class ContactPointForm(forms.ModelForm[ContactPoint]):
    """An entry of the contact directory. Saving it confirms it."""

    class Meta:
        model = ContactPoint
        fields = (
            "function", "function_en", "area", "area_en", "name", "unit", "phone", "email", "order", "review_every"
        )  # fmt: skip
        formfield_callback = clean_formfield
        widgets: ClassVar = {"phone": forms.TextInput(attrs={"type": "tel"})}


class ColoursForm(forms.Form):
    """The choice of colour scheme, from the foot of every page."""

    colours = forms.ChoiceField(choices=Colours.choices)
