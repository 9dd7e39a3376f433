"""What the calendar asks for: reminders before a date, escalation after it, and a word about forgotten drafts.

Everything here may run any number of times, by several workers at once, and be killed at any point: each case is its own transaction, and
what has been told is read from the notices and the history. "Overdue" itself is never stored.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone

from portal.cases import kinds
from portal.cases.actions.history import write_event
from portal.cases.flow import Statute
from portal.cases.models import Case, Event
from portal.cases.states import Confidentiality
from portal.cases.who import HOLDER, OWNER, Who, holder, office
from portal.cases.workdays import STOCKHOLM, add_workdays, end_of, is_workday
from portal.notices.actions import alarm, tell
from portal.notices.models import Notice
from portal.notices.states import Topic
from portal.organisation.states import Role

log = logging.getLogger(__name__)
MANAGER = holder(Role.MANAGER)
COORDINATOR = office(Role.COORDINATOR)
ESCALATED = "escalated"
ALARMED = "alarmed"
CHUNK = 500
MAILED_AFTER = timedelta(hours=1)
"""The morning's run tells everything before the first e-mail leaves, together with the daily digest."""
DRAFT_RESTS = timedelta(days=30)


@dataclass(frozen=True)
class Watch:
    """How many cases were reminded of, escalated, and drafts reminded of; and whether that was all there was to do."""

    reminded: int
    escalated: int
    drafts: int
    finished: bool = True


def watch_deadlines(*, now: datetime | None = None, seconds: float = 240) -> Watch:
    """Do what today asks for and has not been done, for at most so long.

    Costs one query per chunk and stage where there is nothing to tell, one per stage for each sort of other ``dates`` that a kind has, and
    about fifteen per case where there is.
    """
    now = now or timezone.now()
    clock = Clock(seconds)
    done = remind(now=now, clock=clock), escalate(now=now, clock=clock), remind_of_drafts(now=now, clock=clock)
    return Watch(*done, finished=not clock.is_up)


class Clock:
    """The time that one run may take. A case that is begun is finished."""

    def __init__(self, seconds: float) -> None:
        self.end = monotonic() + seconds

    @property
    def is_up(self) -> bool:
        return monotonic() >= self.end


def remind(*, now: datetime, clock: Clock) -> int:
    """Tell those whose step it is, and the person who handles the case, that the date is near. Once per date and stage.

    The stages are ``REMIND_WORKDAYS`` before the date, or the days of the flow's ``statute`` before the last day of the law. The nearest
    comes first and takes the place of the others, so nobody gets two reminders of one date in one morning.
    """
    today = now.astimezone(STOCKHOLM).date()
    stages = [(stage, add_workdays(today, stage)) for stage in sorted(settings.REMIND_WORKDAYS)]
    near = (
        _remind(case, case.due_at, stage, now)
        for stage, last in stages
        for case in _in_chunks(_near(now, last, stage), clock)
        if case.due_at
    )
    others = (
        _remind(case, end_of(day), stage, now)
        for stage, last in stages
        for case, day in _others_in_turn(now, last, stage, clock)
    )
    return sum(near) + sum(others) + sum(_remind_by_law(kind, statute, now, clock) for kind, statute in _statutes())


def _statutes() -> list[tuple[kinds.Kind, Statute]]:
    return [(kind, kind.flow.statute) for kind in kinds.all_kinds() if kind.flow.statute]


def _near(now: datetime, last: date, stage: int) -> QuerySet[Case]:
    """Cases due on the day or before it, but those whose date is that of a law."""
    topics = [Topic.REMINDER, Topic.UNMANNED]
    told = Notice.objects.filter(case=OuterRef("pk"), topic__in=topics, due_at=OuterRef("due_at"), stage__lte=stage)
    cases = Case.objects.open().filter(~Exists(told), due_at__gte=now, due_at__lte=end_of(last))
    for kind, statute in _statutes():
        cases = cases.exclude(kind=kind.key, state__in=[state for state in statute.states if statute.sets_date(state)])
    return cases


def _others_near(kind: kinds.Kind, now: datetime, last: date, stage: int) -> Iterator[tuple[int, date]]:
    """As ``_near``, for the other dates of open cases of the kind: the case's id and the day. One query for each sort of date."""
    topics = [Topic.REMINDER, Topic.UNMANNED]
    told = Notice.objects.filter(
        case=OuterRef("of_case"), topic__in=topics, due_at__date=OuterRef("day"), stage__lte=stage
    )
    today = now.astimezone(STOCKHOLM).date()
    for rows in kind.flow.dates():
        near = rows.filter(~Exists(told), day__gte=today, day__lte=last)
        yield from near.order_by("day", "pk").values_list("of_case", "day")


