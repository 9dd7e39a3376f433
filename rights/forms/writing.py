"""Writing a disclosure, and who contributed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.cases.forms import DraftForm
from portal.cases.forms.versioned import draft_formfield
from portal.cases.text import CleanCharField, clean_formfield
from rights.forms.moves import PastDayField
from rights.models import Contributor, Disclosure
from rights.rules import WHOLE


@dataclass(frozen=True)
class Section:
    """Questions that belong together."""

    title: str | Promise
    fields: tuple[str, ...]
    help: str | Promise = ""


SECTIONS = (
    Section(gettext_lazy("The result"), ("title", "result_type", "summary", "description", "novelty")),
    Section(
        gettext_lazy("How it was made"),
        ("made_on", "made_where", "main_duty", "specific_task", "in_service", "in_operations"),
        gettext_lazy(
            "Answer for those who contributed as employees. The answers decide nothing: a person weighs them."
        ),
    ),
    Section(
        gettext_lazy("Who knows of it"),
        ("disclosed", "disclosed_on", "disclosed_where", "disclosed_to", "publication"),
        gettext_lazy("What has become known in any way can no longer be patented (patentlagen 2024:945 2:8–9)."),
    ),
    Section(
        gettext_lazy("Money and agreements"),
        ("funding", "funding_terms", "agreements"),
    ),
    Section(gettext_lazy("What belongs to others"), ("third_party", "licences", "personal_data", "personal_data_text")),
)


def _formfield(column: Any, **kwargs: Any) -> forms.Field | None:
    field = draft_formfield(column, **kwargs)
    if isinstance(field, forms.DateField):
        field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return field


class DisclosureDraftForm(DraftForm):
    class Meta(DraftForm.Meta):
        model = Disclosure
        fields = tuple(name for section in SECTIONS for name in section.fields)
        formfield_callback = _formfield
        help_texts: ClassVar = {
            "title": gettext_lazy(
                "A few words. The title is seen by you, your co-authors and the rights reviewer only."
            ),
            "summary": gettext_lazy("Two or three sentences: what it does, and for whom."),
            "description": gettext_lazy(
                "So that someone who knows the field could make it. Attach drawings as documents on the page of the case."
            ),
            "novelty": gettext_lazy("What has been done before, and what is different here?"),
            "made_on": gettext_lazy("Roughly is enough: the day on which you had the solution."),
            "made_where": gettext_lazy("Workplace, laboratory, at home, with another organisation."),
            "main_duty": gettext_lazy("For an invention: is it what you are mainly employed to do?"),
            "specific_task": gettext_lazy("For an invention: were you asked to solve just this?"),
            "in_service": gettext_lazy("For example with time, equipment or knowledge from your work."),
            "in_operations": gettext_lazy("In care, traffic, culture or anything else that the Region does."),
            "disclosed": gettext_lazy("A talk, a poster, an e-mail, a demonstration, a post: all count."),
            "publication": gettext_lazy("An article, a conference, a thesis. Leave empty if none is planned."),
            "funding": gettext_lazy("The Innovation Fund, the EU, Vinnova, a company, your own money."),
            "agreements": gettext_lazy("Of employment, collaboration, secrecy or consultancy."),
            "third_party": gettext_lazy("Code, pictures, data or methods that someone else has made."),
            "licences": gettext_lazy("Name each licence and what it covers."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in Disclosure.asks_of_inventions:
            self.fields[name].needed = True  # type: ignore[attr-defined]  # read by the template of a field
            self.fields[name].needed_for = _("for an invention")  # type: ignore[attr-defined]

    def sections(self) -> Iterator[tuple[Section, list[forms.BoundField]]]:
        for section in SECTIONS:
            yield section, [self[name] for name in section.fields]


class AttestForm(forms.Form):
    """When and how someone without an account confirmed their part."""

    on = PastDayField(label=gettext_lazy("When did they confirm it?"))
    how = CleanCharField(
        label=gettext_lazy("How did they confirm it?"),
        help_text=gettext_lazy("For example on a signed paper, which you add to the documents of the case."),
        max_length=300,
    )


class ContributorForm(forms.ModelForm[Contributor]):
    """Someone who contributed. Whoever has an account with the address is let in to the case."""

    class Meta:
        model = Contributor
        fields = ("name", "email", "employer", "capacity", "share")
        formfield_callback = clean_formfield
        help_texts: ClassVar = {
            "name": gettext_lazy("Of someone without an account here. Otherwise the account’s name is used."),
            "email": gettext_lazy(
                "Whoever has an account with this address sees the case, writes it with you and confirms their part."
            ),
            "employer": gettext_lazy("The one they worked for when they contributed."),
            "capacity": gettext_lazy("Someone with two employments: in which of them was it?"),
            "share": gettext_lazy("How much of the whole. All shares together are 100."),
        }

    def __init__(self, *args: Any, disclosure: Disclosure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disclosure = disclosure
        if self.instance.person:
            del self.fields["name"], self.fields["email"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        person = self.instance.person or self._account(cleaned.get("email", ""))
        if person is None and not cleaned.get("name") and "name" in self.fields:
            self.add_error("name", _("Give a name, or the e-mail address of someone with an account."))
        others = Contributor.objects.filter(disclosure=self.disclosure, person=person).exclude(pk=self.instance.pk)
        if person is not None and others.exists():
            self.add_error("email", _("%(name)s is among the contributors already.") % {"name": person})
        return {**cleaned, "person": person}

    @staticmethod
    def _account(email: str) -> User | None:
        return User.objects.filter(email__iexact=email, is_active=True).first() if email else None

    def _post_clean(self) -> None:
        """The row is written by an action, never by the form; the columns' own rules hold all the same."""
        share = self.cleaned_data.get("share")
        if share is not None and not 0 < share <= WHOLE:
            self.add_error("share", _("A share is more than 0 and at most 100."))
