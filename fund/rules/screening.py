"""Screening: what each of its parts can come to, which reasons are needed, and until when it can be done anew."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from fund.models import Application
from fund.states import CallState, Met, Remarks
from portal.cases.verdicts import YES, Verdict, no

PARTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "formal": (gettext_lazy("Formal requirements"), dict(Met.choices)),
    "quality": (gettext_lazy("Quality"), dict(Met.choices)),
    "it": (gettext_lazy("Strategic IT"), dict(Remarks.choices)),
}
"""By the name of its field: what the part is called, and what it can come to in words."""


def speaks(result: str) -> bool:
    """The result needs a reason."""
    return result in (Met.UNMET, Remarks.REMARKS)


def unmet(record: Mapping[str, Any]) -> list[str]:
    """The parts that stand against passing the application on. What strategic IT remarks on is for the experts to weigh."""
    return [part for part in PARTS if record.get(part) == Met.UNMET]


def in_sentences(record: Mapping[str, Any]) -> Iterator[str]:
    """What each part came to and why. Parts that the record lacks, as older ones do, are left out."""
    for part, (label, _results) in PARTS.items():
        if came_to := in_words_of(part, record):
            yield f"{label}: {came_to}"


def in_words_of(part: str, record: Mapping[str, Any]) -> str:
    """What the part came to and why; nothing if the record lacks it."""
    result = PARTS[part][1].get(record.get(part, ""))
    return f"{result}. {record.get(f'{part}_why', '')}".strip() if result else ""


def undecided_call(application: Application) -> Verdict:
    """The call is still being reviewed."""
    if application.call.state == CallState.REVIEWING:
        return YES
    return no(_("The call is not being reviewed any more, so the dismissal stays."))
