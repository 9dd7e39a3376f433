"""What the moves of a request ask for."""

from typing import Any, cast

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.cases.forms import MoveForm, ReasonForm
from portal.cases.text import CleanCharField, CleanTextField
from portal.cases.who import partial_in
from testbeds.forms.marking import MarksMixin, ground_field, why_field
from testbeds.forms.sharing import ShareMixin
from testbeds.models import PARTS, Agreement, TestRequest
from testbeds.queries.free import Slot
from testbeds.queries.requests import reviews_left
from testbeds.queries.times import first_fits
from testbeds.rules.agreeing import latest
from testbeds.rules.hosting import other_hosts
from testbeds.rules.terms import first_terms
from testbeds.states import Outcome

YES_OR_NO = (("True", gettext_lazy("Yes")), ("False", gettext_lazy("No")))
ONE_TO_FIVE = [(number, str(number)) for number in range(1, 6)]


class TestForm(MoveForm):
    """Base of what the moves of a request ask for."""

    __test__ = False

    case: TestRequest


def yes_or_no(label: Any, **options: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, choices=YES_OR_NO, coerce=lambda value: value == "True", widget=forms.RadioSelect, **options
    )


def one_to_five(label: Any, help_text: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, help_text=help_text, choices=ONE_TO_FIVE, coerce=int, widget=forms.RadioSelect
    )


class SendForm(TestForm):
    """Said in plain words before anything is sent."""

    def prepare(self) -> None:
        testbed = self.case.testbed
        told = {"days": testbed.answer_days, "testbed": testbed}
        parts = (
            _(
                "What you send can become a public record: anyone may ask to read it. Mark trade secrets before you send."
            ),
            _("A test gives no advantage in a later procurement."),
            _("%(testbed)s promises you a first answer within %(days)s working days."),
        )
        self.quote = "\n\n".join(part % told for part in parts)


class YesForm(ReasonForm):
    """The host’s yes: on which conditions, and why. A time that the host chooses is held for who asks; ``time`` is a slot, or None."""

    case: TestRequest

    conditions = CleanTextField(
        label=gettext_lazy("Conditions"),
        help_text=gettext_lazy("What must hold before and during the test: people, premises, induction, permissions."),
        max_length=4000,
    )
    time = forms.TypedChoiceField(
        label=gettext_lazy("Hold a time at once?"),
        help_text=gettext_lazy("The first that are free. It is held for who asks, who can move it or let it go."),
        widget=forms.RadioSelect,
        required=False,
        empty_value=None,
        error_messages={
            "invalid_choice": gettext_lazy("That time cannot be had any more. Choose one of these instead, or none.")
        },
    )
    private = frozenset({"conditions", "time"})
    field_order = ("conditions", "reason", "time")

    def prepare(self) -> None:
        slots = {slot.begins.isoformat(): slot for slot in first_fits(self.case)}
        field = cast(forms.TypedChoiceField, self.fields["time"])
        field.coerce = slots.get
        field.choices = [("", _("No, who asks chooses")), *((key, _when(slot)) for key, slot in slots.items())]


def _when(slot: Slot) -> str:
    begins, ends = timezone.localtime(slot.begins), timezone.localtime(slot.ends)
    return f"{date_format(begins, _('l j F Y H:i'))}–{date_format(ends, 'H:i' if ends.date() == begins.date() else _('l j F Y H:i'))}"


# ── Review ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class NameReviewerForm(TestForm):
    """An employee who neither wrote the request nor has a conflict of interest, and is not the one who asks."""

    reviewer = CleanCharField(label=gettext_lazy("User name or e-mail address"))
    private = frozenset({"reviewer"})

    def clean_reviewer(self) -> User:
        name = self.cleaned_data["reviewer"]
        employees = User.objects.filter(is_active=True, is_employee=True)
        found = employees.filter(Q(username__iexact=name) | Q(email__iexact=name)).first()
        if found is None:
            raise forms.ValidationError(
                _("Nobody in the Region has that address or user name. Check how it is spelled.")
            )
        if found == self.person:
            raise forms.ValidationError(_("You decide on the request, so somebody else must review it."))
        if User.objects.filter(partial_in(self.case), pk=found.pk).exists():
            raise forms.ValidationError(
                _("%(person)s has written the request or has a conflict of interest in it, and cannot review it.")
                % {"person": found}
            )
        if self.case.reviews.filter(reviewer=found).exists():
            raise forms.ValidationError(_("%(person)s is asked already.") % {"person": found})
        return found

    def clean(self) -> dict[str, Any]:
        """The history tells of people as ``person``."""
        cleaned: dict[str, Any] = super().clean() or {}
        return {**cleaned, "person": cleaned.get("reviewer")}


