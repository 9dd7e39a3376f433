"""What the testbeds tell the annual follow-up."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from portal.indicators.registry import by_key
from testbeds.flow import TestFlow
from testbeds.models import Claim, TestRequest
from testbeds.states import ClaimState, TestState
from tests.cast import Cast, case_in
from tests.days import this_year
from tests.testbeds.places import place
from tests.testbeds.story import hold_time, let_the_time_come, perform

pytestmark = pytest.mark.django_db
RESULT = {"result": "Det fungerade.", "measured": "Tre sekunder.", "reached": "True"}


@pytest.mark.strategy("B4-9b")
@pytest.mark.strategy("B44-1")
def test_a_test_that_is_made_longer_over_new_year_counts_each_hour_in_one_year(cast: Cast) -> None:
    """Of its aid as of its hours."""
    year = this_year()
    one = case_in(TestFlow, TestState.RESULT_DUE, cast, testbed=place(aid=900))
    begun = datetime(year, 6, 1, 9, tzinfo=UTC)
    Claim.objects.filter(request=one.pk).update(during=(begun, begun + timedelta(minutes=90)))
    perform(one, "hand_in_result", person=cast.author, data={**RESULT, "tested_hours": "4"})
    with time_machine.travel(datetime(year + 1, 11, 1, 9, tzinfo=UTC)):
        perform(one, "extend", person=cast.host, data={"receiver": "Utvecklingsenheten", "reason": "Fler behövs."})
        new = hold_time(one, cast, begins=datetime(year + 1, 12, 1, 9, tzinfo=UTC))
        Claim.objects.filter(pk=new.pk).update(until=timezone.now() + timedelta(days=9))
        perform(one, "book", person=cast.host)
        TestRequest.objects.filter(pk=one.pk).update(state=TestState.RESULT_DUE)
        perform(one, "hand_in_result", person=cast.author, data={**RESULT, "tested_hours": "10"})
    assert TestRequest.objects.get(pk=one.pk).aid == 2700
    aid, hours = by_key("testbeds.aid"), by_key("testbeds.hours")
    assert [aid.whole(year), aid.whole(year + 1), aid.whole(year + 2)] == [1800, 900, None]
    assert [hours.whole(year), hours.whole(year + 1), hours.whole(year + 2)] == [4, 6, None]


def test_what_was_given_back_is_neither_aid_nor_a_case_behind_it(cast: Cast) -> None:
    one = case_in(TestFlow, TestState.BOOKED, cast, testbed=place(aid=900))
    let_the_time_come(one, cast)
    year = timezone.localtime(one.claims.get().begins).year
    aid = by_key("testbeds.aid")
    assert [case.pk for case in aid.behind(year)] == [one.pk]
    one.claims.update(state=ClaimState.CANCELLED)
    assert not aid.behind(year).exists()
