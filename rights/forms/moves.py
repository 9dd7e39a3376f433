"""What the moves of a disclosure ask for."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.cases.forms import MoveForm, ReasonForm
from portal.cases.states import Provision
from portal.cases.text import CleanCharField, CleanTextField
from rights.models import Compensation, Contributor, Disclosure, Protection
from rights.rules import day_of, facts_of, names_of, unconfirmed
from rights.states import OPEN_TO, Category, Decision, Measure

MOST_SEK = 2_000_000_000


class DayField(forms.DateField):
    """A day, as the browser picks it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PastDayField(DayField):
    """A day on which something has been done."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("It cannot have been done on a day that has not come."))
        return day


class ComingDayField(DayField):
    """A day ahead."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day from tomorrow on."))
        return day


class NotifyForm(MoveForm):
    """Asks for nothing: it says who has not confirmed their part, and keeps what is disclosed as it stands now, for the receipt.

    The duty to notify does not wait for anyone (LAU 4 §).
    """

    case: Disclosure

    def prepare(self) -> None:
        if missing := unconfirmed(self.case):
            self.notice = _(
                "Not confirmed yet: %(names)s. You may notify all the same, for the law says without delay. Those who have an account "
                "are asked to confirm, and the rights reviewer sees who has not."
            ) % {"names": names_of(missing)}

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), **facts_of(self.case)}


class TakeUpForm(MoveForm):
    """The secrecy mark that the documents are to carry, if any (OSL 2009:400 5:5)."""

    provision = forms.ChoiceField(
        label=gettext_lazy("Secrecy mark"),
        help_text=gettext_lazy(
            "A warning to test secrecy at each request, not a decision. Leave empty if no provision applies."
        ),
        choices=[("", gettext_lazy("None")), *Provision.choices],
        required=False,
    )


class DecisionForm(ReasonForm):
    """A declaration: its reasons (FL 2017:900 32 §), who makes it (31 §), and whether tied cases stay closed."""

    category = forms.ChoiceField(
        label=gettext_lazy("Category"),
        help_text=gettext_lazy("Your own assessment. What the portal proposes stands on the page of the case."),
        choices=Category.choices,
        widget=forms.RadioSelect,
    )
    basis = CleanCharField(
        label=gettext_lazy("Legal basis"),
        help_text=gettext_lazy("For example LAU 3 § second paragraph, or URL 40 a §."),
    )
    scope = CleanTextField(
        label=gettext_lazy("Extent"),
        help_text=gettext_lazy("If it is not the whole: which part, where, for what."),
        max_length=5000,
        required=False,
    )
    decided_by = CleanCharField(
        label=gettext_lazy("Decided by"),
        help_text=gettext_lazy("Leave empty if you decide yourself. Otherwise name the person or the body."),
        required=False,
    )
    delegation = CleanCharField(
        label=gettext_lazy("By what right"),
        help_text=gettext_lazy(
            "The point in the delegation order, or the diary number of the decision, if there is one."
        ),
        required=False,
    )
    keeps_closed = forms.BooleanField(
        label=gettext_lazy("Cases tied to it stay closed"),
        help_text=gettext_lazy("For example until a patent has been applied for. You can let them open later."),
        required=False,
        initial=True,
    )

    case: Disclosure

    @property
    def declared(self) -> str:
        return str(self.cleaned_data.get("decision", ""))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        category, decision = cleaned.get("category"), self.declared
        if category and decision and decision not in OPEN_TO[Category(category)]:
            self.add_error("category", _("The act does not give the Region that right in this category (LAU 3 §)."))
        if decision == Decision.TAKE_PART and not cleaned.get("scope"):
            self.add_error("scope", _("Say which part the Region takes over."))
        return cleaned


class ClaimForm(DecisionForm):
    """What the Region wants to have (3 and 5 §§)."""

    decision = forms.ChoiceField(
        label=gettext_lazy("What the Region declares"),
        choices=[choice for choice in Decision.choices if choice[0] != Decision.WAIVE],
        widget=forms.RadioSelect,
    )
    field_order = ("category", "decision", "basis", "scope", "reason")

    def prepare(self) -> None:
        if self.case.respond_by:
            self.quote = _("To be declared %(day)s at the latest (LAU 5 §).") % {"day": day_of(self.case.respond_by)}


class WaiveForm(DecisionForm):
    """The binding waiver of the whole right (fribrev)."""

    scope = None  # type: ignore[assignment]  # how Django takes a field away
    field_order = ("category", "basis", "reason")

    @property
    def declared(self) -> str:
        return Decision.WAIVE


class WaivePartForm(DecisionForm):
    """The binding waiver of a part: what else there is of the right is neither declared nor lost by it."""

    category = None  # type: ignore[assignment]  # how Django takes a field away
    keeps_closed = None  # type: ignore[assignment]  # how Django takes a field away
    scope = CleanTextField(
        label=gettext_lazy("What the Region waives"),
        help_text=gettext_lazy("Which part, where, for what. The rest of the right is not touched."),
        max_length=5000,
    )
    field_order = ("scope", "basis", "reason")


def use_plan_field() -> CleanTextField:
    return CleanTextField(
        label=gettext_lazy("How does it come to the benefit of the Region?"),
        help_text=gettext_lazy("Use of its own, spread, open licence or licensing out; by whom and when."),
        max_length=5000,
    )


