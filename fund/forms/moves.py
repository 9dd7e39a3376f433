"""What the moves of calls and applications ask for."""

from typing import cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fund.models import Application, Submission
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


class ScreenForm(MoveForm):
    """That an application meets the formal requirements, and what was looked at."""

    formal = forms.BooleanField(label=_("It meets the terms of the call: who applies, for what, and how much."))
    quality = forms.BooleanField(label=_("It can be judged: the answers say what is to be done and why."))
    it = forms.BooleanField(label=_("Strategic IT has been asked where the project touches systems or data."))
    reason = CleanTextField(label=_("What was noted"), required=False, max_length=2000)


class DecideForm(MoveForm):
    """By what right all applications of a call are decided."""

    delegation = CleanCharField(
        label=_("By what right"),
        help_text=_("The point in the delegation order, or the diary number of the decision."),
        max_length=200,
    )
    reason = CleanTextField(
        label=_("Minutes of the expert group, in brief"),
        help_text=_("Everyone who sees the call can read them."),
        required=False,
        max_length=5000,
    )


class LessonForm(ReasonForm):
    reason = CleanTextField(
        label=_("Why it is stopped, and what was learnt"),
        help_text=_("Others will read this before they try the same."),
        max_length=5000,
    )
