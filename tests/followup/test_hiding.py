"""Small numbers about people: what is hidden, and that it cannot be reckoned from what is shown."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.indicators.hiding import SMALL, hidden

Table = Sequence[Sequence[int]]
Place = tuple[int, int]


def shown(*parts: Sequence[int]) -> list[str]:
    """Each row as it is shown, the Region first."""
    table = [[sum(column) for column in zip(*parts, strict=True)], *parts]
    away = hidden(table)
    return [
        " ".join(".." if (row, group) in away else str(number) for group, number in enumerate(numbers))
        for row, numbers in enumerate(table)
    ]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(5, 9, 0), (0, 0, 0), (7, 0, 30)], ["12 9 30", "5 9 0", "0 0 0", "7 0 30"]),
        ([(1, 0, 0), (5, 9, 0), (7, 0, 30)], ["13 9 30", ".. .. 0", ".. .. 0", "7 0 30"]),
        ([(1, 0, 0), (4, 9, 0), (7, 0, 30)], ["12 9 30", ".. .. 0", ".. .. 0", "7 0 30"]),
        ([(20, 30, 2), (20, 0, 40)], ["40 30 42", ".. .. ..", ".. .. .."]),
        ([(20, 30, 2), (20, 20, 0)], [".. 50 ..", ".. .. ..", ".. .. .."]),
        ([(1, 0, 0)], [".. .. ..", ".. .. .."]),
        ([(1, 0, 0), (0, 0, 0), (20, 0, 0)], [".. .. ..", ".. .. ..", "0 0 0", ".. .. .."]),
    ],
)
def test_what_is_hidden(parts: list[tuple[int, ...]], expected: list[str]) -> None:
    assert shown(*parts) == expected


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """The Region, and its parts but perhaps one: a part of the year before need not be there."""
    groups = draw(st.integers(2, 5))
    row = st.lists(st.sampled_from((0, 0, 0, 1, 2, 4, 5, 7, 12)), min_size=groups, max_size=groups)
    parts = draw(st.lists(row, min_size=1, max_size=6))
    return [[sum(column) for column in zip(*parts, strict=True)], *parts[draw(st.integers(0, 1)) :]]


@settings(max_examples=500)
@given(tables())
def test_no_small_number_is_shown_or_can_be_reckoned(table: Table) -> None:
    away = hidden(table)
    assert not [(row, group) for row, group in places(table) if table[row][group] in SMALL and (row, group) not in away]
    whole = [*table, [number - sum(row[group] for row in table[1:]) for group, number in enumerate(table[0])]]
    unnamed = {(len(table), group) for group in range(len(table[0]))}
    kept = away | {(row, group) for row, group in unnamed if whole[row][group] in SMALL}
    assert [place for place in kept if is_told(whole, place, away | unnamed)] == []


@given(tables())
def test_what_the_hidden_parts_have_together_is_no_small_number_either(table: Table) -> None:
    away = hidden(table)
    for group in {group for _row, group in places(table)} - {group for row, group in away if row == 0}:
        seen = sum(row[group] for place, row in enumerate(table[1:], 1) if (place, group) not in away)
        assert table[0][group] - seen not in SMALL


@given(tables())
def test_nothing_is_hidden_where_no_number_is_small(table: Table) -> None:
    large = [[5 * number for number in row] for row in table]
    assert hidden(large) == set()


def places(table: Table) -> Iterator[Place]:
    return ((row, group) for row in range(len(table)) for group in range(len(table[0])))


def is_told(table: Table, place: Place, away: set[Place]) -> bool:
    """Has the place the same number in every table of whole numbers with the same totals and the same numbers shown?

    Two such tables differ by rounds: one up, one down along a row, one up along a column, and so on back to the start. The Region is
    the sum of the others, so there up and down change places. A number can be another if such a round leads through its place.
    """
    ways: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for row, group in away - {place}:
        for start, end in steps(table, (row, group)):
            ways.setdefault(start, set()).add(end)
    return not any(leads(ways, end, start) for start, end in steps(table, place))


def steps(table: Table, place: Place) -> Iterator[tuple[tuple[str, int], tuple[str, int]]]:
    (row, group), region = place, place[0] == 0
    up = (("row", row), ("group", group))
    yield up[::-1] if region else up
    if table[row][group]:
        yield up if region else up[::-1]


def leads(ways: dict[tuple[str, int], set[tuple[str, int]]], start: tuple[str, int], end: tuple[str, int]) -> bool:
    reached, ahead = {start}, [start]
    while ahead:
        ahead += (new := ways.get(ahead.pop(), set()) - reached)
        reached |= new
    return end in reached