class TakeBackForm(TestForm):
    """Which of the reviewers that have not handed in, and why."""

    reviewer = forms.TypedChoiceField(label=gettext_lazy("Who"), coerce=int)
    reason = CleanTextField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("It stands in the history, and whoever you take back reads it."),
        max_length=500,
    )
    private = frozenset({"reviewer"})

    def prepare(self) -> None:
        rows = reviews_left().filter(request=self.case.pk).select_related("reviewer")
        self.asked = {row.reviewer_id: row.reviewer for row in rows}
        choices = [("", _("Choose")), *((pk, str(one)) for pk, one in self.asked.items())]
        cast(forms.TypedChoiceField, self.fields["reviewer"]).choices = choices

    def clean(self) -> dict[str, Any]:
        """The history tells of people as ``person``."""
        cleaned: dict[str, Any] = super().clean() or {}
        return {**cleaned, "person": self.asked.get(cleaned.get("reviewer") or 0)}


class ReviewForm(TestForm):
    """The rubric of a reviewer. What is written stands in the review alone, not in the history."""

    benefit = one_to_five(
        gettext_lazy("Benefit"),
        gettext_lazy("Does it answer something that the work and those it is for need? 1 is hardly, 5 is very much."),
    )
    feasible = one_to_five(
        gettext_lazy("Can be carried out here"),
        gettext_lazy("With these premises, people and hours? 1 is hardly, 5 is very well."),
    )
    safe = one_to_five(
        gettext_lazy("Safe and lawful"),
        gettext_lazy("For patients, staff and data? 1 is hardly, 5 is very well."),
    )
    recommends = yes_or_no(gettext_lazy("Do you recommend a yes?"))
    words = CleanTextField(label=gettext_lazy("Reasons for your review"), max_length=4000)
    private = frozenset({"benefit", "feasible", "safe", "recommends", "words"})


class StandAsideForm(MoveForm):
    """Why a host takes no further part: kept in the history of those who handle the case. The only host is warned: the request then
    waits until there is another.
    """

    reason = CleanTextField(
        label=gettext_lazy("What is the conflict of interest?"),
        help_text=gettext_lazy("Those who handle the case read this. The author does not."),
        max_length=5000,
    )

    def prepare(self) -> None:
        if not other_hosts(cast(TestRequest, self.case), self.person):
            self.notice = _(
                "You are the only host who can handle this request. If you stand aside it waits until another host is appointed. "
                "We write to those who can appoint one."
            )


class ConflictForm(MoveForm):
    """What the conflict of interest is; kept with the review."""

    why = CleanCharField(
        label=gettext_lazy("What is the conflict of interest?"),
        help_text=gettext_lazy("One sentence. The host reads it."),
        max_length=500,
    )
    private = frozenset({"why"})


# ── Agreement ────────────────────────────────────────────────────────────────────────────────────────────────────────


class TermsForm(TestForm):
    """A new version of the terms, beginning from the one before or from the model terms."""

    private = frozenset(PARTS)

    def prepare(self) -> None:
        terms = first_terms(self.case)
        self.fields |= {
            part: CleanTextField(label=capfirst(_label(part)), max_length=4000, initial=terms[part]) for part in PARTS
        }


class WaiveForm(TestForm):
    waived = CleanTextField(label=gettext_lazy("Why no agreement is needed"), max_length=2000)
    private = frozenset({"waived"})


class SignForm(TestForm):
    """What is signed is written out with its digest; a version that has been replaced meanwhile is not signed."""

    sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64)
    accepts = forms.BooleanField(label=gettext_lazy("I have read the terms and sign them."))
    private = frozenset({"accepts"})

    def prepare(self) -> None:
        self.agreement = latest(self.case)
        if self.agreement is not None:
            self.fields["sha256"].initial = self.agreement.sha256
            self.quote = in_full(self.agreement)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.agreement is not None and cleaned.get("sha256", self.agreement.sha256) != self.agreement.sha256:
            self.data = {**self.data, "sha256": self.agreement.sha256}
            raise forms.ValidationError(
                _("The terms have been changed since you opened the page. Read them again before you sign.")
            )
        return cleaned


def in_full(agreement: Agreement) -> str:
    """The version word for word, with its number and digest."""
    heading = _("Version %(number)s") % {"number": agreement.number}
    terms = [f"{capfirst(_label(part))}: {getattr(agreement, part)}" for part in PARTS]
    digest = _("Digest of the terms (SHA-256): %(sha256)s") % {"sha256": agreement.sha256}
    return "\n\n".join([heading, *terms, digest])


def _label(part: str) -> str:
    return str(Agreement._meta.get_field(part).verbose_name)  # type: ignore[union-attr]  # a column of its own


