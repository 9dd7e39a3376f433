"""Claiming time: held, moved, let go, booked, blocked. Who is not first is told what is free instead.

Locks are taken in one order: the cases, then the testbeds, each by their keys. So nobody waits for somebody who waits for them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.conf import settings
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg2.errorcodes import DEADLOCK_DETECTED, EXCLUSION_VIOLATION

from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case
from portal.cases.verdicts import Verdict, no
from portal.cases.who import AUTHOR
from portal.notices.actions import tell
from testbeds.models import HOST, Claim, Testbed, TestRequest
from testbeds.queries.free import Slot, free_slots, is_open
from testbeds.rules.choosing import MOST_AHEAD, choosable
from testbeds.states import KEEPS_OUT, ClaimState, WaitState

ALTERNATIVES = 3
LOOKED_FOR = timedelta(days=120)
"""How far ahead of the wanted time alternatives are looked for."""
MOST_TRIES = 5
P = ParamSpec("P")
R = TypeVar("R")


class Taken(Refused):
    """Somebody else has the time. ``alternatives`` are free ones of the same length, the next first."""

    def __init__(self, alternatives: list[Slot], sentence: str = "") -> None:
        self.alternatives = alternatives
        super().__init__(no(sentence or _("Somebody else has that time, or needs it to set up or to clean.")))


@dataclass(frozen=True)
class Blocked:
    """A block, and the claims that it ended."""

    claim: Claim
    hit: list[Claim]


def retried(action: Callable[P, R]) -> Callable[P, R]:
    """Again, some times, where the database ended a deadlock by refusing; not inside somebody else's transaction, which is lost."""

    @wraps(action)
    def tries(*args: P.args, **kwargs: P.kwargs) -> R:
        for _number in range(MOST_TRIES - 1):
            try:
                return action(*args, **kwargs)
            except OperationalError as problem:
                if connection.in_atomic_block or getattr(problem.__cause__, "pgcode", "") != DEADLOCK_DETECTED:
                    raise
        return action(*args, **kwargs)

    return tries


@retried
def hold_time(
    *, request: TestRequest, begins: datetime, ends: datetime, person: User, testbed: Testbed | None = None
) -> Claim:
    """Keep a time for some days, while the agreement is made. Raises Taken with alternatives, Refused for a time that cannot be."""
    bed = testbed or request.testbed
    with transaction.atomic():
        locked = locked_request(request)
        Testbed.objects.hold(bed.pk)
        insist(possible(bed, begins, ends))
        claim = place(bed, locked, begins, ends, person, until=hold_until())
        if claim is None:
            raise Taken(instead_of(bed, begins, ends))
        note(locked, claim, "time_held", person)
    return claim


@retried
def move_time(*, claim: Claim, begins: datetime, ends: datetime, person: User) -> Claim:
    """Another time instead. What was booked is only held then, until the host books it again. Raises as ``hold_time``."""
    with transaction.atomic():
        request, own = _locked(claim)
        bed = own.testbed
        insist(possible(bed, begins, ends))
        _lapse(bed)
        values = {"during": (begins, ends), "state": ClaimState.HELD, "until": hold_until()}
        if not _fits(lambda: _change(own, **values)):
            raise Taken(instead_of(bed, begins, ends, besides=own.pk))
        note(request, Claim.objects.get(pk=own.pk), "time_moved", person, was=own)
        offer_after_commit(bed)
    return Claim.objects.get(pk=claim.pk)


@retried
def release(*, claim: Claim, person: User | None, why: str) -> None:
    """Let a time go, with the reason; it is offered to whoever has waited longest. Raises Refused if it is gone already."""
    with transaction.atomic():
        if claim.request_id is None:
            Testbed.objects.hold(claim.testbed_id)
            own, request = Claim.objects.select_for_update().get(pk=claim.pk), None
        else:
            request, own = _locked(claim)
        if own.state not in KEEPS_OUT:
            raise Refused(no(_("The time is let go already.")))
        _change(own, state=ClaimState.CANCELLED, why=why)
        if request is not None:
            note(request, own, "time_let_go", person, said=why)
        offer_after_commit(own.testbed)


