"""What rights print: letters about a disclosure, from what the history says, and the rules as an annex to agreements."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from portal.cases.models import Event
from portal.cases.queries.history import latest_events
from portal.pages.markdown import to_html
from portal.paper.letter import Letter, letter_pdf
from portal.paper.pdf import render_pdf
from rights.models import Disclosure, PolicyVersion
from rights.rules import day_of, facts_of, percent
from rights.states import Decision, ResultType

RECEIPT, CLAIM, WAIVER, WAIVER_OF_PART = "mottagningsbevis", "underrattelse", "fribrev", "delvis-fribrev"


def letters_of(disclosure: Disclosure) -> Iterator[dict[str, str]]:
    """The letters that there are, with their addresses."""
    if disclosure.opened_at:
        yield {"label": _("Receipt of the disclosure (PDF)"), "url": _address(disclosure, RECEIPT)}
    if has_claim(disclosure):
        yield {"label": _("Notice of what the Region has declared (PDF)"), "url": _address(disclosure, CLAIM)}
    for event in waivers_of_parts(disclosure):
        label = _("Waiver of a part, fribrev, %(day)s (PDF)") % {"day": day_of(event.at)}
        yield {"label": label, "url": _address(disclosure, f"{WAIVER_OF_PART}-{event.number}")}
    if disclosure.decision == Decision.WAIVE:
        yield {"label": _("Waiver, fribrev (PDF)"), "url": _address(disclosure, WAIVER)}


def letter_of(disclosure: Disclosure, name: str) -> bytes | None:
    """The letter as PDF, printed anew from the history; None where there is none of the name."""
    if name == RECEIPT:
        return receipt(disclosure) if disclosure.opened_at else None
    if name == CLAIM:
        return claim(disclosure) if has_claim(disclosure) else None
    if name == WAIVER:
        return waiver(disclosure) if disclosure.decision == Decision.WAIVE else None
    parts = {f"{WAIVER_OF_PART}-{event.number}": event for event in waivers_of_parts(disclosure)}
    return waiver_of_part(disclosure, parts[name]) if name in parts else None


def waivers_of_parts(disclosure: Disclosure) -> list[Event]:
    """By which the Region has waived parts of its right, the first first. No query on a page that has read the history."""
    return latest_events(disclosure, moves=("waive_part",))[::-1]


def receipt(disclosure: Disclosure) -> bytes:
    """That the Region has received the disclosure, what it says, and until when the Region may declare what it wants (4 and 5 §§).

    It says what was so when the disclosure was notified, in the language in which that was done, whatever has changed since.
    """
    assert disclosure.opened_at and disclosure.respond_by  # noqa: S101, PT018  # a draft has no receipt
    facts = _facts(disclosure)
    with override(facts["language"]):
        text = _(
            "The Region received your disclosure %(received)s. It has the diary number %(reference)s.\n\nIt concerns “%(title)s” "
            "(%(what)s).\n\nThe Region declares at the latest %(respond)s whether it wants to acquire a right to the result (LAU 5 §). "
            "Until then you may not reveal it or give away the right to it without consent.\n\nContributors: %(contributors)s."
        ) % {
            "received": day_of(disclosure.opened_at),
            "reference": disclosure.reference,
            "title": facts["title"],
            "what": str(ResultType(facts["result_type"]).label).lower(),
            "respond": day_of(disclosure.respond_by),
            "contributors": _shares(facts),
        }
        return _print(
            disclosure, facts, subject=_("Receipt of a disclosure"), text=text, written_at=disclosure.opened_at
        )


def has_claim(disclosure: Disclosure) -> bool:
    """The declaration that holds is a claim. A waiver that has come after it has a letter of its own."""
    return disclosure.decision not in ("", Decision.WAIVE)


def claim(disclosure: Disclosure) -> bytes:
    """What right the Region wants, with the reasons, and who has decided it (5 §; FL 2017:900 31–33 §§)."""
    event, facts = _declared(disclosure, "claim", "correct_claim"), _facts_now(disclosure)
    with override(facts["language"]):
        extent = _("Extent: %(scope)s") % {"scope": disclosure.scope} if disclosure.scope else ""
        declared = [disclosure.get_decision_display(), disclosure.get_category_display(), extent]
        return _print(
            disclosure,
            facts,
            subject=_("Notice of what the Region has declared"),
            text=_("It concerns “%(title)s”. Contributors: %(contributors)s.")
            % {"title": disclosure.title, "contributors": _shares(facts)},
            decision="\n\n".join(filter(None, declared)),
            reasons=f"{disclosure.basis}\n\n{event.note}",
            signature=decided_by(event),
            written_at=event.at,
        )


def decided_by(event: Event) -> list[str]:
    """Who made the declaration, and by what right where that was written (FL 2017:900 31 §)."""
    return [str(event.data.get("decided_by") or event.person or ""), str(event.data.get("delegation", ""))]


def _declared(disclosure: Disclosure, *moves: str) -> Event:
    return Event.objects.filter(case_id=disclosure.pk, move__in=moves).select_related("person").latest("number")


def waiver(disclosure: Disclosure) -> bytes:
    """That the Region binds itself to claim no right to the result."""
    event = _declared(disclosure, "waive")
    return _waiver(disclosure, event, str(event.data.get("scope", "")))


def waiver_of_part(disclosure: Disclosure, event: Event) -> bytes:
    """That the Region binds itself to claim no right to a part, and no more than that."""
    return _waiver(disclosure, event, str(event.data.get("scope", "")))


def _waiver(disclosure: Disclosure, event: Event, part: str) -> bytes:
    """Of the part alone, where one is named. In the language of the receipt."""
    facts = _facts_now(disclosure)
    with override(facts["language"]):
        whole = _("The Region waives its right to the whole result. The waiver binds the Region.")
        only = _(
            "The Region waives its right to the following part:\n\n%(part)s\n\nThe waiver binds the Region. It does not touch the rest of "
            "the right to the result."
        )
        return _print(
            disclosure,
            facts,
            subject=_("Waiver of a part of the right to a result (fribrev)")
            if part
            else _("Waiver of the right to a result (fribrev)"),
            text=_("It concerns “%(title)s”. Contributors: %(contributors)s.")
            % {"title": disclosure.title, "contributors": _shares(facts)},
            decision=only % {"part": part} if part else whole,
            reasons=f"{event.data.get('basis') or disclosure.basis}\n\n{event.note}",
            signature=decided_by(event),
            written_at=event.at,
        )


def _facts(disclosure: Disclosure) -> dict[str, Any]:
    """What was notified, as its event keeps it; of what was notified before events kept it, what stands now, in Swedish."""
    event = Event.objects.filter(case_id=disclosure.pk, move="notify").latest("number")
    return event.data if "shares" in event.data else {**facts_of(disclosure), "language": "sv"}


def _facts_now(disclosure: Disclosure) -> dict[str, Any]:
    """As they stand, in the language of the receipt."""
    return facts_of(disclosure) | {"language": _facts(disclosure)["language"]}


def _address(disclosure: Disclosure, letter: str) -> str:
    return reverse("rights:letter", args=[disclosure.pk, letter])


def _print(disclosure: Disclosure, facts: dict[str, Any], **parts: Any) -> bytes:
    parts["signature"] = [line for line in parts.get("signature", ()) if line]
    return letter_pdf(
        Letter(language=facts["language"], reference=disclosure.reference or "", addressee=facts["addressee"], **parts)
    )


def _shares(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name} ({percent(Decimal(share))})" for name, share in facts["shares"])


def policy_pdf(version: PolicyVersion, language: str) -> bytes:
    """A version of the rules with its number and date: an annex to an agreement with those outside (B43-4b). Printed once a day."""
    with override(language):
        html, title = to_html(version.text_shown), _("Rules on the rights to what is made at work")
    context = {
        "version": version,
        "html": mark_safe(html.replace('href="/', f'href="{settings.BASE_URL}/')),  # noqa: S308  # cleaned by to_html
        "address": settings.BASE_URL + reverse("rights:policy"),
    }
    return render_pdf("pdf/policy.html", context, language=language, title=title, created=version.written_at, keep=True)
