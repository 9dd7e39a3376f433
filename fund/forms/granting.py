"""What the moves of a grant ask for, from the decision to the effect."""

from typing import Any, cast

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext as _

from fund.forms.moves import DecideForm
from fund.forms.tables import MOST_SEK
from fund.models import FUND_OFFICER, Account, Application, Call, Instalment, Report
from fund.queries import approvable, approved_reports, left_to_plan, payable, undecided
from fund.rules.granting import beyond_its_year, promised_in
from fund.states import ReportKind
from fund.words import sek
from portal.accounts.models import User
from portal.cases.forms import MoveForm, OptionalReasonForm, ReasonForm
from portal.cases.text import CleanCharField, CleanTextField

TERMS = gettext_lazy(
    "We do the project as it was applied for, report it when asked, pay back what is not used, and let the Region own the result."
)


def _sek_field(label: Any, help_text: Any = "", **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, max_value=MOST_SEK, **{"min_value": 1, **options})


class _DayField(forms.DateField):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class InstalmentChoice(forms.ModelChoiceField[Instalment]):
    """One of the instalments that ``prepare`` gives it."""

    def __init__(self) -> None:
        super().__init__(Instalment.objects.none(), label=gettext_lazy("Instalment"), empty_label=None)

    def label_from_instance(self, row: Instalment) -> str:
        return f"{row.milestone}: {sek(row.amount)}"


class DecideAllForm(DecideForm):
    """Nobody decides on a call in which they have written an application, or have a conflict of interest in one (KL 6:28)."""

    case: Call

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        barred = undecided(self.case).exclude(FUND_OFFICER(cast(User, self.person))).count()
        if barred:
            raise forms.ValidationError(
                _("You have a conflict of interest in %(number)s of the applications, so somebody else must decide.")
                % {"number": barred}
            )
        return cleaned


class GrantForm(MoveForm):
    """Base of what the moves of a project ask for."""

    case: Application

    def offer(self, instalments: Any) -> None:
        """Let one of them be chosen."""
        cast(InstalmentChoice, self.fields["instalment"]).queryset = instalments


class AgreeForm(GrantForm):
    """The applicant takes the grant, on its terms and those of the call, which the agreement keeps word for word."""

    accepts = forms.BooleanField(label=TERMS)

    def prepare(self) -> None:
        self.quote = grant_in_words(self.case)

    def clean(self) -> dict[str, Any]:
        return {**(super().clean() or {}), "terms": str(TERMS)}


def grant_in_words(application: Application) -> str:
    """What is accepted: so much, on the terms of the call (one query)."""
    account = Account.objects.filter(application=application.pk).first()
    told = {"amount": sek(account.granted if account else 0), "asked": sek(application.amount or 0)}
    amount = gettext("You are granted %(amount)s. You applied for %(asked)s.") % told
    terms = gettext("The terms of the call:\n%(terms)s") % {"terms": application.call.terms}
    return "\n\n".join((amount, terms) if application.call.terms else (amount,))


class InstalmentForm(GrantForm):
    """An instalment, of what is left of the grant and in the year of the money."""

    milestone = CleanCharField(label=gettext_lazy("Milestone"))
    report = forms.ChoiceField(label=gettext_lazy("Paid after"), choices=ReportKind.choices)
    due_on = _DayField(label=gettext_lazy("The report is due"))
    amount = _sek_field(gettext_lazy("Amount in SEK"))

    def clean_due_on(self) -> Any:
        day, year = self.cleaned_data["due_on"], self.case.call.year
        if day.year != year:
            raise forms.ValidationError(_("The money belongs to %(year)s, so it is paid then.") % {"year": year})
        return day

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        if amount > (left := left_to_plan(self.case)):
            raise forms.ValidationError(_("%(left)s of the grant is left to plan.") % {"left": sek(left)})
        return amount


class DropForm(GrantForm):
    instalment = InstalmentChoice()

    def prepare(self) -> None:
        self.offer(self.case.instalments.filter(approved_at=None))


class ApprovePaymentForm(GrantForm):
    instalment = InstalmentChoice()

    def prepare(self) -> None:
        self.offer(approvable(self.case))


class RecallPaymentForm(ReasonForm, GrantForm):
    instalment = InstalmentChoice()
    field_order = ("instalment", "reason")

    def prepare(self) -> None:
        self.offer(payable(self.case))


class PayForm(GrantForm):
    """Somebody else pays than approved it; the database holds it too."""

    instalment = InstalmentChoice()

    def prepare(self) -> None:
        theirs = payable(self.case).exclude(approved_by=self.person)
        self.offer(theirs)
        if not theirs.exists():
            self.fields["instalment"].help_text = _("You approved this yourself. Somebody else must pay.")


class RepayForm(GrantForm):
    """Money that was paid and has come back."""

    amount = _sek_field(gettext_lazy("Amount that has come back, SEK"))
    reason = CleanTextField(label=gettext_lazy("Why it was not used"), max_length=300)

    def clean_amount(self) -> int:
        amount: int = self.cleaned_data["amount"]
        account = Account.objects.filter(application=self.case.pk).first()
        if account is None or amount > account.paid:
            raise forms.ValidationError(_("%(paid)s has been paid.") % {"paid": sek(account.paid if account else 0)})
        return amount