# ── Result, decision, follow-up ──────────────────────────────────────────────────────────────────────────────────────


class ResultForm(MarksMixin, TestForm):
    """What came of the test, beside what was promised. After a longer test it begins from what was said the last time."""

    result = CleanTextField(label=gettext_lazy("Result"), max_length=6000)
    secret_result = ground_field(gettext_lazy("Is the result a trade secret?"))
    why_secret_result = why_field(gettext_lazy("Why is the result a trade secret?"))
    measured = CleanTextField(
        label=gettext_lazy("What was measured"),
        help_text=gettext_lazy("In the measure that you promised, beside how it was before."),
        max_length=2000,
    )
    secret_measured = ground_field(gettext_lazy("Is what was measured a trade secret?"))
    why_secret_measured = why_field(gettext_lazy("Why is what was measured a trade secret?"))
    reached = yes_or_no(gettext_lazy("Was the target reached?"))
    tested_hours = forms.IntegerField(
        label=gettext_lazy("Hours tested"),
        help_text=gettext_lazy("All of them, also those before the test was made longer."),
        min_value=0,
        max_value=30_000,
    )
    may_be_named = forms.BooleanField(
        label=gettext_lazy("We may be named where the result is shared"),
        help_text=gettext_lazy(
            "When the test has been decided on, everyone may read what it asked and what came of it, but not what is marked as a trade "
            "secret. Unless you tick this, it does not say who tested."
        ),
        required=False,
    )
    private = frozenset({"result", "measured", "why_secret_result", "why_secret_measured"})

    def prepare(self) -> None:
        for name in set(self.fields) - {"reached"}:
            self.fields[name].initial = self.case.value_of(name)


class GoOnForm(ShareMixin, ReasonForm):
    """That it is introduced or procured, and who takes over (B44-3)."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[(one.value, one.label) for one in (Outcome.INTRODUCE, Outcome.PROCURE)],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("To procure it is to procure what it does, open to all: a test gives no advantage."),
    )
    receiver = CleanCharField(
        label=gettext_lazy("Who takes over"), help_text=gettext_lazy("A unit and a name."), max_length=200
    )
    field_order = ("outcome", "receiver", "reason", *ShareMixin.asks)


class ExtendForm(ReasonForm):
    receiver = CleanCharField(
        label=gettext_lazy("Who takes over"),
        help_text=gettext_lazy("Who answers for the longer test: a unit and a name."),
        max_length=200,
    )
    field_order = ("receiver", "reason")


class StopForm(MarksMixin, ShareMixin, ReasonForm):
    """That it ends here, and what others can learn of it."""

    lesson = CleanTextField(
        label=gettext_lazy("Lesson"),
        help_text=gettext_lazy("What was learnt. Others will read this before they try the same."),
        max_length=4000,
    )
    secret_lesson = ground_field(gettext_lazy("Is the lesson a trade secret?"))
    why_secret_lesson = why_field(gettext_lazy("Why is the lesson a trade secret?"))
    private = frozenset({"lesson", "why_secret_lesson", *ShareMixin.private})
    field_order = ("lesson", "secret_lesson", "why_secret_lesson", "reason", *ShareMixin.asks)


class BecameForm(TestForm):
    """A follow-up: what has become of what was introduced or procured."""

    became = CleanTextField(
        label=gettext_lazy("What has become of it?"),
        help_text=gettext_lazy("Is it used, by how many, and does it do what the test promised?"),
        max_length=4000,
    )
    private = frozenset({"became"})


class SurveyForm(TestForm):
    """Three answers and a line. They are read by the host, and counted together with those of others."""

    satisfied = one_to_five(gettext_lazy("How satisfied are you?"), gettext_lazy("1 is not at all, 5 is very."))
    answered = one_to_five(
        gettext_lazy("How well were you answered, when you asked and on the way?"),
        gettext_lazy("1 is badly, 5 is well."),
    )
    again = one_to_five(
        gettext_lazy("How likely are you to come back?"), gettext_lazy("1 is not at all, 5 is for certain.")
    )
    words = CleanTextField(label=gettext_lazy("What could be better?"), max_length=2000, required=False)
    private = frozenset({"satisfied", "answered", "again", "words"})

    def prepare(self) -> None:
        self.quote = _("Thank you for testing with us. Four short questions help the next one: it takes a minute.")


class FlagForm(TestForm):
    """What does not fit in how tests are paid for (B44-4)."""

    text = CleanTextField(
        label=gettext_lazy("What does not fit?"),
        help_text=gettext_lazy(
            "Who pays for what, what the host gets, what hinders others. The coordinators read it, so do not write of the request itself."
        ),
        max_length=4000,
    )
    private = frozenset({"text"})

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        return {**cleaned, "reason": cleaned.get("text", "")}
