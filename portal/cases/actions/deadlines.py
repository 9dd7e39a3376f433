"""What the calendar asks for: reminders before a date, escalation after it, and a word about forgotten drafts.

Everything here may run any number of times, by several workers at once, and be killed at any point: each case is its own transaction, and
what has been told is read from the notices and the history. "Overdue" itself is never stored.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from operator import or_
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from portal.cases import kinds
from portal.cases.actions.history import write_event
from portal.cases.models import Case, Event
from portal.cases.who import HOLDER, OWNER, Who, holder, office
from portal.cases.workdays import END_OF_DAY, STOCKHOLM, add_workdays, is_workday
from portal.notices.actions import tell
from portal.notices.models import Notice
from portal.notices.states import Topic
from portal.organisation.states import Role

log = logging.getLogger(__name__)
MANAGER = holder(Role.MANAGER)
COORDINATOR = office(Role.COORDINATOR)
ESCALATED = "escalated"
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

    Costs one query per chunk and stage where there is nothing to tell, and about fifteen per case where there is.
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

    The stages are ``REMIND_WORKDAYS`` before the date, or what the case's state ``reminds`` by. The nearest comes first and takes the
    place of the others, so nobody gets two reminders of one case in one morning.
    """
    today = now.astimezone(STOCKHOLM).date()
    return sum(
        _remind(case, stage, now)
        for cases, stage, last in _stages(today)
        for case in _in_chunks(_near(now, _end_of(last), stage).filter(cases), clock)
    )


def _stages(today: date) -> Iterator[tuple[Q, int, date]]:
    """Cases, a number of days, and the day to which that reaches."""
    own: dict[int, Q] = {}
    for kind in kinds.all_kinds():
        for state, stages in kind.flow.reminds.items():
            for days in stages:
                own[days] = own.get(days, Q()) | Q(kind=kind.key, state=state)
    others = ~reduce(or_, own.values()) if own else Q()
    yield from ((others, stage, add_workdays(today, stage)) for stage in sorted(settings.REMIND_WORKDAYS))
    yield from ((cases, days, today + timedelta(days=days)) for days, cases in sorted(own.items()))


def _near(now: datetime, until: datetime, stage: int) -> QuerySet[Case]:
    told = Notice.objects.filter(case=OuterRef("pk"), topic=Topic.REMINDER, due_at=OuterRef("due_at"), stage__lte=stage)
    return Case.objects.open().filter(~Exists(told), due_at__gte=now, due_at__lte=until)


def _remind(case: Case, stage: int, now: datetime) -> bool:
    def told(whos: list[Who]) -> int:
        return tell(
            case=case,
            whos=whos,
            topic=Topic.REMINDER,
            due_at=case.due_at,
            stage=stage,
            mandatory=True,
            mail_at=now + MAILED_AFTER,
        )

    by_law = _handlers(case) if case.state in case.kind_info.flow.reminds else []
    if told([*_awaited(case), HOLDER, *by_law]) or told([COORDINATOR]) or told(_handlers(case)):
        return True
    log.warning("A date is near and there is nobody to tell", extra={"case": case.pk})
    return False


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
    if not (told(above) or told([COORDINATOR]) or told(_handlers(case))):
        log.warning("A date has passed and there is nobody above to tell", extra={"case": case.pk})
    told([*_awaited(case), HOLDER])
    return True


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
    """The last resort: whoever handles cases of this kind and may see this one. A restricted case is hidden from coordinators."""
    return [case.kind_info.model.handled_by]


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


def _end_of(day: date) -> datetime:
    return datetime.combine(day, END_OF_DAY, STOCKHOLM)