def _others_in_turn(now: datetime, last: date, stage: int, clock: Clock) -> Iterator[tuple[Case, date]]:
    """The cases with such a date, each with its day, until the time is up."""
    found = [row for kind in kinds.all_kinds() for row in _others_near(kind, now, last, stage)]
    for case_id, day in dict.fromkeys(found):
        if clock.is_up:
            return
        yield Case.objects.select_related("unit").get(pk=case_id), day


def _remind(case: Case, due: datetime, stage: int, now: datetime) -> bool:
    def told(whos: list[Who]) -> int:
        return tell(
            case=case,
            whos=whos,
            topic=Topic.REMINDER,
            due_at=due,
            stage=stage,
            mandatory=True,
            mail_at=now + MAILED_AFTER,
        )

    if (
        told([*_awaited(case), HOLDER])
        or told([COORDINATOR])
        or told(_handlers(case))
        or _remind_unmanned(case, due, stage, now)
    ):
        return True
    log.warning("A date is near and there is nobody to tell", extra={"case": case.pk})
    return False


@transaction.atomic
def _remind_unmanned(case: Case, due: datetime, stage: int, now: datetime) -> bool:
    """Judged again under the lock: another worker may have been first."""
    Case.objects.hold(case.pk)
    if not _is_reviewers(case) or not _still_near(case, due, stage, now):
        return False
    return bool(sound_alarm(case=case, manned=False, at=now, due_at=due, stage=stage, mail_at=now + MAILED_AFTER))


def _still_near(case: Case, due: datetime, stage: int, now: datetime) -> bool:
    day = due.astimezone(STOCKHOLM).date()
    own = _near(now, day, stage).filter(pk=case.pk, due_at=due)
    return own.exists() or (case.pk, day) in _others_near(case.kind_info, now, day, stage)


def _is_reviewers(case: Case) -> bool:
    """A closed case, which rights reviewers alone handle."""
    reviewers = {f"holder:{Role.RIGHTS_REVIEWER}", f"impartial:{Role.RIGHTS_REVIEWER}"}
    closed = case.confidentiality == Confidentiality.RESTRICTED
    return closed and any(who.key in reviewers for who in case.kind_info.handlers.atoms())


# ── The last day of a law ────────────────────────────────────────────────────────────────────────────────────────────


def _remind_by_law(kind: kinds.Kind, statute: Statute, now: datetime, clock: Clock) -> int:
    """Tell who decides, and the coordinators by the diary number alone where the day is close or nobody is left to decide."""
    return sum(
        _press(case.pk, kind, statute, stage, now)
        for stage in sorted(statute.stages)
        for case in _in_chunks(_pressing(kind, statute, now, stage), clock)
    )


def _pressing(kind: kinds.Kind, statute: Statute, now: datetime, stage: int) -> QuerySet[Any]:
    """Cases whose last day is so near and of which that has not been told, with the day as ``last_day``."""
    last = now.astimezone(STOCKHOLM).date() + timedelta(days=stage)
    cases = kind.model.objects.filter(state__in=statute.states).annotate(last_day=F(statute.column))
    topics = [Topic.REMINDER, Topic.AT_RISK, Topic.UNMANNED]
    told = Notice.objects.filter(
        case=OuterRef("pk"), topic__in=topics, due_at=OuterRef(statute.column), stage__lte=stage
    )
    return cases.filter(~Exists(told), last_day__gte=now, last_day__lte=end_of(last))


@transaction.atomic
def _press(case_id: int, kind: kinds.Kind, statute: Statute, stage: int, now: datetime) -> bool:
    """Judged again under the lock: someone may have decided, or another worker been first."""
    Case.objects.hold(case_id)
    case = _pressing(kind, statute, now, stage).filter(pk=case_id).select_related("unit").first()
    if case is None:
        return False
    parts: dict[str, Any] = {"due_at": case.last_day, "stage": stage, "mail_at": now + MAILED_AFTER}
    deciders = tell(case=case, whos=[statute.deciders], topic=Topic.REMINDER, mandatory=True, **parts)
    if deciders and stage not in statute.alarms:
        return True
    alarmed = sound_alarm(case=case, manned=bool(deciders), at=now, **parts)
    if not (deciders or alarmed):
        log.warning("A right is about to be lost and there is nobody to tell", extra={"case": case.pk})
    return bool(deciders or alarmed)


