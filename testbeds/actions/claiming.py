"""Time at testbeds: held, moved, booked, given back, blocked. Of all who want the same minutes one gets them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.moving import perform
from portal.cases.verdicts import no
from testbeds.actions import waiting
from testbeds.actions.booking import worth_as_aid
from testbeds.actions.holding import (
    LONGEST_AROUND,
    Taken,
    change,
    held_until,
    let_lapse,
    must_be_its_turn,
    must_be_open,
    put,
    taken,
)  # fmt: skip
from testbeds.actions.locking import Changed, Overlaps, lock, overlaps_told, whole
from testbeds.actions.telling import note
from testbeds.models import Claim, Testbed, TestRequest
from testbeds.queries.free import Slot, near
from testbeds.rules.agreeing import is_booked
from testbeds.rules.hosting import may_take_from
from testbeds.rules.timing import ahead_of, changeable, fitting, keepable
from testbeds.states import KEEPS_OUT, ClaimState, TestState

__all__ = [
    "Blocked",
    "Hit",
    "Taken",
    "Unlisted",
    "block",
    "blocked_by",
    "book_held",
    "hold_time",
    "hold_times",
    "keep_longer",
    "move_time",
    "release",
    "release_all",
]


@dataclass(frozen=True)
class Hit:
    """A time that a block took, and what is free instead."""

    claim: Claim
    alternatives: list[Slot]


@dataclass(frozen=True)
class Blocked:
    """A block, and whom it hit."""

    claim: Claim
    hits: list[Hit]


class Unlisted(Refused):
    """A block would take a time that whoever makes it has not been shown."""


# ── Holding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def hold_time(
    *, request: TestRequest, begins: datetime, ends: datetime, person: User, testbed: Testbed | None = None
) -> Claim:
    """Hold a time for the request, at its testbed unless another is named. Raises Taken, or Refused for what cannot be held at all."""
    place = request.testbed_id if testbed is None else testbed.pk
    return hold_times(request=request, slots=[Slot(place, begins, ends)], person=person)[0]


@whole
def hold_times(*, request: TestRequest, slots: Sequence[Slot], person: User) -> list[Claim]:
    """Hold all of the times, at one testbed or several, or none. Raises as ``hold_time`` does."""
    fresh = lock(request, *(slot.testbed_id for slot in slots))
    claims = put(fresh, slots, person)
    note(fresh, "time_held", person, claims, until=claims[0].until.isoformat() if claims[0].until else "")
    return claims


# ── What is held ─────────────────────────────────────────────────────────────────────────────────────────────────────


@whole
def move_time(*, claim: Claim, begins: datetime, ends: datetime, person: User) -> Claim:
    """Have another time at the same testbed instead. What was booked is held, and asks the host again. Raises as ``hold_time`` does."""
    slot = Slot(claim.testbed_id, begins, ends)
    request, claim = _held(claim)
    if claim.begins <= timezone.now():
        raise Refused(no(_("That time has begun, and cannot be moved.")))
    if not (verdict := fitting(claim.testbed, begins, ends)):
        raise Refused(verdict)
    must_be_open([slot])
    must_be_its_turn(request, [slot])
    let_lapse([slot])
    old, was = Slot(claim.testbed_id, claim.begins, claim.ends), claim.state
    values = {"before": claim.testbed.before, "after": claim.testbed.after, "until": held_until(slot, timezone.now())}
    try:
        with overlaps_told():
            change(claim, state=ClaimState.HELD, during=slot.during, **values)
    except Overlaps:
        raise taken([slot], request, moved=claim) from None
    waiting.take_all([claim])
    note(request, "time_moved", person, [old, slot], mandatory=was == ClaimState.BOOKED, claim=claim.pk, was=was)
    _reckon_booked(request)
    waiting.pass_on_after_commit(claim.testbed_id)
    return Claim.objects.get(pk=claim.pk)


@whole
def keep_longer(*, claim: Claim, person: User, why: str) -> Claim:
    """Hold it for ``TESTBED_HOLD_DAYS`` from now, while the agreement is written, and say why. Raises Refused when it is not held any more,
    or somebody stands in line for it."""
    request, claim = _held(claim)
    if not (verdict := keepable(claim)):
        raise Refused(verdict)
    change(claim, until=held_until(claim, timezone.now()))
    until = claim.until.isoformat() if claim.until else ""
    note(request, "time_kept", person, [claim], why=why, until=until)
    return claim


@whole
def release(*, claim: Claim, person: User, why: str) -> None:
    """Give a time back, with the reason, or take a block away: the next in line is offered it. Raises Refused when it has passed."""
    if claim.request_id is None:
        Testbed.objects.hold(claim.testbed_id)
        change(Claim.objects.get(pk=claim.pk), state=ClaimState.CANCELLED, why=why or claim.why)
    else:
        request, claim = _held(claim)
        change(claim, state=ClaimState.CANCELLED, why=why)
        waiting.leave_offer(claim)
        note(request, "time_released", person, [claim], why=why)
        _reckon_booked(request)
    waiting.pass_on_after_commit(claim.testbed_id)


@whole
def release_all(*, request: TestRequest, person: User | None, why: str) -> list[Claim]:
    """Give back all that the request has and has not begun to use, and its places in line: it has come to an end."""
    places = request.claims.filter(state__in=KEEPS_OUT).order_by().values_list("testbed", flat=True).distinct()
    fresh = lock(request, *places)
    claims = list(ahead_of(fresh))
    for claim in claims:
        change(claim, state=ClaimState.CANCELLED, why=why)
    waiting.leave_all(fresh)
    if claims:
        note(fresh, "time_released", person, claims, why=why)
        waiting.pass_on_after_commit(*{claim.testbed_id for claim in claims})
    return claims


@whole
def book_held(request: TestRequest, person: User) -> list[Claim]:
    """Book all that is held for the request. The database refuses it where no agreement is in force; so ask ``rules.agreeing`` first."""
    places = request.claims.filter(state=ClaimState.HELD).order_by().values_list("testbed", flat=True).distinct()
    fresh = lock(request, *places)
    claims = list(fresh.claims.keeping_out().filter(state=ClaimState.HELD))
    if not claims:
        raise Refused(no(_("No time is held. Choose a time first.")))
    for claim in claims:
        change(claim, state=ClaimState.BOOKED, until=None)
    waiting.take_all(claims)
    note(fresh, "time_booked", person, claims)
    return claims


def _reckon_booked(request: TestRequest) -> None:
    """After a time was moved, given back or taken by a block: what is still booked is worth less, and where nothing is, the request asks
    anew.
    """
    TestRequest.objects.filter(pk=request.pk, aid__isnull=False).update(aid=worth_as_aid(request))
    if request.state == TestState.BOOKED and not is_booked(request):
        perform(request, "lose_time", person=None)


def _held(claim: Claim) -> tuple[TestRequest, Claim]:
    """The request and the claim as they are now, locked. Raises Refused when the time is not theirs any more, or has passed."""
    request = lock(claim.request, claim.testbed_id)
    fresh = Claim.objects.select_related("testbed").get(pk=claim.pk)
    if not (verdict := changeable(fresh)):
        raise Refused(verdict)
    return request, fresh


# ── Blocking ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def blocked_by(testbed: Testbed, begins: datetime, ends: datetime) -> list[Claim]:
    """The times of requests that a block would hit, with what is around them. One query."""
    near_it = (begins - LONGEST_AROUND, ends + LONGEST_AROUND)
    rows = Claim.objects.at(testbed.pk, near_it).filter(request__isnull=False, during__endswith__gt=timezone.now())
    return [claim for claim in rows.select_related("request", "testbed") if _around(claim, begins, ends)]


def _around(claim: Claim, begins: datetime, ends: datetime) -> bool:
    before, after = timedelta(minutes=claim.before), timedelta(minutes=claim.after)
    return claim.begins - before < ends and begins < claim.ends + after


@whole
def block(
    *,
    testbed: Testbed,
    begins: datetime,
    ends: datetime,
    why: str,
    person: User,
    listed: Collection[int] | None = None,
) -> Blocked:
    """Let nobody use the testbed then. The times it hits are cancelled with the reason, and each request is told what is free instead.
    Where ``listed`` says which times the person has been shown, it hits no others: then it raises Unlisted.

    Raises Refused when the time has passed or is blocked already, and for who is partial in a request that it hits (FL 16–17 §§).
    """
    if not why.strip() or ends <= timezone.now() or ends <= begins:
        raise Refused(no(_("Give a time that has not passed, and the reason.")))
    expected = sorted({claim.request_id for claim in blocked_by(testbed, begins, ends) if claim.request_id})
    Case.objects.hold(*expected)
    Testbed.objects.hold(testbed.pk)
    hit = blocked_by(testbed, begins, ends)
    if not {claim.request_id for claim in hit} <= set(expected):
        raise Changed
    if not (verdict := may_take_from(person, (claim.request_id for claim in hit))):
        raise Refused(verdict)
    if listed is not None and not {claim.pk for claim in hit} <= set(listed):
        raise Unlisted(
            no(_("Somebody has got a time since you looked. Look again at whom it hits before you block it."))
        )
    let_lapse([Slot(testbed.pk, begins, ends)])
    for claim in hit:
        change(claim, state=ClaimState.CANCELLED, why=why)
        waiting.leave_offer(claim)
    try:
        with overlaps_told():
            made = Claim.objects.create(
                testbed=testbed, state=ClaimState.BLOCKED, during=(begins, ends), why=why, made_by=person
            )
    except Overlaps:
        raise Refused(no(_("Some of that time is blocked already, or somebody uses the testbed now."))) from None
    others = near([Slot(claim.testbed_id, claim.begins, claim.ends) for claim in hit])
    hits = [Hit(claim, free) for claim, free in zip(hit, others, strict=True)]
    _tell_hit(hits, person, why)
    waiting.pass_on_after_commit(testbed.pk)
    return Blocked(Claim.objects.get(pk=made.pk), hits)


def _tell_hit(hits: Sequence[Hit], person: User, why: str) -> None:
    for one in hits:
        if one.claim.request is not None:
            note(
                one.claim.request,
                "time_cancelled",
                person,
                [one.claim],
                why=why,
                others=one.alternatives,
                mandatory=True,
            )
    for request in {one.claim.request_id: one.claim.request for one in hits}.values():
        if request is not None:
            _reckon_booked(request)
