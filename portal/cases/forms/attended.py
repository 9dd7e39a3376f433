"""Forms that need no account: what machines send is told from what people write, and nobody's text is thrown away."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class AttendedForm(forms.Form):
    """A form with a trap: ``website`` is hidden from people, and a machine that fills in everything gives itself away.

    So does a browser that fills in by itself, so the form comes back with a sentence, the trap emptied and the text kept. Stands before
    the form in the list of bases.
    """

    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("website"):
            self.send_back(website="")
            self.add_error(
                None, _("Something was filled in that people do not see, as machines do. Press “Send” once more.")
            )
        return cleaned

    def send_back(self, **values: str) -> None:
        """Let the form come back with other values in fields that people do not fill in."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            for name, value in values.items():
                self.data[name] = value
