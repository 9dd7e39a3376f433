"""The form for a new calendar address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from testbeds.calendars.showing import kept_by
from testbeds.models import Testbed


class NewFeedForm(forms.Form):
    """One’s own bookings, or everything at a testbed that one hosts."""

    testbed = forms.ModelChoiceField(
        label=_("What the address shows"),
        queryset=Testbed.objects.none(),
        required=False,
        empty_label=_("My own bookings"),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["testbed"]
        field.queryset = kept_by(person)
