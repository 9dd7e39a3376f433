"""What the API says of a case."""

from datetime import datetime

from ninja import Field, Schema


class CaseSummary(Schema):
    """A case in a list."""

    reference: str
    kind: str
    title: str
    state: str
    state_label: str
    unit: str = Field(description="Short code of the unit that holds the case.")
    handled_by: str | None
    submitted_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    confidentiality: str
    url: str


class CaseDetail(CaseSummary):
    """One case."""

    summary: str
    perspectives: list[str]
    beneficiaries: list[str]
    next_step: str = Field(description="Whose move it is and which, in plain words; empty when the case is closed.")
    version: int = Field(description="Send it with a move: if the case has moved on meanwhile, nothing is done.")
    fields: dict[str, str] = Field(description="What the kind shows on its page, by field name.")


class CasePage(Schema):
    """Cases, the latest first. ``next`` leads to those that follow, and is null at the end."""

    items: list[CaseSummary]
    next: str | None


class MoveChance(Schema):
    """A step that you could take: open, or not yet and why."""

    name: str
    label: str
    open: bool
    reasons: list[str]
    fields: list[str] = Field(description="What the step asks for.")


Answer = str | int | float | bool | None


class MoveIn(Schema):
    """A step to take. ``data`` are the step's fields; of one in which several may be chosen, a list."""

    version: int | None = None
    data: dict[str, Answer | list[Answer]] = Field(default_factory=dict)


class EventOut(Schema):
    """One thing that happened. ``hash`` chains it to the event before; null unless you read them all."""

    number: int = Field(description="Its place among those that you read.")
    at: datetime
    what: str
    who: str
    text: str
    internal: bool
    move: str
    hash: str | None


class DocumentOut(Schema):
    id: int
    title: str
    name: str
    content_type: str
    size: int
    sha256: str
    audience: str
    added_at: datetime
    withdrawn: bool
    url: str


class Problem(Schema):
    """Why not, in sentences; for a form also by field."""

    reasons: list[str]
    fields: dict[str, list[str]] = Field(default_factory=dict)
