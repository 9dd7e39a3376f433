"""What a disclosure adds to its page. The first panel costs at most three queries, the second two more."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model, prefetch_related_objects
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.cases.models import Access
from portal.cases.rules import in_writing
from portal.cases.settling import wrote
from portal.cases.words import pairs
from rights.forms.writing import SECTIONS
from rights.letters import CLAIM, RECEIPT, WAIVER, WAIVER_OF_PART, decided_by, letters_of, waivers_of_parts
from rights.models import Compensation, Contributor, Disclosure, Protection, sek
from rights.rules import CLOCK_RUNS, DECLARING, IF_SO, Facts, day_of, names_of, percent, propose
from rights.states import Decision, DisclosureState, ResultType

Pair = dict[str, Any]
MOST_ACCESSES = 50
OPENED: dict[str, str | Promise] = {
    "case": gettext_lazy("The page of the case"),
    "document": gettext_lazy("A document"),
    "export": gettext_lazy("The case as a file"),
    "api": gettext_lazy("The case, through the API"),
    "letter": gettext_lazy("A letter"),
    "openings": gettext_lazy("Who has opened the case"),
    f"letter:{RECEIPT}": gettext_lazy("The receipt of the disclosure"),
    f"letter:{CLAIM}": gettext_lazy("The notice of what the Region has declared"),
    f"letter:{WAIVER}": gettext_lazy("The waiver (fribrev)"),
    f"letter:{WAIVER_OF_PART}": gettext_lazy("A waiver of a part (fribrev)"),
    "begin": gettext_lazy("What it says, to begin another case from it"),
    "my_data": gettext_lazy("An extract of one’s own data"),
}


def rights_panel(disclosure: Disclosure, person: User) -> dict[str, Any]:
    """For all who see the case: the clock, what is written, who contributed, what was decided, what became of it."""
    contributors = _contributors(disclosure)
    mine = next((one for one in contributors if one.person_id == person.pk), None)
    writes = person.is_employee and wrote(person, disclosure) and bool(in_writing(disclosure))
    return {
        "clock": _clock(disclosure),
        "parts": list(_parts(disclosure)),
        "contributors": [_contributor(disclosure, one, writes) for one in contributors],
        "missing": names_of(one for one in contributors if not one.has_confirmed) if disclosure.opened_at else "",
        "whole": sum(one.share for one in contributors) == 100,
        "add_url": reverse("rights:add_contributor", args=[disclosure.pk]) if writes else "",
        "confirm_url": reverse("rights:confirm", args=[disclosure.pk]) if mine and not mine.confirmed_at else "",
        "decision": [*_decision(disclosure), *_waived(disclosure)],
        "holding": bool(disclosure.keeps_closed and disclosure.ties),
        "letting_open": bool(disclosure.is_answered and not disclosure.keeps_closed and disclosure.ties),
        "use": [
            pair
            for pair in pairs(disclosure, ("agreement", "signed_on", "use_plan", "use", "follow_up_on"))
            if pair["value"]
        ],
        "protections": [_protection(one) for one in disclosure.protections.all()] if disclosure.is_answered else [],
        "compensations": [_compensation(one) for one in mine.compensations.all()]
        if mine and disclosure.is_answered
        else [],
        "take_back": disclosure.take_back_why if disclosure.state in CLOCK_RUNS else "",
        "letters": list(letters_of(disclosure)),
    }


def inside_panel(disclosure: Disclosure, person: User) -> dict[str, Any]:
    """For those who assess: what the answers point to, all compensations, and who has opened the case."""
    contributors = _contributors(disclosure)
    paid = Compensation.objects.filter(contributor__disclosure=disclosure.pk).select_related("contributor__person")
    opened = Access.objects.filter(case_id=disclosure.pk).select_related("person", "document").order_by("-pk")
    return {
        "proposal": propose(Facts.of(disclosure, contributors)),
        "attest": [
            {"who": str(one), "url": reverse("rights:attest", args=[disclosure.pk, one.pk])}
            for one in contributors
            if one.person_id is None
        ],
        "compensations": [_compensation(one) for one in paid] if disclosure.is_answered else [],
        "accesses": [told_access(one) for one in opened[:MOST_ACCESSES]],
        "most": MOST_ACCESSES,
        "openings_url": reverse("rights:openings", args=[disclosure.pk]),
    }


def _contributors(disclosure: Disclosure) -> list[Contributor]:
    """Two queries the first time, then none."""
    prefetch_related_objects([disclosure], "contributors__person")
    return list(disclosure.contributors.all())


def _clock(disclosure: Disclosure) -> dict[str, Any]:
    """When the Region must have declared what it wants, and whether it has."""
    if disclosure.respond_by is None:
        return {}
    if disclosure.lapsed_at:
        text = _(
            "No declaration was made: the right under 3 § has not been asserted. Rights that rest on other law or on an agreement are "
            "not touched by that."
        )
    elif disclosure.closed_at and not disclosure.decided_at:
        text = _("The case was closed %(day)s as notified by mistake, so there is nothing to declare.") % {
            "day": day_of(disclosure.closed_at)
        }
    elif disclosure.decided_at:
        text = _("Declared %(day)s.") % {"day": day_of(disclosure.decided_at)}
    else:
        text = _("Only a declaration stops the time. Questions to the author do not.")
    return {"day": disclosure.respond_by, "text": text, "late": bool(disclosure.lapsed_at)}


def _parts(disclosure: Disclosure) -> Iterator[dict[str, Any]]:
    """What is empty and was not asked for is left out."""
    asked = {*Disclosure.asks} | {
        name for question, names in IF_SO.items() if getattr(disclosure, question) for name in names
    }
    if disclosure.result_type == ResultType.INVENTION:
        asked |= {*Disclosure.asks_of_inventions}
    for section in SECTIONS:
        names = [name for name in section.fields if name not in ("title", "summary")]
        items = [
            pair for name, pair in zip(names, pairs(disclosure, names), strict=True) if pair["value"] or name in asked
        ]
        if items:
            yield {"title": section.title, "entries": items}


def _contributor(disclosure: Disclosure, one: Contributor, writes: bool) -> dict[str, Any]:
    address = [disclosure.pk, one.pk]
    return {
        "who": str(one),
        "capacity": one.get_capacity_display(),
        "employer": one.employer,
        "share": percent(one.share),
        "confirmed": _confirmed(one),
        "edit_url": reverse("rights:edit_contributor", args=address) if writes else "",
        "remove_url": reverse("rights:remove_contributor", args=address)
        if writes and one.person_id != disclosure.owner_id
        else "",
    }


def _confirmed(one: Contributor) -> str:
    if one.confirmed_at:
        return _("Confirmed %(day)s") % {"day": day_of(one.confirmed_at)}
    if one.attested_on:
        told = {"day": _day(one.attested_on), "how": one.attested_how.rstrip(".")}
        return _("Confirmed outside the portal %(day)s: %(how)s") % told
    return _("Not confirmed yet") if one.person_id else _("Has no account here, and has not confirmed in another way")


def facts_of_part(one: Contributor) -> list[Pair]:
    """What a contributor confirms."""
    return [
        {"label": _("Share"), "value": percent(one.share)},
        {"label": _("Contributed as"), "value": one.get_capacity_display()},
        {"label": _("Employer"), "value": one.employer},
    ]


def _decision(disclosure: Disclosure) -> list[Pair]:
    if disclosure.state in (DisclosureState.DRAFT, DisclosureState.NOTIFIED) or not disclosure.decision:
        return []
    found = pairs(disclosure, ("decision", "category", "basis", "scope"))
    return [*(pair for pair in found if pair["value"]), *_deciders(disclosure)]


def _deciders(disclosure: Disclosure) -> Iterator[Pair]:
    """Who made each declaration, when, and by what right (FL 2017:900 31 §). One query."""
    for event in disclosure.events.filter(move__in=DECLARING).select_related("person").order_by("number"):
        what = Decision(event.data.get("decision", Decision.WAIVE)).label
        label = _("%(what)s: decided %(day)s by") % {"what": what, "day": day_of(event.at)}
        yield {"label": label, "value": "\n".join(filter(None, decided_by(event)))}


def _waived(disclosure: Disclosure) -> list[Pair]:
    """The parts of the right that the Region has waived, the first first, and who decided each (FL 2017:900 31 §)."""
    return [
        {
            "label": _("Waived in part (fribrev) %(day)s") % {"day": day_of(event.at)},
            "value": "\n".join(filter(None, [str(event.data.get("scope", "")), *decided_by(event)])),
        }
        for event in waivers_of_parts(disclosure)
    ]


def _protection(one: Protection) -> dict[str, str]:
    when = [f"{_('Applied for or signed')} {_day(one.applied_on)}"]
    if one.ended_on:
        when.append(f"{_('Ended')} {_day(one.ended_on)}")
    elif one.renew_by:
        when.append(f"{_('Renew at the latest')} {_day(one.renew_by)}")
    return {"label": str(one), "value": "\n".join([*when, one.responsible])}


def _compensation(one: Compensation) -> dict[str, str]:
    when = [_("Decided %(day)s") % {"day": day_of(one.recorded_at)}]
    when += [f"{_('Paid')} {_day(one.paid_on)}" if one.paid_on else _("Not paid yet")]
    when += [f"{_('Reviewed')} {_day(one.reviewed_on)}"] if one.reviewed_on else []
    rests_on = [f"{label_in(one, name)}: {getattr(one, name)}" for name in ("basis", "value", "extent", "employment")]
    costs = [f"{label_in(one, 'costs')}: {sek(one.costs)}"]
    return {"label": str(one.contributor), "value": "\n".join([sek(one.amount), *when, *rests_on, *costs])}


def label_in(row: Model, name: str) -> str:
    return capfirst(str(row._meta.get_field(name).verbose_name))  # type: ignore[union-attr]  # no relation is asked


def told_access(one: Access) -> dict[str, Any]:
    kind = f"letter:{WAIVER_OF_PART}" if one.what.startswith(f"letter:{WAIVER_OF_PART}") else one.what
    what = OPENED.get(kind, _("Another page of the case"))
    return {
        "when": localtime(one.at),
        "who": str(one.person or _("Someone at the server, without being signed in")),
        "what": f"{what}: {one.document}" if one.document else what,
    }


def _day(day: Any) -> str:
    return date_format(day, "j F Y")
