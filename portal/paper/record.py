"""A case's history on paper: what the case is, what happened when, and which documents belong to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.paper.pdf import render_pdf


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the case. `hash` is the event's own, so that paper can be compared with the portal."""

    at: datetime
    who: str
    what: str
    note: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document of the case, as the diary knows it."""

    name: str
    received_at: datetime
    from_or_to: str = ""
    size: str = ""  # as a reader says it: "1,2 MB"
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """Reads no case: whoever fills it has left out what the reader may not see, and masked what is secret."""

    reference: str
    title: str
    kind: str
    language: str
    printed_at: datetime
    facts: Sequence[Fact] = ()
    summary: str = ""
    happenings: Sequence[Happening] = field(default=())
    papers: Sequence[Paper] = field(default=())
    secrecy: str = ""  # the legal ground, when the case or a part of it is secret


def record_pdf(record: Record) -> bytes:
    """The record as PDF/UA-1 and PDF/A-2a. About 1 s for each 300 events."""
    return render_pdf(
        "pdf/history.html",
        {"record": record},
        language=record.language,
        title=f"{record.reference} {record.title}".strip(),
        created=record.printed_at,
        reference=record.reference,
    )
