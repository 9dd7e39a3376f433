"""What rights tell the annual follow-up."""

from decimal import Decimal
from typing import Any

import pytest

from followup.queries import Snapshot
from portal.indicators.registry import by_key
from rights.flow import DisclosureFlow
from rights.states import DisclosureState as S
from tests.cast import Cast, case_in
from tests.days import this_year
from tests.followup.samples import counted


@pytest.mark.strategy("B43-2")
def test_how_many_were_answered_in_time(cast: Cast) -> None:
    declared = {case_in(DisclosureFlow, state, cast).pk for state in (S.DECIDED, S.WAIVED)}
    case_in(DisclosureFlow, S.LAPSED, cast)
    case_in(DisclosureFlow, S.ASSESSING, cast)
    indicator = by_key("rights.in_time")

    assert indicator.whole(this_year()) == Decimal("66.7")
    assert {case.pk for case in indicator.behind(this_year())} == declared


@pytest.mark.strategy("B43-3")
def test_how_many_assets_are_in_use(cast: Cast) -> None:
    used = case_in(DisclosureFlow, S.IN_USE, cast)
    case_in(DisclosureFlow, S.AGREED, cast)
    case_in(DisclosureFlow, S.WAIVED, cast)
    indicator = by_key("rights.assets_used")

    assert indicator.whole(this_year()) == Decimal("50.0")
    assert [case.pk for case in indicator.behind(this_year())] == [used.pk]
    assert indicator.whole(this_year() - 1) is None


@pytest.mark.strategy("B43-2")
@pytest.mark.trust(1)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("answered", "told"), [(1, ".."), (5, Decimal("100.0"))])
def test_a_report_tells_of_them_for_the_whole_region_alone_and_not_of_fewer_than_five(
    cast: Cast, answered: int, told: Any
) -> None:
    """Not where they are, nor that there are any; who reviews a report before it is published does not see them either."""
    for _number in range(answered):
        case_in(DisclosureFlow, S.WAIVED, cast)
    report = counted(cast.controller, year=this_year())

    for reviewed in (True, False):
        seen = Snapshot(report, reviewed=reviewed)
        of_rights = [one for one in seen.indicators if one.key in ("rights.in_time", "rights.assets_used")]
        figures = [seen.figure(indicator, part) for indicator in of_rights for part in seen.parts]
        assert {(one.value, one.previous, one.count) for one in figures[1:]} == {("..", "..", "..")}
        assert (figures[0].value, figures[0].previous) == (told, "..")
        assert {part.count for part in seen.parts} == {0}