def release_all(*, request: TestRequest, person: User | None, why: str) -> int:
    """Let go of the times ahead of a request that ends, and of its places in lines. The caller holds the lock on the case.

    Returns how many times they were.
    """
    request.waits.filter(state=WaitState.WAITING).update(state=WaitState.LEFT)
    ahead = request.claims.filter(state__in=KEEPS_OUT, during__endswith__gt=timezone.now())
    claims = list(ahead.select_related("testbed"))
    Testbed.objects.hold(*{claim.testbed_id for claim in claims})
    for claim in claims:
        _change(claim, state=ClaimState.CANCELLED, why=why)
        offer_after_commit(claim.testbed)
    return len(claims)


def book_held(request: TestRequest, person: User | None) -> int:
    """What is held becomes booked; the database refuses it before the agreement is in force. The caller holds the lock on the case.

    Raises Refused if a hold has run out. Returns how many there are.
    """
    Testbed.objects.hold(*set(request.claims.filter(state=ClaimState.HELD).values_list("testbed", flat=True)))
    held = list(request.claims.filter(state=ClaimState.HELD))
    if not held or any(not claim.keeps_out for claim in held):
        raise Refused(no(_("A hold has run out. Choose the time again.")))
    for claim in held:
        _change(claim, state=ClaimState.BOOKED, until=None)
    return len(held)


@retried
def block(*, testbed: Testbed, begins: datetime, ends: datetime, why: str, person: User) -> Blocked:
    """Nobody has the testbed then. Those who had a time lose it, and are told why, with three others to choose from."""
    for _number in range(MOST_TRIES):
        hit = blocked_by(testbed, begins, ends)
        with transaction.atomic():
            Case.objects.hold(*sorted({claim.request_id for claim in hit if claim.request_id}))
            Testbed.objects.hold(testbed.pk)
            now_hit = blocked_by(testbed, begins, ends)
            if {claim.request_id for claim in now_hit} <= {claim.request_id for claim in hit}:
                return _block(testbed, begins, ends, why, person, now_hit)
    raise Refused(no(_("Others are booking at this very moment. Try again.")))


def blocked_by(testbed: Testbed, begins: datetime, ends: datetime) -> list[Claim]:
    """Whom a block then would hit: those whose use, or what is around it, falls within it, and blocks (one query)."""
    around = (begins - timedelta(minutes=testbed.after), ends + timedelta(minutes=testbed.before))
    live = Claim.objects.keeping_out().filter(testbed=testbed, spans__during__overlap=(begins, ends))
    near = live | Claim.objects.keeping_out().filter(testbed=testbed, during__overlap=around)
    return list(near.select_related("request__owner", "testbed").order_by("during", "pk").distinct())


def _block(testbed: Testbed, begins: datetime, ends: datetime, why: str, person: User, hit: list[Claim]) -> Blocked:
    _lapse(testbed)
    for claim in hit:
        _change(claim, state=ClaimState.CANCELLED, why=why)
    made = Claim.objects.create(
        testbed=testbed, state=ClaimState.BLOCKED, during=(begins, ends), why=why, made_by=person
    )
    lost = [claim for claim in hit if claim.request_id]
    for claim in lost:
        instead = instead_of(testbed, claim.begins, claim.ends)
        note(claim.request, claim, "time_blocked", person, said=why, instead=instead)
    return Blocked(made, lost)


# ── What the actions share ───────────────────────────────────────────────────────────────────────────────────────────


def locked_request(request: TestRequest) -> TestRequest:
    """The request as it is now, locked. Raises Refused where no time is chosen now."""
    Case.objects.hold(request.pk)
    fresh = TestRequest.objects.select_related("testbed", "owner").get(pk=request.pk)
    insist(choosable(fresh))
    return fresh


def insist(verdict: Verdict) -> None:
    if not verdict:
        raise Refused(verdict)


def possible(testbed: Testbed, begins: datetime, ends: datetime) -> Verdict:
    """A time that anybody could have: ahead, of a fitting length, within opening hours (one query)."""
    minutes = (ends - begins).total_seconds() / 60
    if begins <= timezone.now():
        return no(_("That time has passed."), field="day")
    if begins > timezone.now() + timedelta(days=MOST_AHEAD):
        return no(_("Times can be chosen a year ahead."), field="day")
    if not testbed.shortest <= minutes <= testbed.longest:
        told = {"shortest": testbed.shortest, "longest": testbed.longest}
        return no(_("A use lasts from %(shortest)s to %(longest)s minutes here.") % told, field="minutes")
    if not is_open(testbed, begins, ends):
        return no(
            _("The testbed is not open then. Look at its opening hours, or choose among the free times."), field="at"
        )
    return Verdict()


