"""The flow engine: the only writer of a case's state.

A move is carried out in one transaction: the case's row is locked and read again, the person and the guards are judged, the effect
runs, the case is saved, one event is written, the diary gets its line, and the notices are laid in the outbox. What is told is sent
only after the transaction has been committed.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.actions.diary import give_reference, new_line
from portal.cases.actions.history import new_event
from portal.cases.errors import Invalid, NotVisible, NotYours, Refused
from portal.cases.flow import Flow, Move
from portal.cases.forms import MoveForm
from portal.cases.models import Case, DiaryEntry, Event
from portal.cases.queries.finding import whos_held
from portal.cases.settling import settled
from portal.cases.verdicts import Verdict, no
from portal.cases.who import ALL, NONE, SYSTEM, VISITOR, Who
from portal.notices.actions import Receiver, lay_notices, new_notices, receivers_of
from portal.notices.models import Notice
from portal.organisation.rules import has_diary
from portal.organisation.standing import forget_standing

if TYPE_CHECKING:
    from portal.cases.models import CaseQuerySet

MOVED = ("reference", "state", "awaits", "changed_at", "opened_at", "closed_at", "due_at", "version")
"""What a move writes to the case. An effect may write more."""


@dataclass(frozen=True)
class Chance:
    """A move that the person could make from here: open, or not yet and why."""

    move: Move
    verdict: Verdict


@dataclass(frozen=True)
class Change:
    """A move that has been made on a case in hand, and is still to be written: its state before, and what its event keeps."""

    case: Case
    move: Move
    source: str
    note: str
    data: dict[str, Any]

    @property
    def followers(self) -> tuple[Who, ...]:
        """Who is told besides those of the move."""
        flow = self.case.kind_info.flow
        told = flow.followers is not None and self.source != flow.start and not self.move.internal
        return (flow.followers,) if told and flow.followers else ()


def chances(case: Case, person: User | AnonymousUser, held: Mapping[str, bool] | None = None) -> list[Chance]:
    """The moves shown to the person on the case's page. At most one query, besides those of the guards; none if ``held`` is given."""
    moves = case.kind_info.flow.moves_from(case.state)
    if held is None:
        held = whos_held(case, person, [move.by for move in moves])
    return [Chance(move, judge(case, move)) for move in moves if held.get(move.by.key, False)]


def judge(case: Case, move: Move) -> Verdict:
    """What the move's guards say of the case as it is now. One that opens it needs a diary to give it a number (at most one query)."""
    verdict = Verdict.all_of(guard(case) for guard in move.needs)
    opens = case.opened_at is None and move.target is not None
    return verdict & has_diary(case.unit) if opens else verdict


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
    move = case.kind_info.flow.moves[name]
    with transaction.atomic():
        Case.objects.hold(case.pk)
        fresh: Case = _as_moved(case.kind_info.model.objects.all()).get(pk=case.pk)
        if person is not None:
            forget_standing(person)
        _check([fresh], move, person, version)
        _carry_out([(fresh, move, _cleaned(move, fresh, person, data, files))], person)
    return fresh


@transaction.atomic
def perform_all(
    cases: "CaseQuerySet[Any]",
    name_of: Callable[[Any], str],
    *,
    person: User | None,
    data: Mapping[str, Any] | None = None,
    reading: Collection[str] = (),
) -> int:
    """Make a move of each of the cases of one kind, which one ``name_of`` says, with the same ``data``. Returns how many they are.

    All of them or none: each is judged as ``perform`` judges one, and raises what that does. Much is read and written of all at once,
    so a case costs a tenth of a move by itself; ``reading`` are the relations that guards and effects will read.
    """
    pks = sorted(cases.order_by().values_list("pk", flat=True))
    Case.objects.hold(*pks)
    fresh = _as_moved(cases.model.objects.select_related(*reading)).filter(pk__in=pks).order_by("pk")
    found = [(one, one.kind_info.flow.moves[name_of(one)]) for one in fresh]
    if person is not None:
        forget_standing(person)
    for move in {move.name: move for _case, move in found}.values():
        _check([case for case, made in found if made is move], move, person)
    _carry_out([(case, move, _cleaned(move, case, person, data, None)) for case, move in found], person)
    return len(found)


def _as_moved(cases: "CaseQuerySet[Any]") -> "CaseQuerySet[Any]":
    """With what a move reads of a case."""
    return cases.select_related(*cases.model.read_with, "owner__unit")


