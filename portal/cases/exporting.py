"""A whole case as one zip: its history for machines and for people, its documents, diary and messages."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.db.models import BigIntegerField, Model
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from portal.cases import words
from portal.cases.models import Access, Case, Considerations, DiaryEntry, Document, Event, Message
from portal.cases.models.written import in_words
from portal.cases.states import Audience
from portal.paper.record import Fact, Happening, Paper, Record, record_pdf

CHUNK = 256 * 1024
EVERYTHING = tuple(Audience)
OF_ALL = ("perspectives", "beneficiaries")
"""Columns that every case has and that are printed with the kind's own."""


class Contents:
    """What of a case goes into its zip: what the asker may read, or everything for an operator.

    Who does not read internal events gets no hash either: it is reckoned over the number and the event before, and tells of both.
    """

    def __init__(
        self,
        case: Case,
        *,
        internal: bool = True,
        documents: Iterable[Audience] = EVERYTHING,
        messages: Iterable[Audience] = EVERYTHING,
        handed_out: Callable[[Document], bool] = lambda document: True,
    ) -> None:
        self.case, self.audiences, self.whole = case, list(documents), internal
        events = case.events.select_related("person").order_by("number")
        self.events = list(events if internal else events.filter(internal=False))
        papers = Document.objects.filter(case_id=case.pk, audience__in=self.audiences).select_related("added_by")
        self.documents = [paper for paper in papers if handed_out(paper)]
        self.messages = list(Message.objects.filter(case_id=case.pk, audience__in=list(messages)).select_related("by"))
        self.comments = list(case.kind_info.said_in(case))
        inside = case.kind_info.keeps_inside(case) if internal else {}
        self.rows = {name: list(rows) for name, rows in {**case.kind_info.keeps_rows(case), **inside}.items()}
        self.openings = self._openings() if internal and case.kind_info.logs_access else None
        self.diary = list(DiaryEntry.objects.filter(case_id=case.pk).order_by("line"))

    def _openings(self) -> list[Access]:
        """Who has opened the case, for those who read inside it; the first first."""
        return list(Access.objects.filter(case_id=self.case.pk).select_related("person").order_by("pk"))

    def stream(self) -> Iterator[bytes]:
        """The zip, piece by piece: no more than one piece of one document is in memory at a time."""
        sink = _Sink()
        with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
            for name, pieces in self._members():
                with archive.open(name, "w") as member:
                    for piece in pieces():
                        member.write(piece)
                        yield sink.take()
        yield sink.take()

    def _members(self) -> Iterator[tuple[str, Callable[[], Iterable[bytes]]]]:
        yield "case.json", lambda: [_json(self._case())]
        yield "history.json", lambda: [_json(list(self._history()))]
        yield "history.pdf", lambda: [record_pdf(self.record())]
        yield "diary.json", lambda: [_json([_line(entry) for entry in self.diary])]
        yield "messages.json", lambda: [_json([_message(message) for message in self.messages])]
        yield "comments.json", lambda: [_json(self.comments)]
        if self.openings is not None:
            yield "openings.json", partial(lambda kept: [_json([_opening(one) for one in kept])], self.openings)
        for name, rows in self.rows.items():
            yield f"{name}.json", partial(lambda kept: [_json([_row(row, self.case) for row in kept])], rows)
        for document in self.documents:
            yield _file_name(document), partial(_pieces, document)

    def _case(self) -> dict[str, Any]:
        case = self.case
        return {
            "reference": case.reference,
            "kind": case.kind,
            "title": case.title,
            "summary": case.summary,
            "state": case.state,
            "state_in_words": case.get_state_display(),
            "unit": case.unit.code,
            "author": str(case.owner) if case.owner else None,
            "handled_by": str(case.holder) if case.holder else None,
            "submitted": case.opened_at,
            "closed": case.closed_at,
            "due": case.due_at,
            "perspectives": case.perspectives,
            "beneficiaries": case.beneficiaries,
            "confidentiality": case.confidentiality,
            "provision": case.provision or None,
            "fields": {name: self._text_of(name) for name in case.kind_info.own_fields},
            "considerations": _considerations(case),
            "documents": [_document(document) for document in self.documents],
            "taken_out": timezone.now(),
        }

    def _text_of(self, name: str) -> str:
        """What is marked as secret is masked for who does not read inside the case."""
        case = self.case
        return case.inside_text_of(name) if self.whole else case.text_of(name)

    def _history(self) -> Iterator[dict[str, Any]]:
        for place, event in enumerate(self.events, 1):
            chained = {"previous": event.previous, "hash": event.hash} if self.whole else {}
            said = {} if self.whole else {"data": words.open_data(self.case.kind_info, event)}
            yield {"number": place, **_event(event), **said, **chained}

    def record(self) -> Record:
        """The history for people."""
        case, kind = self.case, self.case.kind_info
        people = words.people_in(self.events)
        return Record(
            reference=case.reference or "",
            title=str(case),
            kind=str(kind.name),
            language=(get_language() or "sv")[:2],
            printed_at=timezone.now(),
            facts=[*_facts(case, self._text_of), *(_told(row, case) for rows in self.rows.values() for row in rows)],
            summary=case.summary,
            happenings=[
                Happening(
                    at=event.at,
                    who=words.who_did(kind, event),
                    what=words.what_happened(kind, event),
                    note=words.details(case, event, people, self.audiences),
                    hash=event.hash if self.whole else "",
                )
                for event in self.events
            ],
            papers=[
                Paper(
                    name=_name_of(document),
                    received_at=document.added_at,
                    from_or_to=str(document.added_by or ""),
                    size=filesizeformat(document.size),
                    sha256=document.sha256,
                )
                for document in self.documents
            ],
            secrecy=case.get_provision_display() if case.provision else "",
        )


