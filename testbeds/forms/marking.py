"""Marks of trade secrets: by which paragraph of OSL (2009:400) a text is marked, and why."""

from typing import Any, cast

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.forms import MoveForm
from portal.cases.text import CleanCharField
from testbeds.models import GROUNDS, MARK, SECRET, WHY, TestRequest


def ground_field(label: Any) -> forms.ChoiceField:
    """Whether what is written is a trade secret, and by which paragraph of OSL."""
    choices = [("", gettext_lazy("Not a trade secret")), *((ground.value, ground.label) for ground in GROUNDS)]
    return forms.ChoiceField(
        label=label,
        choices=choices,
        required=False,
        help_text=gettext_lazy(
            "Marked text is shown to nobody but those who wrote it, the host and the reviewers. The mark is a warning: the Region "
            "tests it if somebody asks for the document."
        ),
    )


def why_field(label: Any) -> CleanCharField:
    """Why it is one. Needed with a mark, and read by the same people as what is marked."""
    return CleanCharField(
        label=label,
        help_text=gettext_lazy(
            "Only if it is one. One sentence: what would you lose if others read it? The host and the reviewers read this."
        ),
        max_length=300,
        required=False,
    )


class MarksMixin(MoveForm):
    """A form with texts that can be marked, each with its ``secret_*`` and ``why_secret_*``: no mark without a reason."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for mark in [name for name in self.fields if name.startswith(MARK)]:
            ask_why(self, cleaned, mark, f"{WHY}{mark.removeprefix(MARK)}")
        return cleaned


def ask_why(form: MoveForm, cleaned: dict[str, Any], mark: str, why: str) -> None:
    """A mark has its reason, and what is not marked has none."""
    if not cleaned.get(mark):
        cleaned[why] = ""
    elif not cleaned.get(why) and why not in form.errors:
        form.add_error(why, _("Say why it is a trade secret."))


class MarkForm(MoveForm):
    """A mark put on or taken off one of the fields that can be a trade secret."""

    case: TestRequest

    field = forms.ChoiceField(label=gettext_lazy("Which text"))
    ground = ground_field(gettext_lazy("Is it a trade secret?"))
    why = why_field(gettext_lazy("Why is it a trade secret?"))
    private = frozenset({"why"})

    def prepare(self) -> None:
        names = [name for name in SECRET if self.case.value_of(name)]
        cast(forms.ChoiceField, self.fields["field"]).choices = [
            (name, capfirst(self.case.name_of(name))) for name in names
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        ask_why(self, cleaned, "ground", "why")
        return cleaned
