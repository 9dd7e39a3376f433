"""Whether what came of a test is shared: asked of the host who decides."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.forms import MoveForm
from portal.cases.text import CleanTextField
from testbeds.models import GROUNDS, TestRequest
from testbeds.queries.answers import told_of


class ShareMixin(MoveForm):
    """Shared, unless something stands against it: then by which paragraph of OSL, and what it is. Shows what would be shared."""

    asks: ClassVar = ("withheld", "withheld_why")
    private: ClassVar[frozenset[str]] = frozenset({"withheld_why"})
    case: TestRequest

    withheld = forms.ChoiceField(
        label=gettext_lazy("Does anything stand against sharing the result?"),
        choices=[
            ("", gettext_lazy("No, everyone may read it")),
            *((one.value, one.label) for one in GROUNDS),
        ],
        widget=forms.RadioSelect,
        required=False,
        help_text=gettext_lazy(
            "On the page of the testbed everyone reads the question, the result and the decision. What is marked as a trade secret is "
            "left out, and so is who tested unless they have said yes to being named."
        ),
    )
    withheld_why = CleanTextField(
        label=gettext_lazy("What stands against it?"),
        help_text=gettext_lazy("Only if it is not shared. Those who read the case read this."),
        max_length=500,
        required=False,
    )

    def prepare(self) -> None:
        for name in self.asks:
            self.fields[name].initial = getattr(self.case, name)
        told = told_of(self.case)
        if told.items:
            texts = (f"{one['label']}: {one['value']}" for one in told.items)
            self.quote = "\n\n".join([_("This is what everyone can read if you share it:"), *texts])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("withheld") and not cleaned.get("withheld_why"):
            self.add_error("withheld_why", _("Say what stands against sharing the result."))
        return cleaned if cleaned.get("withheld") else {**cleaned, "withheld_why": ""}


class ShareForm(ShareMixin):
    """The same, after the decision."""