def _check(cases: Sequence[Case], move: Move, person: User | None, version: int | None = None) -> None:
    """Who makes it, where each case stands, and what the guards say, on the locked cases."""
    _check_person(cases, move, person)
    for case in cases:
        _check_state(case, move, version)
        if not (verdict := judge(case, move)):
            raise Refused(verdict)


def _check_person(cases: Sequence[Case], move: Move, person: User | None) -> None:
    if person is None:
        if move.by is not VISITOR and move.by is not SYSTEM:
            raise NotVisible
        return
    if not _belongs(cases, person, cases[0].kind_info.model.seen_by):
        raise NotVisible
    if not _belongs(cases, person, move.by):
        raise NotYours(_("You may see this case, but this step belongs to %(who)s.") % {"who": move.by.label})


def _belongs(cases: Sequence[Case], person: User, who: Who) -> bool:
    """Does the person belong to it on each of the locked cases? A query at most, and none where the cases themselves decide."""
    condition = who(person)
    rules = {case.pk: settled(condition, case) for case in cases}
    left = {pk: rule for pk, rule in rules.items() if rule is not ALL}
    if not left or any(rule is NONE for rule in left.values()):
        return not left
    asked = next(iter(left.values())) if len(left) == 1 else condition
    return type(cases[0]).objects.filter(asked, pk__in=list(left)).values("pk").distinct().count() == len(left)


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


def _carry_out(moves: Iterable[tuple[Case, Move, dict[str, Any]]], person: User | None) -> None:
    """Make the moves that have been judged, and write what became of them: of all cases at once where the database lets it be."""
    now = timezone.now()
    changes = [_change(case, move, person, cleaned, now) for case, move, cleaned in moves]
    asked = [(change.case, whos) for change in changes for whos in (change.move.tell, change.followers)]
    receivers = receivers_of(asked, by=person, locked=True)
    for change in changes:
        _save(change, now)
    events = Event.objects.bulk_create(_event(change, person, now) for change in changes)
    DiaryEntry.objects.bulk_create(_diary_lines(changes, person, now))
    lay_notices(
        notice
        for change, event, people, others in zip(changes, events, receivers[::2], receivers[1::2], strict=True)
        for notice in _notices(change, event, people, others)
    )


def _change(case: Case, move: Move, person: User | None, cleaned: dict[str, Any], now: datetime) -> Change:
    """The state and the effect, on the case in hand; it is not saved."""
    flow, source, was_due = case.kind_info.flow, case.state, case.due_at
    if move.undoes:
        _set_back(case, flow, move.undoes, now)
    elif move.target is not None:
        _set_state(case, flow, move.target, now)
    if move.effect is not None:
        move.effect(case, person=person, data=cleaned)
    data = move.form.recorded(cleaned) if move.form else {}
    if any(other.undoes == move.name for other in flow.moves.values()):
        data["due_before"] = was_due and was_due.isoformat()
    return Change(case, move, source, str(cleaned.get("reason", "")), data)


def _save(change: Change, now: datetime) -> None:
    case = change.case
    if case.opened_at is not None and case.reference is None:
        # As late as can be: others who submit to the same authority wait from here to the commit.
        give_reference(case=case, at=now)
    case.version += 1
    case.save(update_fields=None if change.move.effect else MOVED)


def _event(change: Change, person: User | None, now: datetime) -> Event:
    case, move = change.case, change.move
    return new_event(
        case=case,
        person=person,
        move=move.name,
        source=change.source,
        target=case.state,
        note=change.note,
        data=change.data,
        internal=move.internal,
        at=now,
    )


def _diary_lines(changes: Iterable[Change], person: User | None, now: datetime) -> Iterator[DiaryEntry]:
    for case, move in ((change.case, change.move) for change in changes):
        if move.diary is not None and case.reference is not None:
            yield new_line(case=case, direction=move.diary, concerns=move.past, person=person, at=now)


def _notices(change: Change, event: Event, told: list[Receiver], following: list[Receiver]) -> Iterator[Notice]:
    """Whoever is among both is told once: the database takes one notice of an event for each person."""
    yield from new_notices(case=change.case, told=told, event=event, mandatory=change.move.mandatory)
    yield from new_notices(case=change.case, told=following, event=event)


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
