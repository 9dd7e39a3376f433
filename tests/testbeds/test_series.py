"""Times by a rule: nine o'clock is nine o'clock on both sides of a change of clocks, and what clashes is shown."""

from datetime import UTC, datetime
from typing import Any

import pytest

from portal.cases.errors import Refused
from testbeds.actions import claiming, series
from testbeds.actions.claiming import Taken
from testbeds.models import Testbed, TestRequest
from testbeds.queries.free import Slot
from tests.cast import Cast
from tests.testbeds.times import DAY, HOUR, MONDAY, NOON, TEN, at, hold, verbs, wall

pytestmark = pytest.mark.django_db


def utc(*moments: str) -> list[datetime]:
    return [datetime.fromisoformat(moment).replace(tzinfo=UTC) for moment in moments]


def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_the_change() -> None:
    spring = series.occurrences("FREQ=WEEKLY;COUNT=3", wall(2030, 3, 25, 9), 120)
    assert [begins for begins, _ends in spring] == utc("2030-03-25T08:00", "2030-04-01T07:00", "2030-04-08T07:00")
    autumn = series.occurrences("FREQ=WEEKLY;COUNT=2", wall(2030, 10, 21, 9), 120)
    assert [begins for begins, _ends in autumn] == utc("2030-10-21T07:00", "2030-10-28T08:00")
    assert {ends - begins for begins, ends in spring + autumn} == {2 * HOUR}


def test_the_nights_themselves() -> None:
    """Half past two comes never in spring, and twice in autumn; four hours are four hours of elapsed time."""
    assert series.occurrences("FREQ=DAILY;COUNT=3", wall(2030, 3, 30, 2, 30), 240) == list(
        zip(
            utc("2030-03-30T01:30", "2030-03-31T01:30", "2030-04-01T00:30"),
            utc("2030-03-30T05:30", "2030-03-31T05:30", "2030-04-01T04:30"),
            strict=True,
        )
    )
    assert [begins for begins, _ in series.occurrences("FREQ=DAILY;COUNT=3", wall(2030, 10, 26, 2, 30), 60)] == utc(
        "2030-10-26T00:30", "2030-10-27T00:30", "2030-10-28T01:30"
    )


@pytest.mark.parametrize(
    "rule",
    [
        "", "FREQ=SECONDLY;COUNT=5", "FREQ=DAILY", "FREQ=DAILY;COUNT=53", "FREQ=DAILY;COUNT=0", "FREQ=DAILY;COUNT=x",
        "FREQ=DAILY;INTERVAL=0;COUNT=2", "FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=2", "FREQ=MONTHLY;BYDAY=6MO;COUNT=2",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "FREQ=WEEKLY;UNTIL=20200101", "FREQ=WEEKLY;COUNT=2;BYEASTER=1",
        "FREQ=WEEKLY;COUNT=2\nEXDATE:20300304T090000", "FREQ=WEEKLY;COUNT=2;BYDAY=XX", "nonsense", "=;=", "FREQ=DAILY;UNTIL=20301",
        "FREQ=DAILY;COUNT=2;" + "BYDAY=MO," * 40,
    ],
)  # fmt: skip
def test_a_rule_that_is_not_understood_or_never_ends_is_refused(rule: str) -> None:
    with pytest.raises(Refused):
        series.occurrences(rule, wall(2030, 3, 4, 9), 60)


@pytest.mark.parametrize("until", ["20300318", "20300318T090000", "20300318T080000Z"])
def test_the_last_day_belongs_to_the_series(until: str) -> None:
    assert len(series.occurrences(f"FREQ=WEEKLY;UNTIL={until}", wall(2030, 3, 4, 9), 60)) == 3


@pytest.mark.strategy("B4-4")
def test_a_series_shows_its_clashes_and_holds_the_rest(cast: Cast, one: TestRequest, other: TestRequest) -> None:
    clash = hold(other, TEN + 7 * DAY, NOON + 7 * DAY)
    told: dict[str, Any] = {"rule": "FREQ=WEEKLY;COUNT=3", "first": wall(2030, 3, 4, 10), "minutes": 120}
    found = series.preview(one.testbed, **told)
    assert [use.free for use in found] == [True, False, True]
    assert [len(use.alternatives) for use in found] == [0, 3, 0]
    with pytest.raises(Taken) as refusal:
        series.hold_series(request=one, person=cast.external, **told)
    assert refusal.value.alternatives == found[1].alternatives
    assert not one.claims.exists()
    made = series.hold_series(request=one, person=cast.external, skip=[clash.begins], **told)
    assert [claim.begins for claim in made.claims.order_by("during")] == [TEN, TEN + 14 * DAY]
    assert verbs(one) == ["series_held"]


def test_a_series_that_clashes_with_itself_is_refused(cast: Cast, one: TestRequest) -> None:
    one.testbed.hours.create(weekday=0, opens="18:00", closes="23:59")
    Testbed.objects.filter(pk=one.testbed_id).update(after=480)
    one.testbed.hours.create(weekday=1, opens="00:00", closes="07:00")
    with pytest.raises(Taken, match="nära"):
        claiming.hold_times(
            request=one,
            slots=[Slot(one.testbed_id, at(MONDAY, 20), at(MONDAY, 23)), Slot(one.testbed_id, at(MONDAY + DAY, 1), at(MONDAY + DAY, 3))],
            person=cast.external,
        )  # fmt: skip


def test_the_preview_asks_as_little_for_fifty_as_for_one(testbed: Testbed, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        series.preview(testbed, "FREQ=WEEKLY;COUNT=1", wall(2030, 3, 4, 10), 120)
    with django_assert_num_queries(4):
        found = series.preview(testbed, "FREQ=WEEKLY;COUNT=50", wall(2030, 3, 4, 10), 120)
    assert sum(use.closed for use in found) >= 2  # Easter Monday, and Christmas