def _name_of(document: Document) -> str:
    """A document that has been withdrawn stays in the list, and says so."""
    if document.withdrawn_at is None:
        return document.title
    told = {"title": document.title, "day": date_format(timezone.localtime(document.withdrawn_at), "j F Y")}
    return _("%(title)s (withdrawn %(day)s)") % told


def _pieces(document: Document) -> Iterator[bytes]:
    """The bytes of a document as they were received."""
    with document.file.open("rb") as file:
        yield from file.chunks()


class _Sink(RawIOBase):
    """Takes what the archive writes and gives it away; it cannot go back, so the archive never tries to."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.pieces = b"".join(self.pieces), []
        return taken


def _facts(case: Case, text_of: Callable[[str], str]) -> Iterator[Fact]:
    dates = ((_("Submitted"), case.opened_at), (_("Closed"), case.closed_at), (_("At the latest"), case.due_at))
    yield Fact(_("State"), case.get_state_display())
    yield Fact(_("Author"), str(case.owner) if case.owner else _("Without an account"))
    yield Fact(_("Unit"), str(case.unit))
    yield Fact(_("Handled by"), str(case.holder or case.office or _("The office together")))
    yield from (Fact(label, date_format(timezone.localtime(at), "j F Y")) for label, at in dates if at)
    yield Fact(_("Openness"), case.get_confidentiality_display())
    for name in (*OF_ALL, *case.kind_info.own_fields):
        if text := _day(getattr(case, name)) or text_of(name):
            yield Fact(words.label_of(case, name), text)


def _in_words(row: Model, name: str) -> str:
    return _day(getattr(row, name)) or in_words(row, name)


def _day(value: Any) -> str:
    return f"{timezone.localtime(value):%Y-%m-%d}" if isinstance(value, datetime) else ""


def _columns(row: Model, case: Case) -> Iterator[Any]:
    """Those that say something: not the row's own number, nor which case it belongs to."""
    columns: list[Any] = [*row._meta.concrete_fields, *row._meta.many_to_many]
    for column in columns:
        own = column.primary_key or (column.is_relation and isinstance(case, column.related_model))
        if not own and not getattr(column, "generated", False):
            yield column


def _row(row: Model, case: Case) -> dict[str, Any]:
    return {"number": row.pk, **{column.name: _value(row, column) for column in _columns(row, case)}}


def _told(row: Model, case: Case) -> Fact:
    """A row for people: the columns that have a name for them, line by line."""
    lines = (
        f"{capfirst(str(column.verbose_name))}: {value}"
        for column in _columns(row, case)
        if isinstance(column.verbose_name, Promise) and (value := _for_people(row, column))
    )
    return Fact(capfirst(str(row._meta.verbose_name)), "\n".join(lines))


def _for_people(row: Model, column: Any) -> str:
    """Days with the month written out, and large numbers in groups of three."""
    value = None if column.many_to_many else getattr(row, column.name)
    if isinstance(value, date):
        return date_format(timezone.localtime(value) if isinstance(value, datetime) else value, "j F Y")
    if type(value) is int and isinstance(column, BigIntegerField):
        return number_format(value, force_grouping=True)
    return _value(row, column)


def _value(row: Model, column: Any) -> str:
    if column.many_to_many:
        return ", ".join(map(str, getattr(row, column.name).all()))
    return _in_words(row, column.name)


def _considerations(case: Case) -> dict[str, dict[str, str]]:
    """By topic: the answer and the sentence that explains it; empty when nothing has been considered (one query)."""
    row = Considerations.objects.filter(case_id=case.pk).first()
    topics = row.TOPICS if row else ()
    return {topic: {"answer": getattr(row, topic), "text": getattr(row, f"{topic}_text")} for topic in topics}


def _event(event: Event) -> dict[str, Any]:
    names = ("at", "recorded_at", "move", "source", "target", "note", "data", "internal")
    return {**{name: getattr(event, name) for name in names}, "person": str(event.person) if event.person else None}


def _line(entry: DiaryEntry) -> dict[str, Any]:
    names = ("line", "at", "direction", "counterpart", "counterpart_public", "concerns", "provision")
    return {name: getattr(entry, name) for name in names}


def _opening(one: Access) -> dict[str, Any]:
    """Who opened what of the case, and when; nobody by name at the server's terminal."""
    return {
        "at": one.at,
        "person": str(one.person) if one.person else None,
        "what": one.what,
        "document": one.document_id,
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "at": message.at,
        "by": str(message.by) if message.by else None,
        "audience": message.audience,
        "text": message.text,
    }


def _document(document: Document) -> dict[str, Any]:
    names = ("title", "name", "content_type", "size", "sha256", "audience", "provision", "added_at", "withdrawn_at")
    return {**{name: getattr(document, name) for name in names}, "file": _file_name(document)}


def _file_name(document: Document) -> str:
    """The stored name is already fit for any disk; the number keeps two of the same name apart."""
    return f"documents/{document.pk}-{document.name}"


def _json(value: Any) -> bytes:
    return json.dumps(value, default=_plain, ensure_ascii=False, indent=1).encode()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Promise):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not written as JSON.")
