"""The engine carries every registered kind through its whole table."""

import pytest

from portal.cases import kinds
from portal.cases.flow import Flow
from portal.cases.models import Case
from tests.cast import Cast, case_in

STATES = [(kind.flow, state) for kind in kinds.all_kinds() for state in kind.flow.states.values]


@pytest.mark.parametrize(("flow", "state"), STATES, ids=[f"{flow.__name__}-{state}" for flow, state in STATES])
def test_every_state_is_reached_by_moves_that_someone_may_make(cast: Cast, flow: type[Flow], state: str) -> None:
    case = case_in(flow, state, cast)

    assert case.state == state
    assert (case.reference is None) is (state == flow.start)
    assert (case.closed_at is not None) is (state in flow.ends)
    waits = state not in {flow.start, *flow.ends}
    assert (case.due_at is not None, case.awaits != "") == (waits, waits)


def test_an_inactive_person_and_a_superuser_see_no_case(cast: Cast) -> None:
    for kind in kinds.all_kinds():
        for state in kind.flow.states.values:
            case_in(kind.flow, state, cast)

    assert list(Case.objects.visible_to(cast.inactive)) == []
    assert list(Case.objects.visible_to(cast.admin)) == []