def sound_alarm(*, case: Case, manned: bool, at: datetime | None = None, **parts: Any) -> int:
    """Tell the coordinators, by the diary number alone, that a decision is needed, or where the case is not ``manned`` that another must
    be appointed who can make it; the history keeps that they were told. The caller holds the lock on the case's row."""
    topic = Topic.AT_RISK if manned else Topic.UNMANNED
    event = write_event(case=case, person=None, move=ALARMED, data={"topic": topic}, internal=True, at=at)
    return alarm(case=case, whos=[COORDINATOR], topic=topic, event=event, **parts)


# ── After the date ───────────────────────────────────────────────────────────────────────────────────────────────────


def escalate(*, now: datetime, clock: Clock) -> int:
    """Tell of cases whose date has passed: on the next working day the nearest manager, and again every week the coordinators.

    Each time an internal event is written, so that the history shows who was told and when.
    """
    today = now.astimezone(STOCKHOLM).date()
    if not is_workday(today):
        return 0
    return sum(_escalate(case.pk, today, now) for case in _in_chunks(_overdue(today), clock))


def _overdue(today: date) -> QuerySet[Case]:
    """Open cases that were due before today and have not been escalated during the last seven days."""
    escalations = Event.objects.filter(case=OuterRef("pk"), move=ESCALATED, at__gte=OuterRef("due_at"))
    week = _start_of(today - timedelta(days=6))
    return Case.objects.open().filter(~Exists(escalations.filter(at__gte=week)), due_at__lt=_start_of(today))


@transaction.atomic
def _escalate(case_id: int, today: date, now: datetime) -> bool:
    """Judged again under the lock: someone may have acted, or another worker been first."""
    Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
    case = _overdue(today).filter(pk=case_id).select_related("unit").first()
    if case is None:
        return False
    stage = Event.objects.filter(case=case, move=ESCALATED, at__gte=case.due_at).count()
    event = write_event(case=case, person=None, move=ESCALATED, data={"stage": stage}, internal=True, at=now)

    def told(whos: list[Who]) -> int:
        return tell(
            case=case,
            whos=whos,
            event=event,
            topic=Topic.ESCALATION,
            due_at=case.due_at,
            stage=stage,
            mandatory=True,
            mail_at=now + MAILED_AFTER,
        )

    above = [COORDINATOR] if stage else [MANAGER]
    reached = bool(told(above) or told([COORDINATOR]) or told(_handlers(case)))
    told([*_awaited(case), HOLDER])
    if not (_escalate_blindly(case, stage, reached, now) or reached):
        log.warning("A date has passed and there is nobody above to tell", extra={"case": case.pk})
    return True


def _escalate_blindly(case: Case, stage: int, reached: bool, now: datetime) -> int:
    """The coordinators are told of a law's last day too: one that was free gives the next working day, so there may still be time."""
    statute = case.kind_info.flow.statute
    by_law = statute is not None and statute.sets_date(case.state)
    if not by_law and (reached or not _is_reviewers(case)):
        return 0
    return sound_alarm(case=case, manned=reached, at=now, due_at=case.due_at, stage=stage, mail_at=now + MAILED_AFTER)


def remind_of_drafts(*, now: datetime, clock: Clock) -> int:
    """Remind the author, once, of a draft that has rested for 30 days. It is an offer, so the person's choice of e-mail holds."""
    told = Notice.objects.filter(case=OuterRef("pk"), topic=Topic.DRAFT)
    resting = Case.objects.filter(
        ~Exists(told), opened_at__isnull=True, owner__is_active=True, changed_at__lt=now - DRAFT_RESTS
    )
    return sum(bool(tell(case=case, whos=[OWNER], topic=Topic.DRAFT)) for case in _in_chunks(resting, clock))


def _awaited(case: Case) -> list[Who]:
    return [who for who in kinds.whos_awaited() if who.key == case.awaits]


def _handlers(case: Case) -> list[Who]:
    """Whoever handles cases of this kind and has no part in this one. A restricted case is hidden from managers and coordinators."""
    return [case.kind_info.handlers]


def _in_chunks(cases: QuerySet[Case], clock: Clock) -> Iterator[Case]:
    """The cases in the order of their ids, a chunk in memory at a time, until the time is up."""
    last = 0
    while chunk := list(cases.filter(pk__gt=last).select_related("unit").order_by("pk")[:CHUNK]):
        for case in chunk:
            if clock.is_up:
                return
            yield case
        last = chunk[-1].pk


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, STOCKHOLM)
