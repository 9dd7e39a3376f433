"""What a host writes of a testbed. Everyone on the internet reads it once it is published."""

from collections.abc import Iterator
from datetime import time
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases import personal
from portal.cases.forms import SeenMixin
from portal.cases.forms.versioned import draft_formfield
from portal.cases.pictures import PictureField
from portal.cases.text import CleanCharField
from portal.organisation.models import Unit
from testbeds.forms.times import near_enough
from testbeds.models import TRANSLATED, OpeningException, Testbed, TestbedPicture, Weekday
from testbeds.rules.hosting import may_add, may_move

NO_NUMBER = gettext_lazy("The text contains a personal identity number. Take it out.")
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
STRETCHES = 2
"""How many stretches of a day there is room for, at the least: before and after lunch."""
MOST = {"longest": 14 * 24 * 60, "answer_days": 250, "fee": 100_000, "reimbursement": 100_000, "aid": 100_000}
"""What cannot be meant, and what pages that reckon with it, or the sum of what is booked (``TestRequest.aid``), have no room for."""
PARTS = (
    (gettext_lazy("What it is"), ("unit", "name", "summary", "offers", "equipment", "quality")),
    (
        gettext_lazy("A test there"),
        ("capacity", "shortest", "longest", "before", "after", "open_on_holidays", "induction", "secrecy", "ethics"),
    ),
    (gettext_lazy("Compensation"), ("fee", "reimbursement", "in_kind", "aid", "terms")),
    (
        gettext_lazy("Contact and place"),
        ("answer_days", "contact", "email", "phone", "address", "latitude", "longitude"),
    ),
    (gettext_lazy("In English"), tuple(f"{name}_en" for name in TRANSLATED)),
)