def place(
    testbed: Testbed,
    request: TestRequest,
    begins: datetime,
    ends: datetime,
    person: User | None,
    *,
    until: datetime,
    **more: Any,
) -> Claim | None:
    """A hold, or None where somebody has the time. The caller holds the locks."""
    _lapse(testbed)
    made: list[Claim] = []
    values = {"state": ClaimState.HELD, "before": testbed.before, "after": testbed.after, "until": until, **more}
    fits = _fits(
        lambda: made.append(
            Claim.objects.create(testbed=testbed, request=request, during=(begins, ends), made_by=person, **values)
        )
    )
    return Claim.objects.get(pk=made[0].pk) if fits else None


def hold_until() -> datetime:
    return timezone.now() + timedelta(days=settings.TESTBED_HOLD_DAYS)


def instead_of(testbed: Testbed, begins: datetime, ends: datetime, besides: int | None = None) -> list[Slot]:
    """Three free times of that length, from the day before the wanted one on (one query, two where there are fewer)."""
    minutes, since = int((ends - begins).total_seconds() // 60), max(begins - timedelta(days=1), timezone.now())
    wanted: dict[str, Any] = {"minutes": minutes, "until": since + LOOKED_FOR, "number": ALTERNATIVES, "besides": besides}
    found = free_slots([testbed.pk], since=since, **wanted)
    return found if len(found) == ALTERNATIVES else free_slots([testbed.pk], since=timezone.now(), **wanted)


def note(request: TestRequest | None, claim: Claim, what: str, person: User | None, **told: Any) -> None:
    """What happened to a time, in the history of its case, told to both sides. The caller holds the lock on the case."""
    if request is None:
        return
    was, instead = told.get("was"), told.get("instead", ())
    data = {"claim": claim.pk, "begins": claim.begins.isoformat(), "ends": claim.ends.isoformat()}
    if was:
        data["was"] = [was.begins.isoformat(), was.ends.isoformat()]
    if instead:
        data["instead"] = [[slot.begins.isoformat(), slot.ends.isoformat()] for slot in instead]
    event = write_event(case=request, person=person, move=what, note=told.get("said", ""), data=data)
    tell(case=request, event=event, whos=(AUTHOR, HOST), mandatory=what == "time_blocked", by=person)


def offer_after_commit(testbed: Testbed) -> None:
    """Let whoever has waited longest be offered what has come free. If the process dies before that, the clock does it."""
    from testbeds.actions.waiting import offer_line

    transaction.on_commit(lambda: offer_line(testbed.pk), robust=True)


def lapse_run_out(*testbeds: int) -> int:
    """Let go of the holds that have run out, of these testbeds or of all. Returns how many they were."""
    done = 0
    gone = Claim.objects.filter(state=ClaimState.HELD, until__lte=timezone.now())
    for pk in sorted(set(testbeds) or set(gone.values_list("testbed", flat=True))):
        with transaction.atomic():
            Testbed.objects.hold(pk)
            done += _lapse(Testbed.objects.get(pk=pk))
    return done


def _lapse(testbed: Testbed) -> int:
    gone = testbed.claims.filter(state=ClaimState.HELD, until__lte=timezone.now())
    return gone.update(state=ClaimState.LAPSED, sequence=F("sequence") + 1, changed_at=timezone.now())


def _locked(claim: Claim) -> tuple[TestRequest, Claim]:
    """The claim as it is now, with its request: the case is locked first, then the testbed."""
    Case.objects.hold(claim.request_id or 0)
    Testbed.objects.hold(claim.testbed_id)
    own = Claim.objects.select_related("testbed", "request__owner", "request__testbed").get(pk=claim.pk)
    if own.request is None or own.state not in KEEPS_OUT:
        raise Refused(no(_("The time is let go already.")))
    return own.request, own


def _change(claim: Claim, **values: Any) -> None:
    """In the row alone: ``claim`` stays as it was."""
    Claim.objects.filter(pk=claim.pk).update(**values, sequence=F("sequence") + 1, changed_at=timezone.now())


def _fits(write: Callable[[], object]) -> bool:
    """Whether the database took it. Anything but an overlap is raised."""
    try:
        with transaction.atomic():
            write()
    except IntegrityError as problem:
        if getattr(problem.__cause__, "pgcode", "") != EXCLUSION_VIOLATION:
            raise
        return False
    return True
