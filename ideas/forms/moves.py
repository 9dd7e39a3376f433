"""What the moves of an idea ask for."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ideas.models import Idea
from ideas.rules import too_late_for
from ideas.states import MEASURED, Outcome, Value
from portal.cases.forms import MoveForm, ReasonForm
from portal.cases.states import Provision
from portal.cases.text import CleanCharField, CleanTextField

LONGEST_TRIAL = timedelta(days=550)


class SubmitForm(MoveForm):
    """Asks for nothing; tells who answers a challenge that it has closed since they began to write."""

    def prepare(self) -> None:
        late = too_late_for(self.case)
        if late:
            titles = ", ".join(f"“{challenge.title}”" for challenge in late)
            told = _(
                "The challenge %(title)s takes no more answers. You can still submit: it goes on as an idea of its own."
            )
            self.notice = told % {"title": titles}


class DecisionForm(ReasonForm):
    """A decision: its reasons (FL 2017:900 32 §), who made it (31 §), and by what right (delegation)."""

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


class KeepClosedForm(DecisionForm):
    """A decision to keep an idea closed, with the secrecy mark that its documents are to carry."""

    provision = forms.ChoiceField(
        label=gettext_lazy("Secrecy mark"),
        help_text=gettext_lazy(
            "A warning to test secrecy at each request, not a decision. Leave empty if no provision applies."
        ),
        choices=[("", gettext_lazy("None")), *Provision.choices],
        required=False,
    )


class ConsentForm(ReasonForm):
    """Consent to a trial that is larger than what a unit decides itself (A22)."""

    ceiling = forms.IntegerField(
        label=gettext_lazy("Highest cost, in SEK"), min_value=1, max_value=2_000_000_000, widget=forms.NumberInput
    )


class TrialForm(MoveForm):
    """The plan of a small trial. Up to ``settings.SMALL_TRIAL_SEK`` the unit decides itself (A22)."""

    question = CleanTextField(
        label=gettext_lazy("What do you want to know?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    measure = CleanTextField(
        label=gettext_lazy("What do you measure?"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    baseline = CleanCharField(
        label=gettext_lazy("How does it stand today?"),
        help_text=gettext_lazy(
            "What the measure shows before you begin. Without it nobody can tell what the trial changed."
        ),
        max_length=300,
    )
    target = CleanCharField(
        label=gettext_lazy("Target"),
        help_text=gettext_lazy("What must the measure show for the idea to be worth introducing?"),
        max_length=300,
    )
    stop_rule = CleanCharField(
        label=gettext_lazy("When do you stop early?"),
        help_text=gettext_lazy("For example if someone could come to harm, or if the work takes too much time."),
        max_length=300,
    )
    ends_on = forms.DateField(
        label=gettext_lazy("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    cost = forms.IntegerField(
        label=gettext_lazy("Estimated cost, in SEK"),
        help_text=gettext_lazy("Working time included. Zero is fine."),
        min_value=0,
        max_value=2_000_000_000,
    )

    case: Idea

    def clean_ends_on(self) -> Any:
        day, today = self.cleaned_data["ends_on"], timezone.localdate()
        if not today < day <= today + LONGEST_TRIAL:
            raise forms.ValidationError(_("Choose a day from tomorrow and at most eighteen months ahead."))
        return day

    def clean_cost(self) -> int:
        cost: int = self.cleaned_data["cost"]
        limit = max(settings.SMALL_TRIAL_SEK, self.case.trial_ceiling or 0)
        if cost > limit:
            text = _(
                "Here the unit decides itself on trials up to %(limit)s SEK. For a larger one, ask a coordinator to consent on this "
                "page first, or begin smaller."
            )
            raise forms.ValidationError(text, params={"limit": number_format(limit, force_grouping=True)})
        return cost


class _OutcomeForm(ReasonForm):
    """What the trial showed, with what was promised before one's eyes."""

    case: Idea

    def prepare(self) -> None:
        self.trial = self.case.trials.filter(ended_at=None).first()
        if self.trial is not None:
            promise = ((_("Today"), self.trial.baseline), (_("Target"), self.trial.target))
            self.quote = "\n".join(f"{label}: {text}" for label, text in promise if text)


class ResultForm(_OutcomeForm):
    """What the trial showed, beside what was promised."""

    measured = CleanCharField(
        label=gettext_lazy("What did the measure show?"),
        help_text=gettext_lazy("The same measure as before you began, so that the two can be read side by side."),
        max_length=300,
    )
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"), choices=[(one.value, one.label) for one in MEASURED], widget=forms.RadioSelect
    )
    reason = CleanTextField(
        label=gettext_lazy("Result"),
        help_text=gettext_lazy(
            "The answer to the question, with figures, and what surprised you. The author reads this."
        ),
        max_length=5000,
    )
    field_order = ("measured", "outcome", "reason")


class _ValuesForm(MoveForm):
    """What value has been seen in use (B1-3: value arises in use)."""

    values = forms.MultipleChoiceField(
        label=gettext_lazy("Value seen in use"),
        help_text=gettext_lazy("Tick what you have seen, not what you hope for."),
        choices=Value.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class IntroduceForm(_ValuesForm, DecisionForm):
    """Where the idea is now used, by whose decision."""

    where = CleanCharField(
        label=gettext_lazy("Introduced where?"),
        help_text=gettext_lazy("The units or places where it is now the ordinary way of doing things."),
        max_length=300,
    )
    field_order = ("where", "values", "reason", "decided_by", "delegation")


class LastingForm(_ValuesForm, ReasonForm):
    """The twelve-month check. What was seen before stands ticked, and what is told of it in words is not unticked unawares."""

    reason = CleanTextField(
        label=gettext_lazy("How it is used now"), help_text=gettext_lazy("The author reads this."), max_length=5000
    )
    field_order = ("reason", "values")
    case: Idea

    def prepare(self) -> None:
        self.fields["values"].initial = self.case.actual_values

    def clean_values(self) -> list[str]:
        values: list[str] = self.cleaned_data["values"]
        described = self.case.benefits.exclude(actual="").exclude(kind__in=values)
        if kinds := ", ".join(str(row) for row in described):
            raise forms.ValidationError(
                _(
                    "What has been seen is described under Benefits: %(kinds)s. Take the words away there first, if it is not so."
                ),
                params={"kinds": kinds},
            )
        return values


class LessonForm(ReasonForm):
    """What was learned. To stop in time is a good outcome (strategy §4.2)."""

    reason = CleanTextField(
        label=gettext_lazy("What we learned"),
        help_text=gettext_lazy(
            "Write so that someone with the same idea in two years has use for it. The author reads this."
        ),
        max_length=5000,
    )


class CloseForm(LessonForm, _OutcomeForm):
    """The lesson; of an idea that is being tried also how the trial ended, for it ends with it."""

    measured = CleanCharField(
        label=gettext_lazy("What did the measure show?"),
        help_text=gettext_lazy("Leave empty if the trial was stopped before anything was measured."),
        max_length=300,
        required=False,
    )
    outcome = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=Outcome.choices, widget=forms.RadioSelect)
    field_order = ("measured", "outcome", "reason")

    def prepare(self) -> None:
        super().prepare()
        if self.trial is None:
            del self.fields["measured"], self.fields["outcome"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        stopped = cleaned.get("outcome") == Outcome.STOPPED
        if cleaned.get("outcome") and stopped == bool(cleaned.get("measured")):
            self.add_error(
                "measured", _("Say what the measure showed, or choose that nothing was measured: one of them.")
            )
        return cleaned
