"""The harness of the role matrix fails where a hand-written grid says too little, too much or the wrong thing."""

import re

import pytest

from portal.cases import kinds
from tests.cast import Cast
from tests.matrix import COLUMNS, Grid

FLOW = kinds.by_key("idea").flow
BLANK = Grid.blank(FLOW).replace("?", ".")


def test_a_grid_that_lacks_a_state_fails() -> None:
    last = list(FLOW.states.values)[-1]
    with pytest.raises(AssertionError, match=rf"lacks .*'{last}'"):
        Grid(FLOW, BLANK[: BLANK.rindex(f"\n{last}\n")])


def test_a_grid_that_lacks_a_part_fails() -> None:
    with pytest.raises(AssertionError, match=r"lacks .*'author'"):
        Grid(FLOW, BLANK.replace("author", "stranger", 1))


def test_a_grid_with_a_move_that_the_flow_lacks_fails() -> None:
    with pytest.raises(AssertionError, match="cast lacks"):
        Grid(
            FLOW,
            re.sub(
                r"^  see .*$",
                lambda line: f"{line[0]}\n{line[0].replace('see', 'fly')}",
                BLANK,
                count=1,
                flags=re.MULTILINE,
            ),
        )


def test_a_grid_that_says_the_wrong_thing_fails(cast: Cast) -> None:
    with pytest.raises(AssertionError, match=r"'see', 'author'.*written ., found o"):
        Grid(FLOW, BLANK).verify(FLOW.start, cast)


def test_every_part_of_the_cast_and_anonymous_has_a_column() -> None:
    assert {"author", "coauthor", "inactive", "admin", "anonymous"} < set(COLUMNS)
