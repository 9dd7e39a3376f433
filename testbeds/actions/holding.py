"""What all that hold time share: what is judged, what is written, and what is said when somebody else was first."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.verdicts import no
from testbeds.actions.locking import Overlaps, overlaps_told
from testbeds.actions.telling import in_words
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.queries.closing import why_closed
from testbeds.queries.free import HORIZON, Slot, judged, near
from testbeds.rules.timing import MOST, asks_for_time, fitting
from testbeds.rules.turns import come_free, is_anothers_turn, with_around
from testbeds.states import ClaimState

LONGEST_AROUND = timedelta(hours=8)


class Taken(Refused):
    """Somebody has that time, or it is closed then; ``alternatives`` are the first that are free, three where there are three.
    ``line`` says whether it can be waited for: another has it, and may give it back.
    """

    def __init__(self, why: str, alternatives: Sequence[Slot], *, line: bool = False) -> None:
        super().__init__(no(why, field="begins"))
        self.alternatives = list(alternatives)
        self.line = line


def put(
    request: TestRequest, slots: Sequence[Slot], person: User | None, *, offered: bool = False, **values: Any
) -> list[Claim]:
    """The holds, judged and written; ``offered`` are those whose turn it is. The caller has the locks."""
    testbeds = _judge(request, slots)
    if not offered:
        must_be_its_turn(request, slots)
    let_lapse(slots)
    now = timezone.now()
    rows = [
        Claim(
            testbed=testbeds[slot.testbed_id],
            request=request,
            state=ClaimState.HELD,
            during=slot.during,
            before=testbeds[slot.testbed_id].before,
            after=testbeds[slot.testbed_id].after,
            made_by=person,
            **{"until": held_until(slot, now), **values},
        )
        for slot in slots
    ]
    try:
        with overlaps_told():
            Claim.objects.bulk_create(rows)
    except Overlaps:
        raise taken(slots, request) from None
    return (
        [Claim.objects.get(pk=rows[0].pk)]
        if len(rows) == 1
        else list(Claim.objects.filter(pk__in=[row.pk for row in rows]))
    )


def held_until(slot: Slot | Claim, now: datetime) -> datetime:
    """``TESTBED_HOLD_DAYS`` from now; a hold that nobody has booked ends when its time begins."""
    return min(now + timedelta(days=settings.TESTBED_HOLD_DAYS), slot.begins)


def _judge(request: TestRequest, slots: Sequence[Slot]) -> dict[int, Testbed]:
    if not (verdict := asks_for_time(request)):
        raise Refused(verdict)
    if not slots or request.claims.keeping_out().count() + len(slots) > MOST:
        raise Refused(no(_("A request can have from one to %(most)d times at once.") % {"most": MOST}))
    testbeds = Testbed.objects.in_bulk({slot.testbed_id for slot in slots})
    for slot in slots:
        if slot.testbed_id not in testbeds or not (verdict := fitting(testbeds[slot.testbed_id], *slot.during)):
            raise Refused(verdict)
    must_be_open(slots)
    return testbeds


def must_be_open(slots: Sequence[Slot]) -> None:
    """Raise Taken at the first time that the testbed is closed, with why it is."""
    for slot, (is_open, _is_taken) in zip(slots, judged(slots), strict=True):
        if not is_open:
            (why,) = why_closed(Testbed.objects.get(pk=slot.testbed_id), [slot])
            said = _("The testbed is not open all of %(time)s: %(why)s.")
            raise Taken(said % {"time": in_words(*slot.during), "why": why}, instead_of(slot))


def must_be_its_turn(request: TestRequest, slots: Sequence[Slot]) -> None:
    """Raise Taken at the first time that has come free, and that another has waited for."""
    line = come_free(slots, within=2 * LONGEST_AROUND)
    for slot in slots:
        if is_anothers_turn(request, slot, line):
            said = _("Somebody has waited for %(time)s, and is offered it first. Choose another time.")
            raise Taken(said % {"time": in_words(*slot.during)}, instead_of(slot), line=True)


def instead_of(slot: Slot) -> list[Slot]:
    """The first times that are free near it, without those that others have waited for."""
    return near([slot], but=[with_around(wait) for wait in come_free([slot], within=HORIZON)])[0]


def taken(slots: Sequence[Slot], request: TestRequest, *, moved: Claim | None = None) -> Taken:
    """The first of the times that cannot be had, and what can. Where each is free alone, they are too near each other. The request’s own
    times stand in its way too, but the one that is ``moved``.
    """
    own = list(request.claims.keeping_out().exclude(pk=moved.pk if moved else 0).select_related("testbed"))
    for slot, (_is_open, is_taken) in zip(slots, judged(slots), strict=True):
        if clash := next((claim for claim in own if _too_near(claim, slot)), None):
            said = _("You already have %(time)s, and there must be room for set-up and cleaning around it.")
            return Taken(said % {"time": in_words(clash.begins, clash.ends)}, instead_of(slot))
        if is_taken:
            said = _("Somebody else has %(time)s. Choose another time.") % {"time": in_words(*slot.during)}
            return Taken(said, instead_of(slot), line=True)
    said = _("The times are too near each other: there must be room for set-up and cleaning between them.")
    return Taken(said, instead_of(slots[0]))


def _too_near(claim: Claim, slot: Slot) -> bool:
    """The use of one overlaps the other’s, or what is around it."""
    if claim.testbed_id != slot.testbed_id:
        return False
    before = timedelta(minutes=max(claim.before, claim.testbed.after))
    after = timedelta(minutes=max(claim.after, claim.testbed.before))
    return claim.begins - before < slot.ends and slot.begins < claim.ends + after


def let_lapse(slots: Iterable[Slot]) -> None:
    """Holds that have run out, and lie in the way, lapse now; their cases are told of it by the clock (``waiting.lapse_holds``)."""
    now = timezone.now()
    in_the_way = Q()
    for slot in slots:
        span = (slot.begins - 2 * LONGEST_AROUND, slot.ends + 2 * LONGEST_AROUND)
        in_the_way |= Q(testbed=slot.testbed_id, during__overlap=span)
    Claim.objects.filter(in_the_way, state=ClaimState.HELD, until__lte=now).update(
        state=ClaimState.LAPSED, untold=True, sequence=F("sequence") + 1, changed_at=now
    )


def change(claim: Claim, **values: Any) -> None:
    """Write it, with the number and the moment by which calendars know that it has changed."""
    for name, value in {**values, "sequence": claim.sequence + 1, "changed_at": timezone.now()}.items():
        setattr(claim, name, value)
    claim.save(update_fields=[*values, "sequence", "changed_at"])
