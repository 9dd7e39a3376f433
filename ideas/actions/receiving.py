"""Taking suggestions in: from the form that anyone can fill in, and from files."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db import transaction

from ideas.actions.challenging import answer_challenge
from ideas.models import Area, Challenge, Suggestion
from ideas.queries.suggestions import fingerprint
from ideas.states import Sender
from portal.cases import personal
from portal.cases.actions.drafts import begin_case
from portal.cases.actions.receipts import give_receipt
from portal.cases.moving import perform
from portal.cases.states import Beneficiary, Confidentiality
from portal.organisation.models import Unit

TITLE_LENGTH = 80


@dataclass(frozen=True)
class Letter:
    """What someone has sent in. ``unit`` is who looks at it first; None leaves that to the area.

    ``heading`` is the question that the text answers, in imported material. ``written_on`` is the sender's date.
    """

    proposal: str
    sender: Sender
    area: Area
    place: str = ""
    unit: Unit | None = None
    heading: str = ""
    written_on: date | None = None


@transaction.atomic
def receive_suggestion(
    *, letter: Letter, email: str = "", challenge: Challenge | None = None
) -> tuple[Suggestion, str]:
    """Register a suggestion from someone without an account; return it with the code of their receipt.

    Raises Refused when it is to answer a ``challenge`` that is not open.
    """
    draft = _draft(letter)
    code = give_receipt(case=draft, email=email)
    received = cast("Suggestion", perform(draft, "receive", person=None))
    if challenge:
        answer_challenge(challenge=challenge, case=received, person=None)
    return received, code


@transaction.atomic(savepoint=False)
def import_suggestion(*, letter: Letter, source_key: str) -> Suggestion:
    """Register a suggestion that came in a file: nobody to answer, and nobody woken for each row.

    Inside a transaction it has no way back of its own: a failure takes the batch with it, which the next run takes in again.
    """
    return cast("Suggestion", perform(_draft(letter, source_key), "import_in", person=None))


def title_of(text: str) -> str:
    """The beginning of the text, as a title: one line, whole words, no identity number."""
    first = " ".join(next((line for line in personal.mask(text).splitlines() if line.strip()), "").split())
    if len(first) <= TITLE_LENGTH:
        return first
    whole_words, _, rest = first[: TITLE_LENGTH - 1].rpartition(" ")
    return f"{whole_words or rest}…"


def _draft(letter: Letter, source_key: str | None = None) -> Suggestion:
    return begin_case(
        model=Suggestion,
        owner=None,
        unit=letter.unit or letter.area.unit,
        title=title_of(letter.proposal),
        summary=letter.heading,
        body="\n".join(filter(None, (letter.proposal, letter.place))),
        proposal=letter.proposal,
        place=letter.place,
        sender=letter.sender,
        area=letter.area,
        beneficiaries=[Beneficiary(letter.sender.value)],
        confidentiality=Confidentiality.INTERNAL,
        written_on=letter.written_on,
        source_key=source_key,
        fingerprint=fingerprint(letter.proposal),
    )
