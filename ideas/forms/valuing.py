"""Benefits in words, by kind."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from ideas.models import Benefit, Idea
from ideas.states import Value
from portal.cases.forms import SeenMixin
from portal.cases.text import CleanTextField

MOST_SEK = 2_000_000_000


class BenefitsForm(SeenMixin, forms.Form):
    """A text for each kind of value: expected until the idea is introduced, seen in use after that, with the promise beside it."""

    def __init__(self, *args: Any, idea: Idea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        column = "actual" if idea.introduced_at else "expected"
        written = {row.kind: row for row in Benefit.objects.filter(idea=idea)}
        for kind in Value:
            row = written.get(kind.value)
            self.fields[kind.value] = CleanTextField(
                label=kind.label,
                help_text=row.expected if row and idea.introduced_at else "",
                initial=getattr(row, column) if row else "",
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
            if kind == Value.ECONOMIC:
                self.fields["sek"] = forms.IntegerField(
                    label=_("The sum in SEK a year, if you know it"),
                    help_text=row.in_sek("expected") if row and idea.introduced_at else "",
                    initial=getattr(row, f"{column}_sek") if row else None,
                    min_value=0,
                    max_value=MOST_SEK,
                    required=False,
                )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if values.get("sek") is not None and not values.get(Value.ECONOMIC):
            self.add_error(Value.ECONOMIC, _("Say in a sentence what the sum is."))
        return values
