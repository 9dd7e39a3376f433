"""What is asked of times: one, several by a rule, and those that nobody can have."""

from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from dateutil.rrule import WEEKLY, rrule, weekday
from django import forms
from django.forms.utils import from_current_timezone
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.text import CleanTextField
from testbeds.models import Testbed, Weekday
from testbeds.rules.choosing import MOST_AHEAD

MOST_TIMES = 52
DAYS_SHOWN = 30
FARTHEST = 10 * 366
"""Days from today."""


def near_enough(day: date) -> None:
    """Raises ValidationError for a day so far away that no time there can be reckoned with: near the first and the last day that there is,
    or with centuries of opening hours before it.
    """
    if abs((day - timezone.localdate()).days) > FARTHEST:
        raise forms.ValidationError(_("Choose a day within ten years from now."))


def day_field(label: Any, **options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, validators=[near_enough], **options)


def clock_field(label: Any, **options: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), **options)


def moment(day: Any, clock: Any) -> datetime:
    """The moment of a wall time. Raises ValidationError where the clock skips it, or has it twice (a change to or from summer time)."""
    try:
        return from_current_timezone(datetime.combine(day, clock))
    except forms.ValidationError:
        raise forms.ValidationError(
            _("The clock is changed that night: %(at)s is not one moment. Choose another time.")
            % {"at": f"{clock:%H:%M}"}
        ) from None


def posted_moment(data: Any) -> datetime | None:
    """``begins`` as a button of a free time sends it; None where there is none, or what is no moment on any clock here."""
    with suppress(ValueError, OverflowError):
        found = parse_datetime((data or {}).get("begins", ""))
        if found is not None and timezone.is_aware(found):
            return timezone.localtime(found)
    return None


class LengthMixin(forms.Form):
    """Asks for how long, within what the testbed takes."""

    minutes = forms.IntegerField(label=gettext_lazy("Minutes"))

    def __init__(self, *args: Any, testbed: Testbed, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.testbed = testbed
        field: Any = self.fields["minutes"]
        field.min_value, field.max_value = testbed.shortest, testbed.longest
        field.initial = field.initial or testbed.shortest
        field.help_text = _("From %(shortest)s to %(longest)s minutes.") % {
            "shortest": testbed.shortest,
            "longest": testbed.longest,
        }

    def clean_minutes(self) -> int:
        minutes: int = self.cleaned_data["minutes"]
        if not self.testbed.shortest <= minutes <= self.testbed.longest:
            raise forms.ValidationError(
                _("A use lasts from %(shortest)s to %(longest)s minutes here.")
                % {"shortest": self.testbed.shortest, "longest": self.testbed.longest}
            )
        return minutes


class FindForm(LengthMixin):
    """Which times are free."""

    since = day_field(gettext_lazy("From"))
    until = day_field(gettext_lazy("To"))
    field_order = ("since", "until", "minutes")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until:
            if until < since:
                self.add_error("until", _("The last day is before the first."))
            if until > timezone.localdate() + timedelta(days=MOST_AHEAD):
                self.add_error("until", _("Times can be chosen a year ahead."))
        return cleaned


class TimeForm(LengthMixin):
    """One time: a day and a time of day or, from a list of free times, the moment ``begins`` itself, since the clock can have a time twice.
    ``begins`` and ``ends`` are moments in the cleaned data.
    """

    day = day_field(gettext_lazy("Day"))
    at = clock_field(gettext_lazy("Time of day"))
    field_order = ("day", "at", "minutes")

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        self.begins = posted_moment(data)
        if self.begins is not None:
            data = {**data.dict(), "day": self.begins.date(), "at": self.begins.time()}
        super().__init__(data, *args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"day", "at", "minutes"} <= cleaned.keys():
            try:
                cleaned["begins"] = self.begins or moment(cleaned["day"], cleaned["at"])
            except forms.ValidationError as problem:
                self.add_error("at", problem)
            else:
                cleaned["ends"] = cleaned["begins"] + timedelta(minutes=cleaned["minutes"])
        return cleaned


class SeriesForm(LengthMixin):
    """Several times by a rule: every so many weeks, on some days of the week, at one time of the day."""

    day = day_field(gettext_lazy("First day"))
    at = clock_field(gettext_lazy("Time of day"))
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=Weekday.choices,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    every = forms.IntegerField(label=gettext_lazy("Every how many weeks"), min_value=1, max_value=8, initial=1)
    times = forms.IntegerField(label=gettext_lazy("How many times"), min_value=2, max_value=MOST_TIMES, initial=3)
    field_order = ("day", "at", "minutes", "weekdays", "every", "times")

    def rule(self) -> str:
        """The rule as RFC 5545 writes it, without the first day."""
        told = self.cleaned_data
        days = [weekday(number) for number in told["weekdays"]]
        first = datetime.combine(told["day"], told["at"])
        written = str(rrule(WEEKLY, dtstart=first, interval=told["every"], byweekday=days, count=told["times"]))
        return written.partition("RRULE:")[2]

    def first(self) -> datetime:
        """The wall time of the first day, without a zone."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["at"])


class BlockForm(forms.Form):
    """A time that nobody can have, and why."""

    first_day = day_field(gettext_lazy("From"))
    first_at = clock_field(gettext_lazy("From, time of day"), initial="00:00")
    last_day = day_field(gettext_lazy("To"))
    last_at = clock_field(gettext_lazy("To, time of day"), initial="23:59")
    why = CleanTextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("Those who lose a time read this. Others only see that it is busy."),
        max_length=500,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for end, day, at in (("begins", "first_day", "first_at"), ("ends", "last_day", "last_at")):
            if cleaned.get(day) is not None and cleaned.get(at) is not None:
                try:
                    cleaned[end] = moment(cleaned[day], cleaned[at])
                except forms.ValidationError as problem:
                    self.add_error(at, problem)
        if "begins" in cleaned and "ends" in cleaned:
            if cleaned["ends"] <= cleaned["begins"]:
                self.add_error("last_day", _("It ends before it begins."))
            elif cleaned["ends"] <= timezone.now():
                self.add_error("last_day", _("That time has passed."))
        return cleaned


class WhyForm(forms.Form):
    """Why a time is let go."""

    why = CleanTextField(label=gettext_lazy("Why"), max_length=500)


class KeepForm(forms.Form):
    """Why a hold is kept longer."""

    why = CleanTextField(
        label=gettext_lazy("Why is it held longer?"),
        help_text=gettext_lazy("Whoever asked for the time reads this, and it stands in the history."),
        max_length=500,
    )
