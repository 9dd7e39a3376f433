"""What is asked of the catalogue."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.text import CleanCharField

FARTHEST = 365
"""Days ahead."""
MOST_TIMES = 20


class FindTimesForm(forms.Form):
    """So many times, of so many hours, before a day: asked with GET, so that the answer can be kept and sent."""

    times = forms.IntegerField(label=gettext_lazy("Number of times"), min_value=1, max_value=MOST_TIMES)
    hours = forms.DecimalField(
        label=gettext_lazy("Hours each time"),
        help_text=gettext_lazy("For example 4 or 1.5."),
        min_value=Decimal("0.25"),
        max_value=24,
        max_digits=4,
        decimal_places=2,
        localize=True,
    )
    before = forms.DateField(
        label=gettext_lazy("Before"),
        help_text=gettext_lazy("The last day is the day before this one, at most a year from now."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    q = CleanCharField(
        label=gettext_lazy("What you want to test"),
        help_text=gettext_lazy("Leave it empty to ask all testbeds."),
        required=False,
    )

    def clean_before(self) -> date:
        before: date = self.cleaned_data["before"]
        today = timezone.localdate()
        if before <= today:
            raise forms.ValidationError(_("Choose a day that lies ahead."))
        if before > today + timedelta(days=FARTHEST):
            raise forms.ValidationError(_("Choose a day within a year from now."))
        return before

    @property
    def minutes(self) -> int:
        return int(self.cleaned_data["hours"] * 60)

    def until(self) -> datetime:
        """When the day begins that everything is to be over before."""
        return timezone.make_aware(datetime.combine(self.cleaned_data["before"], time.min))

    def asked(self) -> dict[str, Any]:
        """For ``fits_times``."""
        times = self.cleaned_data["times"]
        return {"minutes": self.minutes, "times": times, "since": timezone.now(), "until": self.until()}
