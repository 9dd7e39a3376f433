"""What the corrections of a disclosure ask for. Its history keeps what stood before, and why it was changed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.forms import ReasonForm
from portal.cases.text import CleanCharField, CleanTextField
from rights.forms.moves import MOST_SEK, ClaimForm, ComingDayField, DecisionForm, PastDayField, use_plan_field
from rights.models import Compensation, Disclosure, Protection
from rights.states import Measure

WHY = gettext_lazy("Why is it corrected?")


class MistakenForm(ReasonForm):
    """Why there is nothing to declare."""

    what = forms.ChoiceField(
        label=gettext_lazy("Why is it closed?"),
        choices=[
            ("mistake", gettext_lazy("The author says that it was notified by mistake")),
            ("double", gettext_lazy("The same has been notified before")),
        ],
        widget=forms.RadioSelect,
    )
    keeps_closed = DecisionForm.base_fields["keeps_closed"]
    field_order = ("what", "reason")


class TakeBackForm(ReasonForm):
    """Why the author wants to take a disclosure back."""

    reason = CleanTextField(
        label=gettext_lazy("Why do you want to take it back?"),
        help_text=gettext_lazy("The rights reviewer reads this, and it becomes a part of the case."),
        max_length=5000,
    )


class CorrectedClaimForm(ClaimForm):
    """The declaration as it stands, to be changed where it is wrong."""

    names = ("category", "decision", "basis", "scope", "keeps_closed")

    def prepare(self) -> None:
        super().prepare()
        for name in self.names:
            self.fields[name].initial = getattr(self.case, name)
        self.fields["reason"].label = WHY


class CorrectionForm(ReasonForm):
    """What is left empty stays as it was. ``was`` is what stood before, and goes into the event with what stands now."""

    columns: ClassVar[tuple[str, ...]]

    case: Disclosure

    def prepare(self) -> None:
        self.fields["reason"].label = WHY
        self.quote = _("What you leave empty stays as it is. The history keeps what stood before.")

    def corrected(self) -> Model | None:
        """What is corrected, once it has been chosen."""
        return self.case

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        row = self.corrected()
        if row is None:
            return cleaned
        given = {name: cleaned[name] for name in self.columns if cleaned.get(name) not in (None, "")}
        changed = {name: value for name, value in given.items() if value != getattr(row, name)}
        if not changed and not self.errors:
            raise forms.ValidationError(_("Nothing has been changed."))
        lines = [_line(row, name, value) for name, value in changed.items()]
        return cleaned | {"changed": changed, "reason": "\n".join([str(cleaned.get("reason", "")), *lines])}

    @classmethod
    def recorded(cls, cleaned: Mapping[str, Any]) -> dict[str, Any]:
        """The row and what stands in it now; what stood before is in the note, as people read it."""
        row = {name: value for name, value in cleaned.items() if isinstance(value, Model)}
        return super().recorded(row | cleaned["changed"])


def _line(row: Model, name: str, value: Any) -> str:
    """“Amount in SEK: 40000 → 4000”."""
    column: Any = row._meta.get_field(name)
    words = dict(column.flatchoices)
    before, now = (str(words.get(one, localize(one)) or "–") for one in (getattr(row, name), value))
    return f"{capfirst(str(column.verbose_name))}: {before} → {now}"


class CorrectedAgreementForm(CorrectionForm):
    columns = ("agreement", "signed_on", "use_plan")

    agreement = CleanTextField(label=gettext_lazy("What has been agreed"), max_length=5000, required=False)
    signed_on = PastDayField(label=gettext_lazy("Signed"), required=False)
    use_plan = use_plan_field()
    field_order = ("agreement", "signed_on", "use_plan", "reason")

    def prepare(self) -> None:
        super().prepare()
        for name in self.columns:
            self.fields[name].initial = getattr(self.case, name)
        self.fields["use_plan"].required = False


class CorrectedProtectionForm(CorrectionForm):
    columns = ("measure", "number", "applied_on", "renew_by", "responsible")

    protection = forms.ModelChoiceField(label=gettext_lazy("Protection"), queryset=Protection.objects.none())
    measure = forms.ChoiceField(
        label=gettext_lazy("Form of protection"),
        choices=[("", gettext_lazy("As it is")), *Measure.choices],
        required=False,
    )
    number = CleanCharField(label=gettext_lazy("Number"), max_length=60, required=False)
    applied_on = PastDayField(label=gettext_lazy("Applied for or signed"), required=False)
    renew_by = ComingDayField(label=gettext_lazy("Renew at the latest"), required=False)
    responsible = CleanCharField(label=gettext_lazy("Who sees to it?"), max_length=150, required=False)
    field_order = ("protection", *columns, "reason")

    def prepare(self) -> None:
        super().prepare()
        rows: Any = self.fields["protection"]
        rows.queryset = self.case.protections.filter(ended_on=None)

    def corrected(self) -> Model | None:
        return self.cleaned_data.get("protection")


class CorrectedCompensationForm(CorrectionForm):
    columns = ("amount", "costs", "basis", "paid_on")

    compensation = forms.ModelChoiceField(label=gettext_lazy("Compensation"), queryset=Compensation.objects.none())
    amount = forms.IntegerField(label=gettext_lazy("Amount in SEK"), min_value=0, max_value=MOST_SEK, required=False)
    costs = forms.IntegerField(
        label=gettext_lazy("The contributor’s own costs in SEK"), min_value=0, max_value=MOST_SEK, required=False
    )
    basis = CleanCharField(label=gettext_lazy("Basis"), required=False)
    paid_on = PastDayField(label=gettext_lazy("Paid"), required=False)
    field_order = ("compensation", *columns, "reason")

    def prepare(self) -> None:
        super().prepare()
        rows: Any = self.fields["compensation"]
        rows.queryset = Compensation.objects.filter(contributor__disclosure=self.case.pk).select_related(
            "contributor__person"
        )

    def corrected(self) -> Model | None:
        return self.cleaned_data.get("compensation")
