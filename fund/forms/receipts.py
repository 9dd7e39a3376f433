"""Trying a receipt."""

from typing import Any

from django import forms
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.text import CleanTextField

LARGEST = 2 * 1024 * 1024
"""Bytes; a receipt is a page."""


class TryReceiptForm(forms.Form):
    """A receipt as it was got: the file, or its signed text."""

    file = forms.FileField(label=gettext_lazy("The receipt as a file (PDF)"), required=False)
    text = CleanTextField(label=gettext_lazy("Or the signed text"), required=False, max_length=20_000)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST:
            raise forms.ValidationError(_("A receipt is at most %(size)s.") % {"size": filesizeformat(LARGEST)})
        return file

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not (cleaned["file"] or cleaned["text"]):
            raise forms.ValidationError(_("Choose a file, or paste the text of a receipt."))
        return cleaned

    def data_given(self) -> bytes:
        """What is to be tried, when the form is valid."""
        file = self.cleaned_data["file"]
        return bytes(file.read()) if file else self.cleaned_data["text"].encode()
