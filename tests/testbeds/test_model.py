"""Whatever is done with time, in whatever order, the database says the same as a simple model of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.cases.errors import Refused
from portal.cases.workdays import STOCKHOLM
from testbeds.actions import claiming, waiting
from testbeds.actions.claiming import Taken
from testbeds.actions.series import hold_series
from testbeds.models import Claim, Testbed, TestRequest, Wait
from testbeds.queries.free import Slot, judged
from testbeds.states import ClaimState, WaitState
from tests.cast import Cast
from tests.testbeds.places import place
from tests.testbeds.times import MONDAY, agreed, asking, at

pytestmark = [pytest.mark.django_db, pytest.mark.trust(2)]
QUARTER = timedelta(minutes=15)
DAY_LONG = 96
OPEN = at(MONDAY, 8)


@dataclass
class Kept:
    """A time as the model keeps it, in quarters after opening."""

    claim: Claim
    place: int
    who: int
    begins: int
    ends: int
    before: int
    after: int
    state: str = ClaimState.HELD
    lapsed: bool = False


@dataclass
class InLine:
    """A place in the line, and what came of it; ``offer`` is the time that was offered."""

    wait: Wait
    place: int
    who: int
    begins: int
    ends: int
    state: str = WaitState.WAITING
    offer: Kept | None = None

    @property
    def counts(self) -> bool:
        return self.state in (WaitState.WAITING, WaitState.OFFERED)


class Model:
    """Uses and what is around them as sets of quarters: nothing is cleverer than that."""

    def __init__(self, around: list[tuple[int, int]]) -> None:
        self.around = around
        self.kept: list[Kept] = []
        self.line: list[InLine] = []

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

    def is_anothers_turn(self, place: int, who: int, begins: int, ends: int) -> bool:
        """It has come free, and another has waited for it, or too near it, before this one waited for all of it."""
        before, after = self.around[place]
        for one in self.line:
            if one.place != place or one.state != WaitState.WAITING or not self.free(place, one.begins, one.ends):
                continue
            if one.who == who:
                if one.begins <= begins and ends <= one.ends:
                    return False
            elif self.clash(
                Kept(Claim(), place, one.who, one.begins, one.ends, before, after), begins, ends, before, after
            ):
                return True
        return False

    def can_wait(self, place: int, who: int, begins: int, ends: int) -> bool:
        """For what somebody else has, or is offered first, once."""
        anothers = not self.free(place, begins, ends) or self.is_anothers_turn(place, who, begins, ends)
        use = set(range(begins, ends))
        own = any(one.who == who and use & set(range(one.begins, one.ends)) for one in self.live(place))
        again = any(
            one.counts and (one.place, one.who, one.begins, one.ends) == (place, who, begins, ends) for one in self.line
        )
        return fits(begins, ends) and anothers and not own and not again

    def drop(self, kept: Kept) -> None:
        """It is nobody's any more; whoever it was offered to has left the line with it."""
        self.kept.remove(kept)
        for one in self.line:
            if one.offer is kept and one.state == WaitState.OFFERED:
                one.state = WaitState.LEFT

    def take(self, kept: Kept) -> None:
        """Whoever it was offered to has it."""
        for one in self.line:
            if one.offer is kept and one.state == WaitState.OFFERED:
                one.state = WaitState.TAKEN

    def pass_on(self) -> list[InLine]:
        """Those who are offered a time now, after what ran out is nobody's."""
        for one in self.line:
            if one.state == WaitState.OFFERED and one.offer and one.offer.lapsed:
                one.state = WaitState.PASSED
        offered = []
        for one in self.line:
            if one.state == WaitState.WAITING and self.free(one.place, one.begins, one.ends):
                one.state, before_after = WaitState.OFFERED, self.around[one.place]
                one.offer = Kept(Claim(), one.place, one.who, one.begins, one.ends, *before_after)
                self.kept.append(one.offer)
                offered.append(one)
        return offered


def fits(begins: int, ends: int) -> bool:
    """Within the opening hours of the first day, or of the second."""
    day = begins // DAY_LONG * DAY_LONG
    return day <= begins and ends - day <= 40 and ends - begins >= 4


ASKS = ("hold", "series", "line", "book")
CHANGES = (
    "move",
    "release",
    "release",
    "run out",
    "run out",
    "block",
    "clock",
    "clock",
    "clock",
    "take",
    "take",
    "leave",
)
STEP = st.tuples(
    st.sampled_from([*ASKS, "hold", "hold", "line", "line", "book", *CHANGES]),
    st.integers(0, 1),
    st.integers(-2, 38),
    st.integers(3, 12),
    st.integers(0, 9),
)