class AgreementForm(ReasonForm):
    """What the Region and the contributors have agreed, and how it is to come to use (B43-3)."""

    reason = CleanTextField(
        label=gettext_lazy("What has been agreed"),
        help_text=gettext_lazy("The contributors read this."),
        max_length=5000,
    )
    signed_on = PastDayField(label=gettext_lazy("Signed"))
    use_plan = use_plan_field()
    follow_up_on = ComingDayField(label=gettext_lazy("When do you follow it up?"))
    field_order = ("reason", "signed_on", "use_plan", "follow_up_on")


class FollowUpForm(ReasonForm):
    """What use there has been, and when to look again (B43-3)."""

    reason = CleanTextField(
        label=gettext_lazy("Use so far"),
        help_text=gettext_lazy("Where, how much and with what effect; or why not. The contributors read this."),
        max_length=5000,
    )
    follow_up_on = ComingDayField(label=gettext_lazy("When do you follow it up next?"))


class UseForm(FollowUpForm):
    """The first use, and the plan for what follows."""

    use_plan = use_plan_field()
    field_order = ("reason", "use_plan", "follow_up_on")

    case: Disclosure

    def prepare(self) -> None:
        self.fields["use_plan"].initial = self.case.use_plan


class CompensationForm(MoveForm):
    """Reasonable compensation: the factors of 6 § second paragraph, the sum, and what it rests on."""

    private = frozenset({"value", "extent", "employment"})

    contributor = forms.ModelChoiceField(label=gettext_lazy("To whom"), queryset=Contributor.objects.none())
    amount = forms.IntegerField(label=gettext_lazy("Amount in SEK"), min_value=0, max_value=MOST_SEK)
    value = CleanTextField(label=gettext_lazy("Value of the invention"), max_length=2000)
    extent = CleanTextField(label=gettext_lazy("Extent of the right taken over"), max_length=2000)
    employment = CleanTextField(label=gettext_lazy("What the employment meant for it"), max_length=2000)
    costs = forms.IntegerField(
        label=gettext_lazy("The contributor’s own costs in SEK"), min_value=0, max_value=MOST_SEK, initial=0
    )
    basis = CleanCharField(label=gettext_lazy("Basis"), help_text=gettext_lazy("Agreement, decision or judgment."))
    paid_on = PastDayField(label=gettext_lazy("Paid"), required=False)

    case: Disclosure

    def prepare(self) -> None:
        people: Any = self.fields["contributor"]
        people.queryset = self.case.contributors.select_related("person")


class PaymentForm(MoveForm):
    """When a compensation was paid, or looked at again."""

    compensation = forms.ModelChoiceField(label=gettext_lazy("Compensation"), queryset=Compensation.objects.none())
    paid_on = PastDayField(label=gettext_lazy("Paid"), required=False)
    reviewed_on = PastDayField(label=gettext_lazy("Reviewed"), required=False)

    case: Disclosure

    def prepare(self) -> None:
        rows: Any = self.fields["compensation"]
        rows.queryset = Compensation.objects.filter(contributor__disclosure=self.case.pk).select_related(
            "contributor__person"
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not (cleaned.get("paid_on") or cleaned.get("reviewed_on")):
            raise forms.ValidationError(_("Write when it was paid, or when it was reviewed."))
        return cleaned


class ProtectionForm(MoveForm):
    """A measure that protects the asset, and when it must be renewed."""

    measure = forms.ChoiceField(label=gettext_lazy("Form of protection"), choices=Measure.choices)
    number = CleanCharField(label=gettext_lazy("Number"), max_length=60, required=False)
    applied_on = PastDayField(label=gettext_lazy("Applied for or signed"))
    renew_by = ComingDayField(
        label=gettext_lazy("Renew at the latest"),
        help_text=gettext_lazy("For example when the next annual fee is due. You are reminded before."),
        required=False,
    )
    responsible = CleanCharField(label=gettext_lazy("Who sees to it?"), max_length=150)


RENEWED, ENDED = "renewed", "ended"


class RenewalForm(MoveForm):
    """A protection renewed to a new date, or let go, with the reason."""

    protection = forms.ModelChoiceField(label=gettext_lazy("Protection"), queryset=Protection.objects.none())
    what = forms.ChoiceField(
        label=gettext_lazy("Renewed or ended?"),
        choices=[(RENEWED, gettext_lazy("It has been renewed")), (ENDED, gettext_lazy("It ends today"))],
        widget=forms.RadioSelect,
    )
    renew_by = ComingDayField(
        label=gettext_lazy("Next renewal"), help_text=gettext_lazy("If it has been renewed."), required=False
    )
    reason = CleanTextField(
        label=gettext_lazy("Why does it end?"),
        help_text=gettext_lazy("If it ends. It cannot be undone here."),
        max_length=5000,
        required=False,
    )

    case: Disclosure

    def prepare(self) -> None:
        rows: Any = self.fields["protection"]
        rows.queryset = self.case.protections.filter(ended_on=None)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        what = cleaned.get("what")
        if what == RENEWED and not cleaned.get("renew_by") and "renew_by" not in self.errors:
            self.add_error("renew_by", _("Say when it must next be renewed."))
        if what == ENDED and not cleaned.get("reason"):
            self.add_error("reason", _("Say why it ends."))
        if what == ENDED:
            cleaned["renew_by"] = None
        cleaned["ended_on"] = timezone.localdate() if what == ENDED else None
        return cleaned
