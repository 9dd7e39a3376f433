"""The case in plain words: what happened, what comes next."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.accounts.models import User
from portal.cases.flow import Move
from portal.cases.kinds import Kind, verb_of, whos_awaited
from portal.cases.models import Case, Considerations, Event
from portal.cases.states import Audience, Confidentiality, Provision
from portal.cases.who import VISITOR

VERBS: Mapping[str, str | Promise] = {
    "answer_received": gettext_lazy("Message from the author"),
    "alarmed": gettext_lazy("The coordinators told, by the diary number alone, that somebody must act"),
    "author_unreached": gettext_lazy("An e-mail to the author did not arrive"),
    "case_exported": gettext_lazy("Taken out as a file"),
    "cases_tied": gettext_lazy("Tied to another case"),
    "cases_untied": gettext_lazy("Tie to another case undone"),
    "considerations_changed": gettext_lazy("Considerations changed"),
    "contact_erased": gettext_lazy("Contact data erased"),
    "document_added": gettext_lazy("Document added"),
    "document_restored": gettext_lazy("Document no longer withdrawn"),
    "document_withdrawn": gettext_lazy("Document withdrawn"),
    "escalated": gettext_lazy("Taken further up, because the date had passed"),
    "holder_assigned": gettext_lazy("Handled by"),
    "mark_changed": gettext_lazy("Secrecy mark in the diary changed"),
    "message_sent": gettext_lazy("Message to the author"),
    "note_written": gettext_lazy("Internal note written"),
    "openness_changed": gettext_lazy("Openness changed"),
    "paper_entered": gettext_lazy("Letter entered in the diary"),
    "person_named": gettext_lazy("Named on the case"),
    "person_unnamed": gettext_lazy("No longer named on the case"),
    "unit_changed": gettext_lazy("Moved to the unit that took over"),
    "text_changed": gettext_lazy("Text changed"),
}
"""What events say that no move wrote."""


OF_DOCUMENTS = ("document_added", "document_restored", "document_withdrawn")


def what_happened(kind: Kind, event: Event) -> str:
    """The event in a few words: "Submitted", "Document added". A move that the table no longer has keeps its name."""
    move = kind.flow.moves.get(event.move)
    words = move.past if move else verb_of(kind, event.move) or VERBS.get(event.move)
    return str(words or capfirst(event.move.replace("_", " ")))


def who_did(kind: Kind, event: Event) -> str:
    """The person, or who it was when no account was signed in."""
    if event.person is not None:
        return str(event.person)
    move = kind.flow.moves.get(event.move)
    from_outside = event.move == "answer_received" or (move is not None and move.by is VISITOR)
    return _("the author") if from_outside else _("the portal")


def details(case: Case, event: Event, people: Mapping[int, User], audiences: Collection[str]) -> str:
    """The event's note and what its data say to a reader of documents for those ``audiences``; of other documents nothing.

    ``people`` are those of ``people_in``.
    """
    if event.move in OF_DOCUMENTS and event.data.get("audience", Audience.AUTHOR) not in audiences:
        return ""
    return "\n".join(filter(None, (_from_data(case, event, people), event.note)))


def open_data(kind: Kind, event: Event) -> dict[str, Any]:
    """What the event's data say to who does not read inside the case. No query."""
    move = kind.flow.moves.get(event.move)
    inside = move.form.inside if move and move.form else ()
    return {name: value for name, value in event.data.items() if name not in inside}


def people_in(events: Iterable[Event]) -> dict[int, User]:
    """The people whom the events' data name, by id. One query, none where nobody is named."""
    ids = {event.data["person"] for event in events if event.data.get("person")}
    return User.objects.in_bulk(ids) if ids else {}


def next_step(case: Case) -> str:
    """Whose move it is and which: "Innovation lead: start assessing". Empty for a closed case.

    No query, but those of ``Flow.step``.
    """
    flow = case.kind_info.flow
    if case.closed_at is not None:
        return ""
    if case.opened_at is None:
        return _("Write it to the end and hand it in")
    awaited = flow.awaits[case.state]
    if awaited.key != case.awaits:  # what waits inside the state is another's: an effect has said so
        awaited = next((who for who in whos_awaited() if who.key == case.awaits), awaited)
    who, step = str(awaited.label), step_inside(case) or _said(_main_move(flow.moves_from(case.state), case.awaits))
    return _("%(who)s: %(step)s") % {"who": capfirst(who), "step": step} if step else capfirst(who)


def step_inside(case: Case) -> str:
    """What whoever the case waits for is to do, as its flow says it; empty where the state alone decides that."""
    is_open = case.opened_at is not None and case.closed_at is None
    return _said(case.kind_info.flow.step(case)) if is_open else ""


def _said(step: Move | str | Promise | None) -> str:
    return str(step.label).lower() if isinstance(step, Move) else str(step or "")


def _main_move(moves: list[Move], awaits: str) -> Move | None:
    """The first of the main ones, rather one that is theirs whom the case waits for."""
    main = [move for move in moves if move.style == "primary"]
    return next((move for move in main if move.by.key == awaits), main[0] if main else None)


def _from_data(case: Case, event: Event, people: Mapping[int, User]) -> str:
    data: dict[str, Any] = event.data
    match event.move:
        case "holder_assigned":
            return str(people.get(data.get("person") or 0, _("the office together")))
        case "document_added" | "document_restored" | "document_withdrawn" | "paper_entered":
            return str(data.get("title", ""))
        case "openness_changed" | "mark_changed":
            return _openness(data)
        case "unit_changed":
            return f"{data.get('from_name', '')} → {data.get('to_name', '')}"
        case "text_changed":
            return ", ".join(label_of(case, name) for name in data.get("fields", ()))
    return str(people.get(data.get("person") or 0, ""))


def _openness(data: Mapping[str, Any]) -> str:
    labels: dict[Any, Any] = {**dict(Confidentiality.choices), **dict(Provision.choices)}
    return ", ".join(str(labels[data[name]]) for name in ("to", "provision") if data.get(name) in labels)


def label_of(case: Case, name: str) -> str:
    """The field's name as people read it."""
    return capfirst(case.name_of(name))


def topic_label(topic: str) -> str:
    """A topic of the considerations as people read it."""
    return capfirst(str(getattr(Considerations._meta.get_field(topic), "verbose_name", topic)))


def pairs(case: Case, names: Iterable[str]) -> list[dict[str, str]]:
    """Fields of the case as label and value, for the component ``data``."""
    return [{"label": label_of(case, name), "value": _shown(case, name)} for name in names]


def _shown(case: Case, name: str) -> str:
    value = getattr(case, name)
    if isinstance(value, datetime):
        return date_format(localtime(value), "j F Y H:i")
    return date_format(value, "j F Y") if isinstance(value, date) else case.text_of(name)
