"""The page of one case, put together from its tables: at most twenty queries, whatever the case holds."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases import kinds, words
from portal.cases.flow import Flow
from portal.cases.models import Case, CaseContact, Considerations, Document, Message
from portal.cases.moving import Chance, chances
from portal.cases.queries.history import latest_events
from portal.cases.rules import Part, considered, freed_by, not_held
from portal.cases.states import INSIDE, Confidentiality
from portal.cases.verdicts import Reason
from portal.wording import worded_once


def case_page(case: Any, person: User, held: Mapping[str, bool]) -> dict[str, Any]:
    """Everything that ``cases/case.html`` shows to the person."""
    part, kind = Part.of(case, held), case.kind_info
    documents = documents_for(case, part)
    moves = [chance for chance in chances(case, person, held) if not chance.verdict.moot]
    missing = missing_in(case, (reason for chance in moves for reason in chance.verdict.reasons)) if part.writes else []
    considerations, starts = _considerations(case), list(_starts(case, part))
    return {
        "case": case,
        "kind": kind,
        "part": part,
        "held_by": _held_by(case),
        "next_step": words.next_step(case),
        "late": case.is_late,
        "closed_to": _closed_to(case),
        "trail": trail_of(kind.flow, kind.flow.stands_at(case)),
        "moves": sorted((_button(case, chance, missing) for chance in moves), key=_prominence),
        "missing": missing,
        "fields": words.pairs(case, kind.shows),
        "panels": [
            (panel.template, {"case": case, "person": person, "part": part, **panel.context(case, person)})
            for panel in kinds.panels_of(kind)
            if held[panel.shown_to.key]
        ],
        "held": not_held(case).reasons if case.state in kind.flow.closed else (),
        "freed": freed_by(case) if case.state in kind.flow.closed and not kind.never_opens else (),
        "considers": _asks_to_consider(kind.flow) and (case.closed_at is None or bool(considerations)),
        "considerations": considerations,
        "named": [grant for grant in case.named if part.insider or grant.permission.codename == "coauthor_case"],
        "staying": kind.keeps_coauthors(case) if part.owner and case.closed_at is None else {},
        "contact": CaseContact.objects.filter(case_id=case.pk).first()
        if part.insider and case.owner_id is None
        else None,
        "documents": documents,
        "withdraws": {document.pk for document in documents if part.withdraws(document, person)}.difference(
            kind.kept_in(case)
        ),
        "messages_inside": _messages(case, part),
        "links": list(_links(case, part, person)),
        "starts": [start for start in starts if not start["urged"]],
        "urged": [start for start in starts if start["urged"]],
        "timeline": timeline(case, part),
        "write_url": reverse(kind.write_url, args=[case.pk]) if part.writes and kind.write_url else "",
    }


def trail_of(flow: type[Flow], state: str) -> list[dict[str, Any]]:
    """The steps of the trail with how far the case has come, for the component ``trail``."""
    here = next(number for number, step in enumerate(flow.trail) if state in step.states)
    status = ("done", "current", "todo")
    return [
        {"label": step.label, "status": status[(number >= here) + (number > here)]}
        for number, step in enumerate(flow.trail)
    ]


def timeline(case: Case, part: Part) -> list[dict[str, Any]]:
    """What has happened, newest first, for the component ``timeline``; internal events only for those inside. At most two queries."""
    shown = latest_events(case, internal=part.reads_internal)
    people = words.people_in(shown)
    return [
        {
            "when": event.at,
            "who": words.who_did(case.kind_info, event),
            "what": words.what_happened(case.kind_info, event),
            "text": words.details(case, event, people, part.audiences),
            "internal": event.internal,
        }
        for event in shown
    ]


def documents_for(case: Case, part: Part) -> list[Document]:
    """The documents whose audience the person belongs to; those withdrawn only for who may hand them out (one query)."""
    return _documents(case.pk, tuple(part.audiences), withdrawn=part.insider or part.registrar)


@worded_once("case")
def _documents(case: int, audiences: tuple[str, ...], *, withdrawn: bool) -> QuerySet[Document]:
    documents = Document.objects.filter(case=case, audience__in=audiences).select_related("added_by")
    return documents if withdrawn else documents.filter(withdrawn_at=None)


def _held_by(case: Case) -> str:
    office = case.office or str(case.unit)
    return f"{case.holder}, {office}" if case.holder else office


def _closed_to(case: Any) -> str | Promise:
    """Why the case is closed where its kind says so, otherwise how far it is closed; nothing of an open one."""
    if case.confidentiality == Confidentiality.OPEN:
        return ""
    why = case.kind_info.closed_why(case) if case.confidentiality == Confidentiality.RESTRICTED else ""
    return why or str(case.get_confidentiality_display())


def _button(case: Case, chance: Chance, missing: list[dict[str, str]]) -> dict[str, Any]:
    """For the component ``moves``; reasons that stand in the list of what is missing are not said twice."""
    said = {item["text"] for item in missing}
    reasons = [str(reason) for reason in chance.verdict.reasons]
    if said and set(reasons) <= said:
        reasons = [_("Something is missing. See the list.")]
    return {
        "name": chance.move.name,
        "label": chance.move.label,
        "url": reverse("cases:move", args=[case.key, chance.move.name]),
        "open": bool(chance.verdict),
        "reasons": reasons,
        "style": "" if chance.move.style == "plain" else chance.move.style,
    }


def _prominence(button: dict[str, Any]) -> int:
    """What is most likely wanted comes first, what ends the case last; the rest in the order of the table."""
    return {"primary": 0, "danger": 2}.get(button["style"], 1)


def missing_in(case: Case, reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """What keeps the author from handing in, each with a link to where it is mended, for the component ``missing``."""
    kind = case.kind_info
    write = reverse(kind.write_url, args=[case.pk]) if kind.write_url else ""
    found: dict[str, str] = {}
    for reason in (reason for reason in reasons if reason.field):
        considerations = reverse("cases:considerations", args=[case.key])
        found[str(reason)] = considerations if reason.field == "considerations" else f"{write}#id_{reason.field}"
    return [{"text": text, "url": url} for text, url in found.items()]


def _asks_to_consider(flow: type[Flow]) -> bool:
    """Something begins for real in this process, and not before it has been considered (§6.2)."""
    return any(considered in move.needs for move in flow.moves.values())


def _considerations(case: Case) -> list[dict[str, str]]:
    row: Considerations | None = getattr(case, "considerations", None)
    if row is None:
        return []
    answers = {topic: getattr(row, f"get_{topic}_display")() for topic in row.TOPICS if getattr(row, topic)}
    return [
        {
            "label": words.topic_label(topic),
            "value": "\n".join(filter(None, (str(answers.get(topic, "")), getattr(row, f"{topic}_text")))),
        }
        for topic in row.TOPICS
    ]


def _messages(case: Case, part: Part) -> list[dict[str, Any]]:
    """For the component ``timeline``: what was said between the author and those inside, newest first."""
    if not part.messages_to or case.opened_at is None:
        return []
    return [
        {
            "when": message.at,
            "who": message.by or _("the author"),
            "what": _("Internal note") if message.audience in INSIDE else _("Message"),
            "text": message.text,
            "internal": message.audience in INSIDE,
        }
        for message in _newest_messages(case.pk, tuple(part.messages_to), case.most_shown)
    ]


@worded_once("case")
def _newest_messages(case: int, audiences: tuple[str, ...], most: int) -> QuerySet[Message]:
    messages = Message.objects.filter(case=case, audience__in=audiences).select_related("by")
    return messages.order_by("-at", "-pk")[:most]


def _links(case: Case, part: Part, person: User) -> Iterator[dict[str, Any]]:
    """Ties in both directions to cases that the person sees. One query, two where there are any."""
    others = {end for tie in case.ties for end in (tie.source_id, tie.target_id)} - {case.pk}
    visible = Case.objects.visible_to(person).filter(pk__in=others)
    seen = set(visible.values_list("pk", flat=True)) if others else set()
    for tie in case.ties:
        out = tie.source_id == case.pk
        if (tie.target_id if out else tie.source_id) not in seen:
            continue
        yield {
            "link": tie,
            "case": tie.target if out else tie.source,
            "out": out,
            "undo": part.unties(tie, person),
            "relation": tie.get_relation_display(),
        }


def _starts(case: Case, part: Part) -> Iterator[dict[str, Any]]:
    """What can be begun from this case: every other kind that offers it, known from its registration alone."""
    if not case.kind_info.grows or case.opened_at is None or not (part.employee or part.author):
        return
    tied = {end.kind for tie in case.ties for end in (tie.source, tie.target)}
    for kind in kinds.all_kinds():
        begun = kind.once_from and kind.key in tied
        if kind.start_from and kind.key != case.kind and (part.employee or kind.from_outside) and not begun:
            address = f"{reverse(kind.start_url)}?from={case.pk}"
            yield {"label": kind.start_from, "url": address, "urged": part.author and kind.urged_from(case)}