BEGUN = (("hold", 0, 4, 8, 0), ("line", 0, 5, 8, 0), ("hold", 1, 12, 8, 1), ("line", 1, 5, 8, 0))
"""At each place somebody has a time, and somebody waits for it."""


class Tried:
    """Each step done in both, and compared. Two requests ask for time at each of two places, alone or by a series of two days."""

    def __init__(self, cast: Cast, places: list[Testbed], requests: list[list[TestRequest]]) -> None:
        self.cast, self.places, self.requests = cast, places, requests
        self.model = Model([(one.before // 15, one.after // 15) for one in places])

    def step(self, name: str, place: int, begins: int, length: int, chosen: int) -> None:
        ends, who = begins + length, chosen % 2
        if name == "line" and begins % 4 and (live := self.model.live(place)):  # most wait for what somebody has
            begins, ends, who = live[-1].begins, live[-1].ends, 1 - live[-1].who % 2
        if name in ASKS:
            asks: dict[str, Callable[..., None]] = {
                "hold": self.hold,
                "series": self.series,
                "line": self.stand_in_line,
                "book": self.book,
            }
            asks[name](place, who, begins, ends)
        elif name == "block":
            self.block(place, begins, ends)
        elif name == "clock":
            self.clock()
        elif name in ("take", "leave"):
            if line := [one for one in self.model.line if one.place == place]:
                self.answer(name, line[chosen % len(line)])
        elif live := [one for one in self.model.live(place) if one.state != ClaimState.BLOCKED]:
            self.change(name, live[chosen % len(live)], begins, ends)
        self.compare()

    def can(self, place: int, who: int, begins: int, ends: int, but: Kept | None = None) -> bool:
        is_free = fits(begins, ends) and self.model.free(place, begins, ends, but=but)
        return is_free and not self.model.is_anothers_turn(place, who, begins, ends)

    def keep(self, made: Claim, place: int, who: int, begins: int, ends: int) -> None:
        self.model.kept.append(Kept(made, place, who, begins, ends, *self.model.around[place]))

    def hold(self, place: int, who: int, begins: int, ends: int) -> None:
        try:
            made = claiming.hold_time(
                request=self.requests[place][who], begins=moment(begins), ends=moment(ends), person=self.cast.external
            )
        except Refused as refusal:
            self.refused(refusal, place, who, can=self.can(place, who, begins, ends))
        else:
            assert self.can(place, who, begins, ends)
            self.keep(made, place, who, begins, ends)

    def series(self, place: int, who: int, begins: int, ends: int) -> None:
        """The same hours two days running: both, or neither."""
        days = [(begins, ends), (begins + DAY_LONG, ends + DAY_LONG)]
        can = all(self.can(place, who, *times) for times in days)
        try:
            made = hold_series(
                request=self.requests[place][who],
                rule="FREQ=DAILY;COUNT=2",
                first=moment(begins).astimezone(STOCKHOLM).replace(tzinfo=None),
                minutes=(ends - begins) * 15,
                person=self.cast.external,
            )
        except Refused as refusal:
            self.refused(refusal, place, who, can=can)
        else:
            assert can
            for claim, times in zip(made.claims.order_by("during"), days, strict=True):
                self.keep(claim, place, who, *times)

    def refused(self, refusal: Refused, place: int, who: int, *, can: bool) -> None:
        """What is named instead can be had."""
        assert not can
        if isinstance(refusal, Taken):
            assert len(refusal.alternatives) == 3
            assert judged(refusal.alternatives) == [(True, False)] * 3
            here = [slot.during for slot in refusal.alternatives if slot.testbed_id == self.places[place].pk]
            quarters = [[int((moment - OPEN) / QUARTER) for moment in during] for during in here]
            assert not any(self.model.is_anothers_turn(place, who, begins, ends) for begins, ends in quarters)

    def stand_in_line(self, place: int, who: int, begins: int, ends: int) -> None:
        can = self.model.can_wait(place, who, begins, ends)
        try:
            made = waiting.stand_in_line(
                request=self.requests[place][who],
                testbed=self.places[place],
                begins=moment(begins),
                ends=moment(ends),
                person=self.cast.external,
            )
        except Refused:
            assert not can
        else:
            assert can
            self.model.line.append(InLine(made, place, who, begins, ends))

    def clock(self) -> None:
        waiting.lapse_holds()
        for one in self.model.pass_on():
            offer = Wait.objects.get(pk=one.wait.pk).offer
            assert offer
            assert one.offer
            one.offer.claim = offer

    def answer(self, name: str, one: InLine) -> None:
        if name == "leave":
            waiting.leave_line(wait=one.wait, person=self.cast.external)
            if one.state == WaitState.OFFERED and one.offer and not one.offer.lapsed:
                self.model.drop(one.offer)
            one.state = WaitState.LEFT if one.counts else one.state
            return
        can = one.state == WaitState.OFFERED and one.offer is not None and not one.offer.lapsed
        try:
            waiting.take_offer(wait=one.wait, person=self.cast.external)
        except Refused:
            assert not can
        else:
            assert can
            one.state = WaitState.TAKEN

    def block(self, place: int, begins: int, ends: int) -> None:
        hit = [one for one in self.model.live(place) if self.model.clash(one, begins, ends, 0, 0)]
        try:
            made = claiming.block(
                testbed=self.places[place],
                begins=moment(begins),
                ends=moment(ends),
                why="Service.",
                person=self.cast.lead,
            )
        except Refused:
            assert any(one.state == ClaimState.BLOCKED for one in hit)
        else:
            assert {one.claim.pk for one in made.hits} == {one.claim.pk for one in hit}
            for one in hit:
                self.model.drop(one)
            self.model.kept.append(Kept(made.claim, place, -1, begins, ends, 0, 0, ClaimState.BLOCKED))

    def book(self, place: int, who: int, *_times: int) -> None:
        """All that is held for the request, also what it was offered and has not answered; a booking does not run out."""
        held = [one for one in self.model.live(place) if one.who == who and one.state == ClaimState.HELD]
        try:
            claiming.book_held(self.requests[place][who], self.cast.lead)
        except Refused:
            assert not held
        else:
            assert held
            for one in held:
                one.state = ClaimState.BOOKED
                self.model.take(one)

    def change(self, name: str, one: Kept, begins: int, ends: int) -> None:
        if name == "run out":
            Claim.objects.filter(pk=one.claim.pk).update(until=timezone.now())
            one.lapsed = one.state == ClaimState.HELD
        elif name == "release":
            claiming.release(claim=one.claim, person=self.cast.external, why="Ändrat.")
            self.model.drop(one)
        else:
            self.move(one, begins, ends)

    def move(self, one: Kept, begins: int, ends: int) -> None:
        can = self.can(one.place, one.who, begins, ends, but=one)
        try:
            claiming.move_time(claim=one.claim, begins=moment(begins), ends=moment(ends), person=self.cast.external)
        except Refused as refusal:
            self.refused(refusal, one.place, one.who, can=can)
        else:
            assert can
            one.begins, one.ends, one.state = begins, ends, ClaimState.HELD
            self.model.take(one)

    def compare(self) -> None:
        rows = Claim.objects.keeping_out().order_by("pk")
        found = {(row.pk, row.begins, row.ends, row.state) for row in rows}
        kept = [one for place in (0, 1) for one in self.model.live(place)]
        assert found == {(one.claim.pk, moment(one.begins), moment(one.ends), one.state) for one in kept}
        line = {one.wait.pk: one.state for one in self.model.line}
        assert dict(Wait.objects.values_list("pk", "state")) == line
        slots = [(place, n, n + 4) for place in (0, 1) for day in (0, DAY_LONG) for n in range(day, day + 37, 3)]
        times = [Slot(self.places[place].pk, moment(n), moment(m)) for place, n, m in slots]
        assert judged(times) == [(True, not self.model.free(*slot)) for slot in slots]


def moment(quarter: int) -> datetime:
    return OPEN + quarter * QUARTER


@pytest.mark.strategy("B4-4")
def test_the_database_and_a_simple_model_agree(cast: Cast) -> None:
    places = [place(), place(before=0, after=60)]
    requests = [[asking(cast, one) for _who in range(2)] for one in places]

    for request in (*requests[0], *requests[1]):
        agreed(cast, request)

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=st.lists(STEP, min_size=20, max_size=30))
    def tried(steps: list[tuple[str, int, int, int, int]]) -> None:
        with transaction.atomic():
            walk = Tried(cast, places, requests)
            for step in (*BEGUN, *steps):
                walk.step(*step)
            transaction.set_rollback(True)

    tried()