class ReportForm(GrantForm):
    """What has been done, what differs, what it has cost, and how much of that consultants took (A15)."""

    kind = forms.ChoiceField(label=gettext_lazy("Report"), choices=ReportKind.choices)
    done = CleanTextField(label=gettext_lazy("What have you done?"), max_length=5000)
    differs = CleanTextField(label=gettext_lazy("What differs from the application?"), required=False, max_length=5000)
    cost = _sek_field(gettext_lazy("Cost so far, SEK"), min_value=0)
    consultants = _sek_field(
        gettext_lazy("Of which consultants, SEK"), gettext_lazy("Write 0 if you have used none."), min_value=0
    )

    def prepare(self) -> None:
        done = {row["kind"] for row in approved_reports(self.case)}
        kinds = [choice for choice in ReportKind.choices if choice[0] not in done]
        cast(forms.ChoiceField, self.fields["kind"]).choices = kinds

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if {"cost", "consultants"} <= cleaned.keys() and cleaned["consultants"] > cleaned["cost"]:
            self.add_error("consultants", _("Consultants are part of the cost, and cannot cost more than all of it."))
        return cleaned


class ChangeForm(MoveForm):
    """What the project wants to do otherwise."""

    what = CleanTextField(label=gettext_lazy("What do you want to change?"), max_length=5000)
    why = CleanTextField(label=gettext_lazy("Why?"), max_length=5000)
    until = _DayField(
        label=gettext_lazy("New last day"),
        help_text=gettext_lazy("Only if you ask for another time."),
        required=False,
    )

    def prepare(self) -> None:
        """A last day after the year of the money is not refused, but nobody asks for it without being told what it means."""
        told = _(
            "The money belongs to %(year)s: what is not paid by the end of that year cannot be paid, also if you get a later day."
        )
        if year := cast(Application, self.case).call.year:
            self.fields["until"].help_text = f"{self.fields['until'].help_text} {told % {'year': year}}"


def report_in_words(report: Report) -> str:
    """A report as it is read above the form that answers it."""
    told = {"cost": sek(report.cost), "consultants": sek(report.consultants)}
    cost = gettext("Cost so far: %(cost)s, of which consultants %(consultants)s.") % told
    return "\n\n".join(filter(None, (report.get_kind_display(), report.done, report.differs, cost)))


class _ReportMixin(MoveForm):
    """The report that waits for an answer stands above the form."""

    def prepare(self) -> None:
        report = cast(Application, self.case).reports.filter(answered_at=None).first()
        self.quote = report_in_words(report) if report else ""


class ApproveReportForm(_ReportMixin, OptionalReasonForm):
    pass


class SendBackForm(_ReportMixin, ReasonForm):
    pass


class AnswerChangeForm(ReasonForm):
    approves = forms.ChoiceField(
        label=gettext_lazy("The answer"),
        choices=[("yes", gettext_lazy("The change is approved")), ("no", gettext_lazy("The change is not approved"))],
        widget=forms.RadioSelect,
    )
    beyond = forms.BooleanField(required=False)
    field_order = ("approves", "beyond", "reason")

    case: Application

    def prepare(self) -> None:
        """What is asked stands above. A last day after the year of the money is approved by nobody who has not been told what it means."""
        asked = self.case.change_requests.filter(answered_at=None).first()
        if asked is not None:
            until = (
                gettext("New last day: %(day)s.") % {"day": date_format(asked.until, "j F Y")} if asked.until else ""
            )
            self.quote = "\n\n".join(filter(None, (asked.what, asked.why, until)))
        if asked is None or asked.until is None or not beyond_its_year(self.case, asked.until):
            del self.fields["beyond"]
            return
        told = {"day": date_format(asked.until, "j F Y"), "year": self.case.call.year}
        self.fields["beyond"].label = (
            _(
                "The new last day is %(day)s, and the money belongs to %(year)s: what is not paid that year "
                "cannot be paid. I approve it all the same."
            )
            % told
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "beyond" in self.fields and cleaned.get("approves") == "yes" and not cleaned.get("beyond"):
            self.add_error("beyond", _("Say that you approve it knowing that, or do not approve the change."))
        return cleaned


class EffectForm(ReasonForm, GrantForm):
    """What became of the promise, a year after the end, beside what it cost."""

    reason = CleanTextField(
        label=gettext_lazy("What effect has the project had, beside what was promised?"),
        help_text=gettext_lazy(
            "Say what was measured, and what it shows today. Everyone can read it in the list of granted projects."
        ),
        max_length=5000,
    )
    worth = _sek_field(
        gettext_lazy("What is it worth in SEK a year?"),
        gettext_lazy("Only if it has been measured. Write a cost with a minus sign."),
        min_value=-MOST_SEK,
        required=False,
    )
    field_order = ("reason", "worth")

    def prepare(self) -> None:
        """The promise is what was decided on, and nobody words it anew."""
        promised = promised_in(self.case)
        self.quote = _("This was promised: %(promised)s") % {"promised": promised} if promised else ""
