"""Benefits in words, by kind."""

from typing import Any

from django import forms

from ideas.models import Benefit, Idea
from ideas.states import Value
from portal.cases.text import CleanTextField


class BenefitsForm(forms.Form):
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
