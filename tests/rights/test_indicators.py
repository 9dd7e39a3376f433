"""What rights tell the annual follow-up."""

from decimal import Decimal

import pytest
from django.utils import timezone

from portal.indicators.registry import by_key
from rights.flow import DisclosureFlow
from rights.states import DisclosureState as S
from tests.cast import Cast, case_in

YEAR = timezone.localdate().year


@pytest.mark.strategy("B43-2")
def test_how_many_were_answered_in_time(cast: Cast) -> None:
    declared = {case_in(DisclosureFlow, state, cast).pk for state in (S.DECIDED, S.WAIVED)}
    case_in(DisclosureFlow, S.LAPSED, cast)
    case_in(DisclosureFlow, S.ASSESSING, cast)
    indicator = by_key("rights.in_time")

    assert indicator.whole(YEAR) == Decimal("66.7")
    assert {case.pk for case in indicator.behind(YEAR)} == declared


@pytest.mark.strategy("B43-3")
def test_how_many_assets_are_in_use(cast: Cast) -> None:
    used = case_in(DisclosureFlow, S.IN_USE, cast)
    case_in(DisclosureFlow, S.AGREED, cast)
    case_in(DisclosureFlow, S.WAIVED, cast)
    indicator = by_key("rights.assets_used")

    assert indicator.whole(YEAR) == Decimal("50.0")
    assert [case.pk for case in indicator.behind(YEAR)] == [used.pk]
    assert indicator.whole(YEAR - 1) is None
