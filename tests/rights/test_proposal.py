"""The category that the answers point to. It binds nobody: a person decides."""

import pytest

from rights.rules import BESIDE_THE_ACT, Facts, propose
from rights.states import Capacity, Category, ResultType

pytestmark = pytest.mark.strategy("B43-2")
EMPLOYED = frozenset({Capacity.EMPLOYEE})
YES, NO, OPEN = True, False, None


@pytest.mark.parametrize(
    ("main_duty", "specific_task", "in_service", "in_operations", "category"),
    [
        (YES, NO, YES, YES, Category.A),
        (NO, YES, YES, YES, Category.A),
        (YES, YES, YES, YES, Category.A),
        (YES, OPEN, OPEN, YES, Category.A),  # one of the two is enough
        (NO, NO, YES, YES, Category.B),
        (NO, NO, NO, YES, Category.C),
        (YES, YES, YES, NO, Category.D),  # what the Region cannot use is free, however it was made
        (NO, NO, NO, NO, Category.D),
        (OPEN, OPEN, OPEN, NO, Category.D),
        (NO, NO, OPEN, YES, None),
        (NO, OPEN, YES, YES, None),
        (NO, NO, YES, OPEN, None),
        (YES, YES, YES, OPEN, None),
        (OPEN, OPEN, OPEN, OPEN, None),
    ],
)
def test_an_invention_by_employees(
    main_duty: bool | None,
    specific_task: bool | None,
    in_service: bool | None,
    in_operations: bool | None,
    category: Category | None,
) -> None:
    found = propose(Facts(ResultType.INVENTION, EMPLOYED, main_duty, specific_task, in_service, in_operations))

    assert found.category == category
    assert found.reasons


@pytest.mark.parametrize("kind", [kind for kind in ResultType if kind != ResultType.INVENTION])
def test_other_results_fall_outside_the_act_each_with_its_own_law(kind: ResultType) -> None:
    found = propose(Facts(kind, EMPLOYED, YES, YES, YES, YES))

    assert (found.category, found.reasons[-1]) == (Category.OUTSIDE, BESIDE_THE_ACT[kind])


@pytest.mark.parametrize("capacity", [capacity for capacity in Capacity if capacity != Capacity.EMPLOYEE])
def test_the_act_covers_employees_only(capacity: Capacity) -> None:
    alone = propose(Facts(ResultType.INVENTION, frozenset({capacity}), YES, YES, YES, YES))
    together = propose(Facts(ResultType.INVENTION, EMPLOYED | {capacity}, YES, YES, YES, YES))

    assert (alone.category, together.category) == (Category.OUTSIDE, Category.A)
    assert "anställd" in str(together.reasons[-1])
    assert len(together.reasons) == len(propose(Facts(ResultType.INVENTION, EMPLOYED, YES, YES, YES, YES)).reasons) + 1


def test_without_answers_nothing_is_proposed() -> None:
    assert propose(Facts("", EMPLOYED)).category is None
    assert propose(Facts(ResultType.INVENTION, frozenset())).category is None
