"""What is written of external grants."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.models import CHECKED, ExternalGrant, ReportingDate
from portal.accounts.models import User
from portal.cases import personal
from portal.cases.errors import NotVisible
from portal.cases.forms import SeenMixin
from portal.cases.forms.inside import person_called
from portal.cases.forms.versioned import digest, draft_formfield
from portal.cases.models import Case
from portal.cases.queries.finding import find_case
from portal.cases.text import CleanCharField, CleanTextField
from portal.organisation.models import Unit

DAYS = ("applied_on", "granted_on", "turned_down_on", "ended_on")
DAY = {"type": "date"}


class ExternalForm(SeenMixin, forms.ModelForm[ExternalGrant]):
    """An external grant, but for the check and the acceptance, which are steps of their own."""

    reference = CleanCharField(
        label=gettext_lazy("Diary number of the case"),
        help_text=gettext_lazy(
            "If the money belongs to a case here, for example HSN 2026-0042. Only a case that all may be told of."
        ),
        max_length=40,
        required=False,
    )

    keeper = CleanCharField(
        label=gettext_lazy("Who answers for it"),
        help_text=gettext_lazy(
            "User name or e-mail address. They are reminded of the reporting dates if there is no case. Left empty, it is you."
        ),
        max_length=254,
        required=False,
    )

    class Meta:
        model = ExternalGrant
        fields = ("title", "financier", "source", "programme", "unit", "amount", "co_finance", "terms", *DAYS)
        formfield_callback = draft_formfield
        help_texts = {
            "terms": gettext_lazy(
                "What the financier asks for: what the money may go to, who owns the result, what is reported."
            ),
            "co_finance": gettext_lazy("In money or time. Write 0 if there is none."),
        }

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        grant = kwargs["instance"]
        standing = {
            "reference": grant.case.reference if grant.case_id else "",
            "keeper": grant.keeper.username if grant.keeper_id else person.username,
        }
        kwargs["initial"] = {**kwargs.get("initial", {}), **standing}
        super().__init__(*args, **kwargs)
        self.person = person
        for name in ("title", "financier", "source", "unit", "amount", "co_finance", "terms"):
            self.fields[name].required = True
        for name in DAYS:
            self.fields[name].widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
        unit: Any = self.fields["unit"]
        unit.queryset = Unit.objects.current().in_order()

    def clean_reference(self) -> Case | None:
        text = self.cleaned_data["reference"]
        try:
            case = find_case(text, self.person) if text else None
        except NotVisible:
            case = None
        if text and (case is None or not case.is_told_openly):
            raise forms.ValidationError(_("There is no such case, or it may not be told of."))
        return case

    def clean_keeper(self) -> User:
        word = self.cleaned_data["keeper"]
        return person_called(word) if word else self.person

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, value in list(cleaned.items()):
            if isinstance(value, str) and personal.find(value):
                self.add_error(name, _("The text contains a personal identity number. Take it out."))
        if cleaned.get("ended_on") and self.instance.ended_on and set(CHECKED) & set(self.changed_data):
            self.add_error("ended_on", _("It has ended. Take the date away before you change what was checked."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The columns to write, when the form is valid."""
        values = {name: value for name, value in self.cleaned_data.items() if name in self._meta.fields}  # type: ignore[operator]  # a tuple
        case, keeper = self.cleaned_data["reference"], self.cleaned_data["keeper"]
        return {**values, "case_id": getattr(case, "pk", None), "keeper": keeper}


class CheckForm(forms.Form):
    """What a legality check found of the grant as it stood when the page was opened."""

    lawful = forms.TypedChoiceField(
        label=gettext_lazy("May the Region take the money on these terms?"),
        choices=(("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))),
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    finding = CleanTextField(
        label=gettext_lazy("What was looked at, and what was found"),
        help_text=gettext_lazy(
            "The municipal powers, state aid, public procurement, who owns the result, personal data. Say who was asked, by office."
        ),
        max_length=5000,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, data: Any = None, *, grant: ExternalGrant) -> None:
        self.stands = digest([str(getattr(grant, name)) for name in CHECKED])
        super().__init__(data, initial={"seen": self.stands})

    def clean_seen(self) -> None:
        if self.cleaned_data["seen"] not in ("", self.stands):
            raise forms.ValidationError(
                _(
                    "Someone else has changed what is checked since you opened this page. Read the grant, and open the page anew."
                )
            )


class ReportingDateForm(forms.ModelForm[ReportingDate]):
    class Meta:
        model = ReportingDate
        fields = ("due_on", "what")
        formfield_callback = draft_formfield

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].widget = forms.DateInput(attrs=DAY, format="%Y-%m-%d")
        for field in self.fields.values():
            field.required = True
