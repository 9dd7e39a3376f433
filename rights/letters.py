"""What rights print: letters about a disclosure, from what the history says, and the rules as an annex to agreements."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from portal.cases.models import Event
from portal.pages.markdown import to_html
from portal.paper.letter import Letter, letter_pdf
from portal.paper.pdf import render_pdf
from rights.models import Disclosure, PolicyVersion
from rights.rules import day_of
from rights.states import Decision

RECEIPT, CLAIM, WAIVER = "mottagningsbevis", "underrattelse", "fribrev"


def letters_of(disclosure: Disclosure) -> Iterator[dict[str, str]]:
    """The letters that there are, with their addresses."""
    if disclosure.opened_at:
        yield {
            "label": _("Receipt of the disclosure (PDF)"),
            "url": reverse("rights:letter", args=[disclosure.pk, RECEIPT]),
        }
    if has_claim(disclosure):
        yield {
            "label": _("Notice of what the Region has declared (PDF)"),
            "url": reverse("rights:letter", args=[disclosure.pk, CLAIM]),
        }
    if disclosure.decision == Decision.WAIVE:
        yield {"label": _("Waiver, fribrev (PDF)"), "url": reverse("rights:letter", args=[disclosure.pk, WAIVER])}


def receipt(disclosure: Disclosure) -> bytes:
    """That the Region has received the disclosure, when, and until when it may declare what it wants (4 and 5 §§)."""
    assert disclosure.opened_at and disclosure.respond_by  # noqa: S101, PT018  # a draft has no receipt
    text = _(
        "The Region received your disclosure %(received)s. It has the diary number %(reference)s.\n\nThe Region declares at the latest "
        "%(respond)s whether it wants to acquire a right to the result (LAU 5 §). Until then you may not reveal it or give away the "
        "right to it without consent.\n\nContributors: %(contributors)s."
    ) % {
        "received": day_of(disclosure.opened_at),
        "reference": disclosure.reference,
        "respond": day_of(disclosure.respond_by),
        "contributors": _shares(disclosure),
    }
    return _print(disclosure, subject=_("Receipt of a disclosure"), text=text, written_at=disclosure.opened_at)


def has_claim(disclosure: Disclosure) -> bool:
    """The declaration that holds is a claim. A waiver that has come after it has a letter of its own."""
    return disclosure.decision not in ("", Decision.WAIVE)


def claim(disclosure: Disclosure) -> bytes:
    """What right the Region wants, with the reasons, and who has decided it (5 §; FL 2017:900 31–33 §§)."""
    event = _declared(disclosure, "claim", "correct_claim")
    extent = _("Extent: %(scope)s") % {"scope": disclosure.scope} if disclosure.scope else ""
    return _print(
        disclosure,
        subject=_("Notice of what the Region has declared"),
        text=_("It concerns “%(title)s”. Contributors: %(contributors)s.")
        % {"title": disclosure.title, "contributors": _shares(disclosure)},
        decision="\n\n".join(
            filter(None, [disclosure.get_decision_display(), disclosure.get_category_display(), extent])
        ),
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
    extent = (
        _("The waiver covers: %(scope)s") % {"scope": disclosure.scope}
        if disclosure.scope
        else _("The waiver covers the whole result.")
    )
    return _print(
        disclosure,
        subject=_("Waiver of the right to a result (fribrev)"),
        text=_("It concerns “%(title)s”. Contributors: %(contributors)s.")
        % {"title": disclosure.title, "contributors": _shares(disclosure)},
        decision=_("The Region waives its right to the result. The waiver binds the Region.") + f"\n\n{extent}",
        reasons=f"{disclosure.basis}\n\n{event.note}",
        signature=decided_by(event),
        written_at=event.at,
    )


def _print(disclosure: Disclosure, **parts: Any) -> bytes:
    parts["signature"] = [line for line in parts.get("signature", ()) if line]
    return letter_pdf(
        Letter(
            language=(get_language() or "sv")[:2],
            reference=disclosure.reference or "",
            addressee=[str(disclosure.owner), str(disclosure.unit)],
            **parts,
        )
    )


def _shares(disclosure: Disclosure) -> str:
    people = disclosure.contributors.select_related("person")
    return ", ".join(f"{one} ({one.share.normalize():f} %)" for one in people)


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
