"""The flow engine's table: one class body per kind declares its whole process.

The list, the page, the buttons, the trail, the API, the diagrams in ``docs/`` and the role matrix test all read this table;
:mod:`portal.cases.moving` carries the moves out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import QuerySet, TextChoices
from django.utils.functional import Promise

from portal.cases.states import Direction
from portal.cases.verdicts import Verdict
from portal.cases.who import Who
from portal.cases.workdays import due_at

if TYPE_CHECKING:
    from portal.cases.forms import MoveForm
    from portal.cases.models import Case

Due = Callable[[datetime], datetime]
Guard = Callable[[Any], Verdict]


def days(number: int) -> Due:
    """Due at the end of the day, that many calendar days on (Swedish local time)."""
    return lambda start: due_at(start, days=number)


def workdays(number: int) -> Due:
    """Due at the end of the day, that many Swedish working days on."""
    return lambda start: due_at(start, workdays=number)


def months(number: int) -> Due:
    """Due at the end of the day, that many calendar months on."""
    return lambda start: due_at(start, months=number)


@dataclass(frozen=True)
class Statute:
    """A last day that a law sets, beside the one by which the next step is due: a right is lost when it has passed.

    ``column`` names the model's column that holds the moment, in ``states``. On each of the ``stages``, calendar days before it, the
    ``deciders`` are told; on the ``alarms`` among them also the coordinators, and on every one of them where there is no decider left.
    What the coordinators are told is the diary number and the day, for they may not see the case. In the states that are ``aside``
    somebody else has a date of their own meanwhile.
    """

    column: str
    states: tuple[str, ...]
    deciders: Who
    stages: tuple[int, ...]
    alarms: tuple[int, ...] = ()
    aside: tuple[str, ...] = ()

    def sets_date(self, state: str) -> bool:
        """The law's date is that of the next step, too."""
        return state in self.states and state not in self.aside


@dataclass(frozen=True)
class Step:
    """A stop on the trail shown to people; several states may share it."""

    label: str | Promise
    states: tuple[str, ...]

    def __init__(self, label: str | Promise, *states: str) -> None:
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "states", states)


@dataclass(eq=False)
class Move:
    """One way from a state to another; ``target=None`` stays where it is, or with ``undoes`` leads back to where the case stood before
    the move of that name brought it to where it is, with the date that it had.

    ``by`` is who may do it. ``needs`` are guards: each takes the case and answers with a Verdict. ``form`` asks for what the move
    needs; its cleaned data go to ``effect`` and into the event, except what the form's ``private`` names. ``effect`` is called as
    ``effect(case, person=…, data=…)`` under the row lock and may set fields on the case; the engine saves it. ``tell`` names those who
    get a notice; ``mandatory`` notices reach people whatever they chose. ``diary`` adds a line in the diary. ``style`` is ``primary``,
    ``plain`` or ``danger``. ``leads_to`` names a page in the table of addresses that takes the case's id: who makes the move in the
    browser is shown that, instead of the case.
    """

    label: str | Promise
    source: tuple[str, ...]
    target: str | None
    by: Who
    needs: tuple[Guard, ...] = ()
    form: "type[MoveForm] | None" = None
    effect: "Callable[..., None] | None" = None
    tell: tuple[Who, ...] = ()
    mandatory: bool = False
    diary: Direction | None = None
    done: str | Promise = ""
    help: str | Promise = ""
    style: str = "plain"
    internal: bool = False
    undoes: str = ""
    leads_to: str = ""
    name: str = field(default="", init=False)

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @property
    def past(self) -> str | Promise:
        """What the history says: "Submitted" rather than "Submit"."""
        return self.done or self.label


