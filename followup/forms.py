"""Ordering an annual report."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.cases.text import CleanTextField


class OrderForm(forms.Form):
    """Which year, and why again if that year already has a report."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int)
    reason = CleanTextField(
        label=_("Why a new version is made"),
        help_text=_("Needed only when the year already has a report. It is printed in the new version."),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        this_year = timezone.localdate().year
        self.fields["year"].choices = [(year, str(year)) for year in range(this_year, this_year - 6, -1)]  # type: ignore[attr-defined]
        self.fields["year"].initial = this_year - 1
