"""Ordering an annual report."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.cases.text import CleanTextField

YEARS_BACK = 6


def last_years() -> list[tuple[int, str]]:
    this_year = timezone.localdate().year
    return [(year, str(year)) for year in range(this_year, this_year - YEARS_BACK, -1)]


def year_that_closed() -> int:
    """The accounts are of the calendar year (KL 2017:725 11 kap.), so the report asked for is that of the last one."""
    return timezone.localdate().year - 1


class OrderForm(forms.Form):
    """Which year, and why again if that year already has a report."""

    year: Any = forms.TypedChoiceField(label=_("Year"), coerce=int, choices=last_years, initial=year_that_closed)
    reason = CleanTextField(
        label=_("Why a new version is made"),
        help_text=_("Needed only when the year already has a report. It is printed in the new version."),
        max_length=2000,
        required=False,
    )
