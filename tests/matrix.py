"""The role matrix: who may make which move from which state. The cells come from the flow, the expectations are written by hand.

    GRID = Grid(IdeaFlow, '''
                  author coauthor colleague outsider lead …
    draft
      see         o      o        .         .        .
      submit      x      o        .         .        .
    submitted
      …
    ''')

    @pytest.mark.parametrize("state", GRID.states)
    def test_who_may_do_what_with_an_idea(cast: Cast, state: str) -> None:
        GRID.verify(state, cast)

``x`` may make the move, ``o`` sees the case but may not (403), ``.`` does not see it (404). Every state has a block with a line
``see`` and a line for each of its moves; every part of the cast, and ``anonymous``, has a column. What is missing fails, and so
does what is there too much. A move that does not leave from the state has no line: it is tried by one who may make it elsewhere, and
must be refused. ``Grid.blank(flow)`` prints an empty grid to begin from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from portal.accounts.models import User
from portal.cases.actions.people import name_person
from portal.cases.errors import Invalid, NotVisible, NotYours, Refused
from portal.cases.flow import Flow
from portal.cases.models import Event
from portal.cases.moving import perform
from tests.cast import ANYONE, PARTS, Cast, again, case_in

MAY, SEES, SEES_NOT = "x", "o", "."
SEE = "see"
COLUMNS = (*PARTS, "anonymous")


@dataclass
class Grid:
    """``named`` gives parts their grants on the case; ``owner`` (empty for none) and ``values`` make the case, as in ``case_in``."""

    flow: type[Flow]
    text: str
    owner: str = "author"
    unit: str = "SOS"
    named: Mapping[str, str] = field(default_factory=lambda: {"coauthor": "coauthor", "assessor": "assess"})
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cells = dict(_read(self.text))
        self.states = list(self.flow.states.values)
        wanted = {(state, row, column) for state, row in _rows(self.flow) for column in COLUMNS}
        lacking, surplus = sorted(wanted - self.cells.keys()), sorted(self.cells.keys() - wanted)
        assert not lacking, f"The grid of {self.flow.__name__} lacks {lacking}"
        assert not surplus, f"The grid of {self.flow.__name__} has what the flow or the cast lacks: {surplus}"
        strange = {cell: mark for cell, mark in self.cells.items() if mark not in {MAY, SEES, SEES_NOT}}
        assert not strange, f"The grid of {self.flow.__name__} has strange marks {strange}"

    def verify(self, state: str, cast: Cast) -> None:
        """Let everyone try everything on a case in the state, and compare the whole block with what is written."""
        owner = getattr(cast, self.owner) if self.owner else None
        case = case_in(self.flow, state, cast, owner=owner, unit=self.unit, **self.values)
        for part, grant in self.named.items():
            name_person(case=case, person=getattr(cast, part), grant=grant, by=None)
        expected = {cell: mark for cell, mark in self.cells.items() if cell[0] == state}
        people = {column: None if column == "anonymous" else again(getattr(cast, column)) for column in COLUMNS}
        events = Event.objects.count()
        found = {cell: _try(case, cell[1], people[cell[2]]) for cell in expected}
        assert Event.objects.count() == events, "A refused move has left an event"
        wrong = [
            f"{cell}: written {expected[cell]}, found {found[cell]}"
            for cell in expected
            if expected[cell] != found[cell]
        ]
        assert not wrong, "\n".join(wrong)
        self._verify_nothing_else(state, case, cast)

    def _verify_nothing_else(self, state: str, case: Any, cast: Cast) -> None:
        """Who may make a move in some other state may not make it in this one, and neither may anyone who cannot anywhere."""
        elsewhere = {move: column for (_state, move, column), mark in self.cells.items() if mark == MAY}
        for name, move in self.flow.moves.items():
            if state in move.source:
                continue
            column = elsewhere.get(name, "author")
            person = None if column == "anonymous" else again(getattr(cast, column))
            with pytest.raises((Refused, NotYours, NotVisible)), transaction.atomic():
                perform(case, name, person=person)

    @staticmethod
    def blank(flow: type[Flow]) -> str:
        """An empty grid to fill in."""
        lines = [" " * 20 + " ".join(COLUMNS)]
        for state, row in _rows(flow):
            lines += [state] if row == SEE else []
            lines.append(f"  {row:24}" + " ".join(f"{'?':{len(column)}}" for column in COLUMNS))
        return "\n".join(lines)


def _rows(flow: type[Flow]) -> Iterator[tuple[str, str]]:
    for state in flow.states.values:
        yield state, SEE
        yield from ((state, move.name) for move in flow.moves_from(state))


def _read(text: str) -> Iterator[tuple[tuple[str, str, str], str]]:
    lines = [line.split() for line in text.splitlines() if line.strip()]
    columns, state = lines[0], ""
    for words in lines[1:]:
        if len(words) == 1:
            (state,) = words
            continue
        for column, mark in zip(columns, words[1:], strict=True):
            yield (state, words[0], column), mark


def _try(case: Any, row: str, person: User | None) -> str:
    """What the engine answers. What it makes is not kept; what it refuses must leave nothing of itself."""
    if row == SEE:
        visible = type(case).objects.visible_to(person or ANYONE)
        return SEES if visible.filter(pk=case.pk).exists() else SEES_NOT
    with transaction.atomic():
        try:
            perform(case, row, person=person)
        except (Refused, Invalid):
            return MAY
        except NotYours:
            return SEES
        except NotVisible:
            return SEES_NOT
        transaction.set_rollback(True)
    return MAY
