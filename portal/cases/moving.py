"""The flow engine: the only writer of a case's state.

A move is carried out in one transaction: the case's row is locked and read again, the person and the guards are judged, the effect
runs, the case is saved, one event is written, the diary gets its line, and the notices are laid in the outbox. What is told is sent
only after the transaction has been committed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.actions.diary import enter_in_diary, give_reference
from portal.cases.actions.history import write_event
from portal.cases.errors import Invalid, NotVisible, NotYours, Refused
from portal.cases.flow import Flow, Move
from portal.cases.forms import MoveForm
from portal.cases.models import Case
from portal.cases.queries.finding import whos_held
from portal.cases.settling import settled
from portal.cases.verdicts import Verdict, no
from portal.cases.who import ALL, NONE, SYSTEM, VISITOR, Who
from portal.notices.actions import receivers, write_notices
from portal.organisation.standing import forget_standing

MOVED = ("reference", "state", "awaits", "changed_at", "opened_at", "closed_at", "due_at", "version")
"""What a move writes to the case. An effect may write more."""


@dataclass(frozen=True)
class Chance:
    """A move that the person could make from here: open, or not yet and why."""

    move: Move
    verdict: Verdict


def chances(case: Case, person: User | AnonymousUser, held: Mapping[str, bool] | None = None) -> list[Chance]:
    """The moves shown to the person on the case's page. At most one query, besides those of the guards; none if ``held`` is given."""
    moves = case.kind_info.flow.moves_from(case.state)
    if held is None:
        held = whos_held(case, person, [move.by for move in moves])
    return [Chance(move, judge(case, move)) for move in moves if held.get(move.by.key, False)]


def judge(case: Case, move: Move) -> Verdict:
    """What the move's guards say of the case as it is now."""
    return Verdict.all_of(guard(case) for guard in move.needs)


def perform(
    case: Case,
    name: str,
    *,
    person: User | None,
    data: Mapping[str, Any] | None = None,
    files: MultiValueDict[str, Any] | None = None,
    version: int | None = None,
) -> Case:
    """Make the move and return the case as it is afterwards.

    ``person`` is None when a visitor without an account or the clock makes the move. ``data`` and ``files`` are as submitted: the
    move's form is run here, on the locked case. ``version`` is the version the person saw, if known.

    Raises NotVisible (answer 404), NotYours (403), Refused (say why: a guard, or someone was before), Invalid (show the form).
    """
    model = case.kind_info.model
    move = case.kind_info.flow.moves[name]
    with transaction.atomic():
        Case.objects.hold(case.pk)
        fresh = model.objects.select_related("unit", "owner__unit", "holder").get(pk=case.pk)
        _check_person(fresh, move, person)
        _check_state(fresh, move, version)
        if not (verdict := judge(fresh, move)):
            raise Refused(verdict)
        cleaned = _cleaned(move, fresh, person, data, files)
        _carry_out(fresh, move, person, cleaned)
    return fresh


def _check_person(case: Case, move: Move, person: User | None) -> None:
    if person is None:
        if move.by is not VISITOR and move.by is not SYSTEM:
            raise NotVisible
        return
    forget_standing(person)
    if not _belongs(case, person, case.kind_info.model.seen_by):
        raise NotVisible
    if not _belongs(case, person, move.by):
        raise NotYours(_("You may see this case, but this step belongs to %(who)s.") % {"who": move.by.label})


def _belongs(case: Case, person: User, who: Who) -> bool:
    """Does the person belong to it on the locked case? A query at most, and none where the case itself decides."""
    left = settled(who(person), case)
    return left is ALL or (left is not NONE and type(case).objects.filter(left, pk=case.pk).exists())


def _check_state(case: Case, move: Move, version: int | None) -> None:
    if case.state not in move.source or (version is not None and version != case.version):
        raise Refused(
            no(
                _("Someone was before you: the case is now “%(state)s”. Nothing you did was saved.")
                % {"state": case.get_state_display()}
            )
        )


def _cleaned(
    move: Move, case: Case, person: User | None, data: Mapping[str, Any] | None, files: MultiValueDict[str, Any] | None
) -> dict[str, Any]:
    if move.form is None:
        return {}
    form: MoveForm = move.form(data or {}, files, case=case, person=person)
    if not form.is_valid():
        raise Invalid(form)
    return form.cleaned_data


def _carry_out(case: Case, move: Move, person: User | None, cleaned: dict[str, Any]) -> None:
    flow, now, source, was_due = case.kind_info.flow, timezone.now(), case.state, case.due_at
    undoable = any(other.undoes == move.name for other in flow.moves.values())
    if move.undoes:
        _set_back(case, flow, move.undoes, now)
    elif move.target is not None:
        _set_state(case, flow, move.target, now)
    if move.effect is not None:
        move.effect(case, person=person, data=cleaned)
    told = receivers(case, move.tell, by=person, locked=True)
    if case.opened_at is not None and case.reference is None:
        # As late as can be: others who submit to the same authority wait from here to the commit.
        give_reference(case=case, at=now)
    case.version += 1
    case.save(update_fields=None if move.effect else MOVED)
    form = move.form
    data = form.recorded(cleaned) if form else {}
    if undoable:
        data["due_before"] = was_due and was_due.isoformat()
    event = write_event(
        case=case,
        person=person,
        move=move.name,
        source=source,
        target=case.state,
        note=str(cleaned.get("reason", "")),
        data=data,
        internal=move.internal,
        at=now,
    )
    if move.diary is not None:
        enter_in_diary(case=case, direction=move.diary, concerns=move.past, person=person, at=now)
    write_notices(case=case, told=told, event=event, mandatory=move.mandatory)
    if flow.followers is not None and source != flow.start and not move.internal:
        # Whoever is among both has been told by now: the database takes one notice of an event for each person.
        write_notices(case=case, told=receivers(case, (flow.followers,), by=person, locked=True), event=event)


def _set_back(case: Case, flow: type[Flow], move: str, now: datetime) -> None:
    """As the history says that it was before the move (one query)."""
    undone = case.events.filter(move=move).latest("number")
    _set_state(case, flow, undone.source, now)
    due = undone.data["due_before"]
    case.due_at = due and datetime.fromisoformat(due)


def _set_state(case: Case, flow: type[Flow], state: str, now: datetime) -> None:
    case.state = state
    ended = state in flow.ends
    case.opened_at = case.opened_at or (now if state != flow.start else None)
    case.closed_at = now if ended else None
    waiting = not ended and state != flow.start
    case.due_at = flow.due[state](now) if waiting else None
    case.awaits = flow.awaits[state].key if waiting else ""
