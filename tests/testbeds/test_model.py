"""Whatever is done with time, in whatever order, the database says the same as a simple model of it."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.cases.errors import Refused
from testbeds.actions import claiming, waiting
from testbeds.actions.claiming import Taken
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.queries.free import Slot, judged
from testbeds.states import ClaimState
from tests.cast import Cast
from tests.testbeds.places import place
from tests.testbeds.times import MONDAY, asking, at

pytestmark = pytest.mark.django_db
QUARTER = timedelta(minutes=15)
OPEN, CLOSES = at(MONDAY, 8), at(MONDAY, 18)


@dataclass
class Kept:
    """A time as the model keeps it, in quarters after opening."""

    claim: Claim
    place: int
    begins: int
    ends: int
    before: int
    after: int
    block: bool = False
    lapsed: bool = False


class Model:
    """Uses and what is around them as sets of quarters: nothing is cleverer than that."""

    def __init__(self, around: list[tuple[int, int]]) -> None:
        self.around = around
        self.kept: list[Kept] = []

    def live(self, place: int) -> list[Kept]:
        return [one for one in self.kept if one.place == place and not one.lapsed]

    def free(self, place: int, begins: int, ends: int, *, but: Kept | None = None) -> bool:
        before, after = self.around[place]
        others = [one for one in self.live(place) if one is not but]
        return not any(self.clash(one, begins, ends, before, after) for one in others)

    def clash(self, one: Kept, begins: int, ends: int, before: int, after: int) -> bool:
        use, theirs = set(range(begins, ends)), set(range(one.begins, one.ends))
        around = set(range(begins - before, ends + after))
        around_theirs = set(range(one.begins - one.before, one.ends + one.after))
        return bool(use & around_theirs or around & theirs)


STEP = st.tuples(
    st.sampled_from(["hold", "hold", "hold", "hold", "move", "release", "run out", "block", "clock"]),
    st.integers(0, 1),
    st.integers(-2, 38),
    st.integers(3, 12),
    st.integers(0, 9),
)


class Tried:
    """Each step done in both, and compared."""

    def __init__(self, cast: Cast, places: list[Testbed], requests: list[TestRequest]) -> None:
        self.cast, self.places, self.requests = cast, places, requests
        self.model = Model([(one.before // 15, one.after // 15) for one in places])

    def step(self, name: str, place: int, begins: int, length: int, chosen: int) -> None:
        ends = begins + length
        live = [one for one in self.model.live(place) if not one.block]
        if name == "hold":
            self.hold(place, begins, ends)
        elif name == "block":
            self.block(place, begins, ends)
        elif name == "clock":
            waiting.lapse_holds()
        elif live:
            self.change(name, live[chosen % len(live)], begins, ends)
        self.compare()

    def can(self, place: int, begins: int, ends: int, but: Kept | None = None) -> bool:
        fits = begins >= 0 and ends <= 40 and ends - begins >= 4
        return fits and self.model.free(place, begins, ends, but=but)

    def hold(self, place: int, begins: int, ends: int) -> None:
        times = (OPEN + begins * QUARTER, OPEN + ends * QUARTER)
        try:
            made = claiming.hold_time(
                request=self.requests[place], begins=times[0], ends=times[1], person=self.cast.external
            )
        except Refused as refusal:
            self.refused(refusal, can=self.can(place, begins, ends))
        else:
            assert self.can(place, begins, ends)
            self.model.kept.append(Kept(made, place, begins, ends, *self.model.around[place]))

    def refused(self, refusal: Refused, *, can: bool) -> None:
        assert not can
        if isinstance(refusal, Taken):
            assert len(refusal.alternatives) == 3
            assert judged(refusal.alternatives) == [(True, False)] * 3

    def block(self, place: int, begins: int, ends: int) -> None:
        hit = [one for one in self.model.live(place) if self.model.clash(one, begins, ends, 0, 0)]
        times = (OPEN + begins * QUARTER, OPEN + ends * QUARTER)
        try:
            made = claiming.block(
                testbed=self.places[place], begins=times[0], ends=times[1], why="Service.", person=self.cast.lead
            )
        except Refused:
            assert any(one.block for one in hit)
        else:
            assert {one.claim.pk for one in made.hits} == {one.claim.pk for one in hit}
            self.model.kept = [one for one in self.model.kept if one not in hit]
            self.model.kept.append(Kept(made.claim, place, begins, ends, 0, 0, block=True))

    def change(self, name: str, one: Kept, begins: int, ends: int) -> None:
        if name == "run out":
            Claim.objects.filter(pk=one.claim.pk).update(until=timezone.now())
            one.lapsed = True
        elif name == "release":
            claiming.release(claim=one.claim, person=self.cast.external, why="Ändrat.")
            self.model.kept.remove(one)
        else:
            self.move(one, begins, ends)

    def move(self, one: Kept, begins: int, ends: int) -> None:
        times = (OPEN + begins * QUARTER, OPEN + ends * QUARTER)
        try:
            claiming.move_time(claim=one.claim, begins=times[0], ends=times[1], person=self.cast.external)
        except Refused:
            assert not self.can(one.place, begins, ends, but=one)
        else:
            assert self.can(one.place, begins, ends, but=one)
            one.begins, one.ends = begins, ends

    def compare(self) -> None:
        rows = Claim.objects.keeping_out().order_by("pk")
        found = {(row.pk, row.begins, row.ends, row.state == ClaimState.BLOCKED) for row in rows}
        kept = [one for place in (0, 1) for one in self.model.live(place)]
        assert found == {
            (one.claim.pk, OPEN + one.begins * QUARTER, OPEN + one.ends * QUARTER, one.block) for one in kept
        }
        slots = [(place, n, n + 4) for place in (0, 1) for n in range(0, 37, 3)]
        times = [Slot(self.places[place].pk, OPEN + n * QUARTER, OPEN + m * QUARTER) for place, n, m in slots]
        assert judged(times) == [(True, not self.model.free(*slot)) for slot in slots]


@pytest.mark.strategy("B4-4")
def test_the_database_and_a_simple_model_agree(cast: Cast) -> None:
    places = [place(), place(before=0, after=60)]
    requests = [asking(cast, one) for one in places]

    @settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(STEP, min_size=4, max_size=14))
    def tried(steps: list[tuple[str, int, int, int, int]]) -> None:
        with transaction.atomic():
            walk = Tried(cast, places, requests)
            for step in steps:
                walk.step(*step)
            transaction.set_rollback(True)

    tried()