class OpenTextMixin(forms.BaseForm):
    """Everyone reads it, so an identity number is refused and not only asked about."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and personal.find(value):
                self.add_error(name, str(NO_NUMBER))
        return cleaned


class TestbedForm(SeenMixin, OpenTextMixin, forms.ModelForm[Testbed]):
    """A testbed, but for its hours and pictures. English is shown where it is written, Swedish where it is not."""

    __test__ = False

    class Meta:
        model = Testbed
        fields = tuple(name for _heading, names in PARTS for name in names)
        formfield_callback = draft_formfield
        localized_fields = ("in_kind", "latitude", "longitude")
        help_texts = {
            "summary": gettext_lazy("Two sentences that somebody from outside understands."),
            "offers": gettext_lazy("What is tried here, and what questions a test here can answer."),
            "shortest": gettext_lazy("15 minutes or more."),
            "before": gettext_lazy("Is kept free before every test, at most 480."),
            "after": gettext_lazy("Cleaning or decontamination: is kept free after every test, at most 480."),
            "aid": gettext_lazy(
                "What an hour is worth if who tests pays less than the market price. Write 0 if it is no aid."
            ),
            "answer_days": gettext_lazy("Is shown in the catalogue, beside how it has been kept."),
            "latitude": gettext_lazy("In degrees with decimals, for example 59.31230."),
            "longitude": gettext_lazy("In degrees with decimals, for example 18.06140."),
            "name_en": gettext_lazy("What you leave empty in English is shown in Swedish."),
        }

    def __init__(self, *args: Any, units: "QuerySet[Unit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        unit: Any = self.fields["unit"]
        unit.queryset, unit.empty_label = units, None
        for name, most in (("latitude", 90), ("longitude", 180)):
            field: Any = self.fields[name]
            field.validators += forms.DecimalField(min_value=-most, max_value=most).validators
        for name, most in MOST.items():
            self.fields[name].validators.append(MaxValueValidator(most))

    def parts(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The fields under their headings, for the page."""
        for heading, names in PARTS:
            yield heading, [self[name] for name in names]

    def clean_in_kind(self) -> Any:
        if (hours := self.cleaned_data["in_kind"]) is not None and hours < 0:
            raise forms.ValidationError(_("Write 0 or more."))
        return hours

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "unit" in cleaned and self.instance.pk and cleaned["unit"].pk != self.initial.get("unit"):
            for reason in may_move(self.instance).reasons:
                self.add_error("unit", str(reason))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class HoursForm(SeenMixin, forms.Form):
    """The hours of the week: for each day two stretches, or as many as there are, each from a time to a time. Empty is closed."""

    def __init__(self, *args: Any, testbed: Testbed, **kwargs: Any) -> None:
        kept: dict[int, list[tuple[time, time]]] = {}
        for row in testbed.hours.all():
            kept.setdefault(row.weekday, []).append((row.opens, row.closes))
        self.stretches = max([STRETCHES, *map(len, kept.values())])
        stood = {
            name: value
            for day, times in kept.items()
            for number, stretch in enumerate(times)
            for name, value in zip(self.names(day, number), stretch, strict=True)
        }
        super().__init__(*args, initial=stood, **kwargs)
        stood_form = self.fields.pop("stood")
        for day, number in self._places():
            opens, closes = self.names(day, number)
            self.fields[opens] = forms.TimeField(
                label=self._label(day, number, _("opens")), required=False, widget=TIME
            )
            self.fields[closes] = forms.TimeField(
                label=self._label(day, number, _("closes")), required=False, widget=TIME
            )
        self.fields["stood"] = stood_form

    def _places(self) -> list[tuple[int, int]]:
        return [(day, number) for day in range(7) for number in range(self.stretches)]

    @staticmethod
    def names(day: int, number: int) -> tuple[str, str]:
        return f"day{day}_{number}_opens", f"day{day}_{number}_closes"

    @staticmethod
    def _label(day: int, number: int, what: str) -> str:
        again = _(", again") if number else ""
        return f"{Weekday(day).label}{again}, {what}"

    def days(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """The fields of each day, for the page."""
        for day in range(7):
            names = [name for number in range(self.stretches) for name in self.names(day, number)]
            yield Weekday(day).label, [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for day in range(7):
            self._judge(day, cleaned)
        return cleaned

    def _judge(self, day: int, cleaned: dict[str, Any]) -> None:
        last: time | None = None
        for _opens, _closes, names in sorted(self._of(day, cleaned), key=lambda found: found[0] or time.min):
            if _opens is None or _closes is None:
                self.add_error(names[_opens is not None], _("Give both times, or neither."))
            elif _closes <= _opens:
                self.add_error(names[1], _("It closes after it opens."))
            elif last and _opens < last:
                self.add_error(names[0], _("The two stretches of the day overlap."))
            else:
                last = _closes

    def _of(self, day: int, cleaned: dict[str, Any]) -> Iterator[tuple[time | None, time | None, tuple[str, str]]]:
        for number in range(self.stretches):
            names = self.names(day, number)
            if any(name in self.errors for name in names):
                continue
            opens, closes = (cleaned.get(name) for name in names)
            if opens is not None or closes is not None:
                yield opens, closes, names

    def values(self) -> list[tuple[int, time, time]]:
        return [
            (day, opens, closes)
            for day in range(7)
            for opens, closes, _names in self._of(day, self.cleaned_data)
            if opens is not None and closes is not None
        ]


class ExceptionForm(OpenTextMixin, forms.ModelForm[OpeningException]):
    """Other hours on one day: without times it is closed."""

    class Meta:
        model = OpeningException
        fields = ("day", "opens", "closes", "why")
        formfield_callback = draft_formfield
        widgets = {"day": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), "opens": TIME, "closes": TIME}
        help_texts = {
            "opens": gettext_lazy("Leave both times empty if it is closed that day."),
            "why": gettext_lazy("Is shown to everyone. For example: maintenance."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("day", "opens", "closes"):
            self.fields[name].widget = type(self).Meta.widgets[name]

    def clean_day(self) -> Any:
        if (day := self.cleaned_data["day"]) < timezone.localdate():
            raise forms.ValidationError(_("The day has passed."))
        near_enough(day)
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("opens") is None) != (cleaned.get("closes") is None) and not {"opens", "closes"} & set(
            self.errors
        ):
            self.add_error("opens" if cleaned.get("opens") is None else "closes", _("Give both times, or neither."))
        if "day" in cleaned:
            for reason in may_add(
                self.instance.testbed, cleaned["day"], cleaned.get("opens"), cleaned.get("closes")
            ).reasons:
                self.add_error("day", str(reason))
        return cleaned


class PictureForm(OpenTextMixin, forms.ModelForm[TestbedPicture]):
    """A picture of the place, told in words for those who do not see it."""

    file = PictureField(label=gettext_lazy("Picture"), help_text=gettext_lazy("PNG, JPEG, WebP or GIF. No people."))
    alt = CleanCharField(
        label=gettext_lazy("What the picture shows"),
        help_text=gettext_lazy("Is read to those who do not see it."),
        max_length=300,
    )
    alt_en = CleanCharField(label=gettext_lazy("What the picture shows, in English"), max_length=300, required=False)

    class Meta:
        model = TestbedPicture
        fields = ("file", "alt", "alt_en")

    def _post_clean(self) -> None:
        """The row is written by an action, never by the form."""
