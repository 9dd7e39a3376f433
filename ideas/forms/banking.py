"""What is written in the needs bank, and what has been seen out in the world."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Gathering, Need, ScanningNote
from portal.accounts.models import User
from portal.cases import personal
from portal.cases.errors import NotVisible
from portal.cases.forms import SeenMixin
from portal.cases.forms.versioned import draft_formfield
from portal.cases.models import Case
from portal.cases.queries.finding import find_case
from portal.cases.text import CleanCharField
from portal.organisation.models import Unit

NO_ONE = gettext_lazy("Nobody is to be recognised: no names, and nothing of a single person’s health.")


def formfield(column: Any, **kwargs: Any) -> Any:
    """As in drafts; a date is chosen in the browser's calendar."""
    field = draft_formfield(column, **kwargs)
    if isinstance(field, forms.DateField):
        field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return field


class OpenTextForm(SeenMixin, forms.ModelForm[Any]):
    """All employees read what is written here, so an identity number is refused and not only asked about."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and personal.find(value):
                self.add_error(name, _("The text contains a personal identity number. Take it out."))
        return cleaned


class HappenedForm(OpenTextForm):
    """About something that has happened on a day."""

    day: str

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (day := cleaned.get(self.day)) and day > timezone.localdate():
            self.add_error(self.day, _("The date lies ahead."))
        return cleaned


class OfUnitForm(forms.ModelForm[Any]):
    """For a unit, among those that the person writes for."""

    def __init__(self, *args: Any, units: "QuerySet[Unit]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["unit"]
        field.queryset, field.empty_label = units, None


class GatheringForm(OfUnitForm, HappenedForm):
    day = "held_on"

    class Meta:
        model = Gathering
        fields = ("title", "method", "groups", "unit", "held_on", "held_by", "result")
        formfield_callback = formfield
        help_texts = {
            "held_by": gettext_lazy("A role or a group, not a person's name."),
            "result": NO_ONE,
        }


class NeedForm(OfUnitForm, OpenTextForm):
    class Meta:
        model = Need
        fields = ("sentence", "groups", "evidence", "unit", "gathering")
        formfield_callback = formfield
        help_texts = {
            "sentence": gettext_lazy("Who needs what, and to be able to do what? Do not write the solution."),
            "evidence": NO_ONE,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gathering: Any = self.fields["gathering"]
        gathering.empty_label = _("None of them")


class ScanningForm(HappenedForm):
    day = "seen_on"

    class Meta:
        model = ScanningNote
        fields = ("title", "source", "link", "seen_on", "seen", "meaning")
        formfield_callback = formfield
        labels = {"link": gettext_lazy("Link to it")}
        help_texts = {
            "source": gettext_lazy("For example a report, a conference, another region."),
            "link": gettext_lazy("Begins with https://."),
            "seen": NO_ONE,
        }


class TieNoteForm(forms.Form):
    """A case that the person sees, by its diary number."""

    reference = CleanCharField(
        label=gettext_lazy("Diary number of the case"),
        help_text=gettext_lazy("For example HSN 2026-0042."),
        max_length=40,
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_reference(self) -> Case:
        try:
            return find_case(self.cleaned_data["reference"], self.person)
        except NotVisible:
            raise forms.ValidationError(_("There is no such case, or you may not see it.")) from None