class Flow:
    """The process of one kind. Subclasses are tables; a table that cannot work fails when it is imported.

    ``start`` is the draft state. ``due`` and ``awaits`` must cover every state between the draft and the ends: an open case always
    has someone whose move it is, and a date. ``awaits_too`` are others whom an effect can let the case wait for inside a state.
    ``closed`` are the states in which a case is restricted, and only a move can open it; the kind's table should say so too.
    ``unopened`` are those in which nobody opens a case to all, though it can be closed further. ``good`` are the ends that are shown as
    good ones: all, unless the table says otherwise.
    ``statute`` is the last day that a law sets, if one does; all other dates are reminded of by ``REMIND_WORKDAYS``.
    ``followers`` are told, as they have chosen to be, of every move of a case that has been handed in but the internal ones.
    """

    model: ClassVar[type["Case"]]
    states: ClassVar[type[TextChoices]]
    start: ClassVar[str]
    ends: ClassVar[tuple[str, ...]]
    good: ClassVar[tuple[str, ...]]
    closed: ClassVar[tuple[str, ...]] = ()
    unopened: ClassVar[tuple[str, ...]] = ()
    trail: ClassVar[tuple[Step, ...]]
    due: ClassVar[Mapping[str, Due]]
    awaits: ClassVar[Mapping[str, Who]]
    awaits_too: ClassVar[tuple[Who, ...]] = ()
    statute: ClassVar[Statute | None] = None
    followers: ClassVar[Who | None] = None
    moves: ClassVar[dict[str, Move]]

    def __init_subclass__(cls) -> None:
        cls.moves = {name: value for name, value in vars(cls).items() if isinstance(value, Move)}
        cls.good = vars(cls).get("good", cls.ends)
        problems = list(_problems(cls))
        if problems:
            raise ImproperlyConfigured(f"{cls.__name__}: " + "; ".join(problems))

    @classmethod
    def step(cls, case: "Case") -> "Move | str | Promise | None":
        """What is to be done now by whom an open case waits for, where that is not the main move of its state: another move, or words
        for it. The case may be of the kernel’s own class.
        """
        return None

    @classmethod
    def dates(cls) -> "tuple[QuerySet[Any], ...]":
        """Rows of all dates of open cases, where a case has others than the next one: each with ``of_case``, an id, and its ``day``. Each
        day is reminded of as the case's own date is, also while that one has passed.
        """
        return ()

    @classmethod
    def stands_at(cls, case: Any) -> str:
        """The state that shows on the trail how far the case has come; another than its own for one that was ended on the way."""
        return str(case.state)

    @classmethod
    def moves_from(cls, state: str) -> list[Move]:
        """Moves that leave (or stay in) the state, in the order of the table."""
        return [move for move in cls.moves.values() if state in move.source]


def _problems(flow: type[Flow]) -> Iterator[str]:
    everything = set(flow.states.values)
    for move in flow.moves.values():
        if strange := ({*move.source, move.target or flow.start} - everything):
            yield f"the move {move.name} names unknown states {sorted(strange)}"
        undone = flow.moves.get(move.undoes)
        if move.undoes and (undone is None or move.target or move.source != (undone.target,)):
            yield f"the move {move.name} cannot undo {move.undoes}"
    steps = [(source, move.target) for move in flow.moves.values() for source in move.source if move.target]
    if lost := everything - _closure({flow.start}, steps):
        yield f"unreachable states {sorted(lost)}"
    if stuck := everything - _closure(set(flow.ends), [(target, source) for source, target in steps]):
        yield f"no end can be reached from {sorted(stuck)}"
    if off := everything - {state for step in flow.trail for state in step.states}:
        yield f"states off the trail {sorted(off)}"
    yield from _misnamed(flow, everything - {flow.start, *flow.ends})


def _misnamed(flow: type[Flow], between: set[str]) -> Iterator[str]:
    if no_ends := set(flow.good) - set(flow.ends):
        yield f"good ends that are no ends {sorted(no_ends)}"
    for name in ("due", "awaits"):
        if wrong := set(getattr(flow, name)) ^ between:
            yield f"{name} must name every state between start and ends, and no other: {sorted(wrong)}"
    if flow.statute and (astray := {*flow.statute.states, *flow.statute.aside} - between):
        yield f"a law's date in states without one {sorted(astray)}"


def _closure(found: set[str], steps: list[tuple[str, str]]) -> set[str]:
    found = set(found)
    while more := {target for source, target in steps if source in found} - found:
        found |= more
    return found
