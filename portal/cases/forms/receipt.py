"""Coming back to a case without an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.cases.text import CleanCharField


class ReceiptForm(forms.Form):
    """The two things that stand on a receipt."""

    reference = CleanCharField(
        label=_("Diary number"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    code = CleanCharField(
        label=_("Code"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
