"""What is to be decided of one application, as it is prepared."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.forms.tables import MOST_SEK
from fund.models import Application, Ruling
from fund.rules.granting import place_free
from fund.states import Outcome
from fund.words import sek
from portal.cases.forms.standing import SeenMixin
from portal.cases.text import CleanTextField

MOST_PLACES = 1000


class _PlainRulingForm(forms.Form):
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=[("", gettext_lazy("Choose")), *Outcome.choices])
    amount = forms.IntegerField(label=gettext_lazy("Amount in SEK"), required=False, min_value=0, max_value=MOST_SEK)
    rank = forms.IntegerField(
        label=gettext_lazy("Place on the reserve list"), required=False, min_value=1, max_value=MOST_PLACES
    )
    reason = CleanTextField(
        label=gettext_lazy("Reasons, for the applicant"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RulingForm(SeenMixin, _PlainRulingForm):
    """The reasons may wait until the decision; the rest hangs together. Two officers may prepare at once."""

    def __init__(self, data: Any = None, *, application: Application) -> None:
        self.application = application
        ruling: Ruling | None = getattr(application, "ruling", None)
        names = ("outcome", "amount", "rank", "reason")
        stands = {name: getattr(ruling, name) for name in names} if ruling else {"amount": application.amount}
        super().__init__(data, initial=stands, auto_id=f"id_{application.pk}_%s")

    @property
    def stands(self) -> dict[str, Any]:
        """What a row of the page shows, which writes its fields by itself: twenty forms would take a third of a second."""
        stood = self.get_initial_for_field(self.fields["stood"], "stood")
        return {**self.initial, "outcomes": self.fields["outcome"].choices, "stood": stood}  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        asked, outcome = self.application.amount or 0, cleaned.get("outcome")
        if outcome == Outcome.GRANT:
            cleaned["amount"] = asked
        elif outcome == Outcome.DECLINE:
            cleaned["amount"] = 0
        elif outcome and not 1 <= (cleaned.get("amount") or 0) <= asked - (outcome == Outcome.PART):
            self.add_error(
                "amount", _("They asked for %(asked)s. A part is less, and more than nothing.") % {"asked": sek(asked)}
            )
        if outcome == Outcome.RESERVE and not cleaned.get("rank"):
            self.add_error("rank", _("Say which place on the reserve list."))
        elif outcome != Outcome.RESERVE:
            cleaned["rank"] = None
        elif not (verdict := place_free(self.application, cleaned["rank"])):
            self.add_error("rank", str(verdict))
        return cleaned
