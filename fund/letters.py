"""Letters to applicants: the decision with its reasons (FL 2017:900 32 §), and what was decided later."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from fund.models import MOST_POINTS, Application, Ruling
from fund.queries import Scores, scores_of
from fund.states import Outcome
from fund.words import points, sek
from portal.cases.models import Event
from portal.paper.letter import Letter

DECISION = "beslut"
LATER = {"move_up": "uppflyttning", "let_go": "avslag", "dismiss": "avvisning", "take_up": "upptagande"}
"""Decisions on a single application, by move, and what their letters are called in the address."""


def letters_of(application: Application, ruling: Ruling | None) -> Iterator[dict[str, str]]:
    """The letters that there are, with their addresses: of the decision, if it is made, and of later ones (one query)."""
    if ruling:
        yield {"label": _("The decision (PDF)"), "url": letter_url(application, DECISION)}
    for move in application.events.filter(move__in=LATER).order_by("number").values_list("move", flat=True):
        yield {"label": later_subjects()[move] + " (PDF)", "url": letter_url(application, LATER[move])}


def letter_url(application: Application, name: str) -> str:
    return reverse("fund:letter", args=[application.pk, name])


def later_subjects() -> dict[str, str]:
    return {
        "move_up": _("Grant from the reserve list"),
        "let_go": _("Decision: the money did not suffice"),
        "dismiss": _("Decision not to take up the application"),
        "take_up": _("Decision to take up the application after all"),
    }


def decision(application: Application, scores: Scores | None = None) -> Letter:
    """What is decided, or prepared, of an application. Without ``scores`` they are read (three queries)."""
    ruling = application.ruling
    scores = scores or scores_of([application.pk]).get(application.pk)
    outcome = _outcome(ruling, application.amount or 0)
    return _letter(
        application,
        subject=_("Decision on your application to the Innovation Fund"),
        text="\n\n".join(filter(None, (_asked(application), _scores(scores), _next(ruling)))),
        decision=outcome,
        reasons=ruling.reason,
        signature=[str(ruling.decided_by or ""), ruling.delegation],
        written_at=ruling.decided_at or timezone.now(),
    )


def later(application: Application, event: Event) -> Letter:
    """A decision that was made of this application alone, as the history has it."""
    ruling: Ruling | None = getattr(application, "ruling", None)
    granted = event.move == "move_up" and ruling is not None
    outcome = {
        "move_up": _("The Region grants %(amount)s.") % {"amount": sek(ruling.amount if ruling else 0)},
        "let_go": _("The Region declines the application: the money did not suffice for the reserve list."),
        "dismiss": _("The Region does not take up the application, since it does not meet the terms of the call."),
        "take_up": _("The Region takes up the application after all, and looks it through anew."),
    }[event.move]
    return _letter(
        application,
        subject=later_subjects()[event.move],
        text="\n\n".join(filter(None, (_asked(application), _granted_next() if granted else ""))),
        decision=outcome,
        reasons=event.note or (ruling.reason if ruling else ""),
        signature=[str(event.person or ""), event.data.get("delegation", "")],
        written_at=event.at,
    )


def _asked(application: Application) -> str:
    told = {"title": application.title, "call": application.call.title, "amount": sek(application.amount or 0)}
    return _("Your application “%(title)s” in the call “%(call)s” asked for %(amount)s.") % told


def _outcome(ruling: Ruling, asked: int) -> str:
    told = {"amount": sek(ruling.amount), "asked": sek(asked), "place": ruling.rank or 1}
    return {
        Outcome.GRANT: _("The Region grants the application in full: %(amount)s."),
        Outcome.PART: _("The Region grants %(amount)s of the %(asked)s that you asked for."),
        Outcome.RESERVE: _(
            "The Region puts the application on the reserve list, as number %(place)s, with %(amount)s held ready."
        ),
        Outcome.DECLINE: _("The Region declines the application."),
    }[Outcome(ruling.outcome)] % told


def _scores(scores: Scores | None) -> str:
    """The scores in brief: what each criterion stands at, never who gave what; and what the panel agreed on, in its words."""
    if scores is None:
        return ""
    given = _given(scores) if scores.mean is not None else []
    said = [_("The expert panel: %(words)s") % {"words": scores.panel}] if scores.panel else []
    return "\n\n".join(filter(None, ("\n".join(given), *said)))


def _given(scores: Scores) -> list[str]:
    read = ngettext("One expert has read it.", "%(readers)s experts have read it.", scores.readers)
    told = {"readers": scores.readers, "mean": points(scores.mean), "most": MOST_POINTS}
    first = _("It was given %(mean)s of %(most)s.")
    whole = f"{read} {first}" if scores.readers else first
    return [whole % told, *(f"{name}: {line}" for name, line in scores.criteria.items())]


def _next(ruling: Ruling) -> str:
    return {
        Outcome.GRANT: _granted_next(),
        Outcome.PART: _granted_next(),
        Outcome.RESERVE: _("Next: if money is left over you hear from us. You need not do anything."),
        Outcome.DECLINE: _("You are welcome to apply again, in a later call."),
    }[Outcome(ruling.outcome)]


def _granted_next() -> str:
    return _(
        "Next: accept the grant on the page of your application, within 30 days. The money is paid in instalments, each when a report has "
        "been approved, and is to be used in the year that it belongs to."
    )


def _letter(application: Application, *, signature: list[str], **parts: object) -> Letter:
    return Letter(
        language=(get_language() or "sv")[:2],
        reference=application.reference or "",
        addressee=[str(application.owner), str(application.unit)],
        appeal=_(
            "A decision on a grant from the fund cannot be appealed in the ordinary way. A member of the Region can have its lawfulness "
            "tried by the administrative court, within three weeks from the day when it was announced (KL 2017:725, chapter 13)."
        ),
        signature=[line for line in signature if line],
        **parts,  # type: ignore[arg-type]
    )
