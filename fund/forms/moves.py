"""What the moves of calls and applications ask for."""

from typing import Any, cast

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fund.models import Application, Submission
from fund.rules.screening import PARTS, in_sentences, speaks, unmet
from fund.states import Met, Remarks
from fund.words import moment, sek
from portal.cases.forms import MoveForm, ReasonForm
from portal.cases.text import CleanCharField, CleanTextField


class SignForm(MoveForm):
    """The manager’s approval. What it says is written out, so that the one who signs knows what they sign."""

    promise = forms.BooleanField(
        label=_("The project may be done at the unit, and we look after its results when the money is used up.")
    )
    reason = CleanTextField(label=_("Comment"), required=False, max_length=2000)

    def prepare(self) -> None:
        signed = cast(Application, self.case).latest
        self.quote = in_brief(signed) if signed else ""


def in_brief(submission: Submission) -> str:
    """Which text it is that is signed: what it asks for, when it was handed in, and its digest."""
    told = {
        "title": submission.content["title"],
        "summary": submission.content["summary"],
        "amount": sek(submission.amount),
        "number": submission.number,
        "at": moment(submission.at),
        "sha256": submission.sha256,
    }
    parts = (
        gettext("“%(title)s” asks for %(amount)s."),
        "%(summary)s",
        gettext("You sign number %(number)s, handed in %(at)s. Digest of the content (SHA-256): %(sha256)s"),
    )
    return "\n\n".join(part % told for part in parts)


def _part(label: Any, results: type[TextChoices], hint: Any = "") -> forms.ChoiceField:
    return forms.ChoiceField(label=label, help_text=hint, choices=results.choices, widget=forms.RadioSelect)


def _why(label: Any) -> CleanTextField:
    return CleanTextField(label=label, required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ScreenForm(MoveForm):
    """What an application came to, part by part: a result, and a reason where ``speaks`` asks for one. The event keeps it all."""

    formal = _part(_("Formal requirements"), Met, _("The terms of the call: who applies, for what, and how much."))
    formal_why = _why(_("Formal requirements: why?"))
    quality = _part(_("Quality"), Met, _("It can be judged: the answers say what is to be done and why."))
    quality_why = _why(_("Quality: why?"))
    it = _part(_("Strategic IT"), Remarks, _("Strategic IT is asked where the project touches systems or data."))
    it_why = _why(_("Strategic IT: what they remark on"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for part in PARTS:
            if speaks(cleaned.get(part, "")) and not cleaned.get(f"{part}_why"):
                self.add_error(f"{part}_why", gettext("Say why."))
        return cleaned


class PassOnForm(ScreenForm):
    """Nothing is passed on that does not meet what is asked. What each part came to is not the author's to read."""

    inside = frozenset((*PARTS, *(f"{part}_why" for part in PARTS)))
    reason = CleanTextField(
        label=_("What else was noted"), help_text=_("The author reads this."), required=False, max_length=2000
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if unmet(cleaned):
            raise forms.ValidationError(
                gettext("What is not met is not passed on to review. Dismiss the application instead.")
            )
        return cleaned


class DelegatedForm(MoveForm):
    """By what right something is decided. It is signed with the decision in the letter."""

    delegation = CleanCharField(
        label=_("By what right"),
        help_text=_("The point in the delegation order, or the diary number of the decision."),
        max_length=200,
    )


class DismissForm(DelegatedForm, ScreenForm):
    """Something is not met; what is said of each part stands in the reason that the author reads."""

    reason = CleanTextField(
        label=_("What else the author should know"), help_text=_("The author reads this, after what is said of each part."),
        required=False, max_length=2000,
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not unmet(cleaned):
            raise forms.ValidationError(gettext("Say which part is not met, and why. Otherwise pass it on to review."))
        return {**cleaned, "reason": "\n".join([*in_sentences(cleaned), cleaned.get("reason", "")]).strip()}


class DecideOneForm(ReasonForm, DelegatedForm):
    """A decision on one application, with its reasons."""


class DecideForm(DelegatedForm):
    """The decision on all applications of a call, with what the expert group came to."""

    reason = CleanTextField(
        label=_("Minutes of the expert group, in brief"),
        help_text=_("Everyone who sees the call can read them."),
        required=False,
        max_length=5000,
    )


class LessonForm(DecideOneForm):
    reason = CleanTextField(
        label=_("Why it is stopped, and what was learnt"),
        help_text=_("Others will read this before they try the same."),
        max_length=5000,
    )
