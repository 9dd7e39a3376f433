"""A letter to a person: a decision with its reasons, or a receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.paper.pdf import render_pdf


@dataclass(frozen=True, slots=True)
class Letter:
    """Plain text throughout; an empty line parts two paragraphs.

    A decision tells its reasons (FL 32 §) and, where it can be appealed, how (FL 33 §).
    """

    subject: str
    text: str
    language: str
    written_at: datetime
    reference: str = ""
    addressee: Sequence[str] = ()  # name and address, line by line; empty for a person who stays unknown
    decision: str = ""
    reasons: str = ""
    appeal: str = ""
    signature: Sequence[str] = ()  # name, title, unit
    contact: Sequence[str] = ()
    code: str = ""  # the code on a receipt, with which an unknown person follows the case


def letter_pdf(letter: Letter) -> bytes:
    """The letter as PDF/UA-1 and PDF/A-2a."""
    return render_pdf(
        "pdf/letter.html",
        {"letter": letter},
        language=letter.language,
        title=letter.subject,
        created=letter.written_at,
        reference=letter.reference,
    )
