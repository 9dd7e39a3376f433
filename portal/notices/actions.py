"""Writing notices, in the transaction that they tell of; reading them, and clearing them away. ``posting`` mails them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case as SqlCase
from django.db.models import Q, QuerySet, Value, When
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.states import Delivery
from portal.cases.models import Case, CaseContact, Event
from portal.cases.settling import settled
from portal.cases.who import ALL, AUTHOR, NONE, OWNER, Who, either, ids_in
from portal.cases.workdays import STOCKHOLM, add_months
from portal.notices.models import Mail, Notice
from portal.notices.queries import unread_of
from portal.notices.rules import mail_time
from portal.notices.states import Outcome, Topic
from portal.organisation.standing import read_standings

BATCH = 5000


Receiver = tuple[User | CaseContact, str]
"""Who is told, and their choice of delivery."""


# ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def tell(
    *,
    case: Case,
    whos: Iterable[Who],
    event: Event | None = None,
    topic: Topic = Topic.MOVED,
    due_at: datetime | None = None,
    stage: int = 0,
    mandatory: bool = False,
    by: User | None = None,
    mail_at: datetime | None = None,
) -> int:
    """Write one notice to each person the Whos name who may see the case, but not to the one who acted. Returns how many they are.

    Part of the caller's transaction: nothing is told of what is rolled back. Telling the same twice writes nothing the second time.
    ``mail_at`` puts the mailing off; without it the person's choice decides. At most six queries, however many are told.
    """
    return write_notices(
        case=case,
        told=receivers(case, whos, by=by),
        event=event,
        topic=topic,
        due_at=due_at,
        stage=stage,
        mandatory=mandatory,
        mail_at=mail_at,
    )


def alarm(*, case: Case, whos: Iterable[Who], topic: Topic, by: User | None = None, **parts: Any) -> int:
    """As ``tell``, but of a ``BLIND`` topic, and therefore also to those who may not see the case. They learn its diary number, that
    somebody must act, and the day; nothing else. At most three queries."""
    (people,) = _named_by([(case, tuple(whos))], by)
    told = [(person, str(person.delivery)) for person in people]
    return write_notices(case=case, told=told, topic=topic, mandatory=True, **parts)


def receivers(case: Case, whos: Iterable[Who], *, by: User | None, locked: bool = False) -> list[Receiver]:
    """Those of the Whos who may see the case, but not the one who acted, each with how they want it. At most five queries.

    ``locked`` says that the case's row is locked and its columns are as they are, or are about to be saved: they need not be asked.
    """
    (found,) = receivers_of([(case, whos)], by=by, locked=locked)
    return found


def receivers_of(
    asked: Iterable[tuple[Case, Iterable[Who]]], *, by: User | None, locked: bool = False
) -> list[list[Receiver]]:
    """``receivers`` of each of several cases, or of several groups about a case. Much is read of all of them in one query."""
    rows = [(case, tuple(whos)) for case, whos in asked]
    named = _named_by(rows, by)
    if everyone := {person for people in named for person in people}:
        read_standings(everyone)
    of_case: dict[int, set[User]] = defaultdict(set)
    for (case, _whos), people in zip(rows, named, strict=True):
        of_case[case.pk].update(people)
    cases = {case.pk: case for case, _whos in rows}
    seeing = {pk: _who_may_see(cases[pk], people, locked) for pk, people in of_case.items()}
    return [
        [*((person, person.delivery) for person in people if person in seeing[case.pk]), *_contacts_to_tell(case, whos)]
        for (case, whos), people in zip(rows, named, strict=True)
    ]


def write_notices(*, case: Case, told: Iterable[Receiver], **parts: Any) -> int:
    """One notice to each of the ``receivers``, as ``tell`` does, with the parts of ``new_notices``. One query."""
    return lay_notices(new_notices(case=case, told=told, **parts))


def lay_notices(rows: Iterable[Notice]) -> int:
    """Lay them in the outbox; the same notice a second time is left out. One query, none for none."""
    return len(Notice.objects.bulk_create(rows, ignore_conflicts=True))


def new_notices(
    *,
    case: Case,
    told: Iterable[Receiver],
    event: Event | None = None,
    topic: Topic = Topic.MOVED,
    due_at: datetime | None = None,
    stage: int = 0,
    mandatory: bool = False,
    mail_at: datetime | None = None,
) -> list[Notice]:
    """One for each of the ``receivers``, not written yet."""
    now = timezone.now()
    return [
        Notice(
            recipient=who if isinstance(who, User) else None,
            contact=who if isinstance(who, CaseContact) else None,
            case_id=case.pk,
            event=event,
            topic=topic,
            due_at=due_at,
            stage=stage,
            mandatory=mandatory,
            mail_at=mail_at or mail_time(choice, mandatory=mandatory, now=now),
        )
        for who, choice in told
    ]


def _named_by(rows: Sequence[tuple[Case, Collection[Who]]], by: User | None) -> list[list[User]]:
    """Those the Whos of each row name, but not the one who acted.

    One query for all who are named one by one, and one for each row where the database must find them. A person is one object.
    """
    chosen = [reduce(either, (who.told(case) for who in whos), NONE) for case, whos in rows]
    by_id = [ids_in(condition) for condition in chosen]
    known: dict[int, User] = {}
    if ids := {person for named in by_id if named for person in named} - {by.pk if by else None}:
        known = {person.pk: person for person in _people().filter(pk__in=ids)}
    found: list[list[User]] = []
    for condition, named in zip(chosen, by_id, strict=True):
        people = _people().filter(condition).exclude(pk=by.pk if by else 0) if named is None else ()
        asked = [known.setdefault(person.pk, person) for person in people]
        found.append(asked if named is None else [known[pk] for pk in sorted(named) if pk in known])
    return found


def _people() -> "QuerySet[User]":
    """Those who can be told, with what decides how and of what."""
    return User.objects.filter(is_active=True).only("pk", "delivery", "is_active", "is_employee", "unit")


def _who_may_see(case: Case, people: Collection[User], locked: bool) -> set[User]:
    """Telling someone of a case they may not see would betray that it exists, so the kind's own rule has the last word."""
    seen_by = case.kind_info.model.seen_by
    sees = {person: settled(seen_by(person), case) if locked else seen_by(person) for person in people}
    asked = {f"person_{person.pk}": rule for person, rule in sees.items() if rule is not ALL and rule is not NONE}
    told = _true_of(case, asked)
    return {person for person, rule in sees.items() if rule is ALL or told.get(f"person_{person.pk}")}


def _true_of(case: Case, conditions: Mapping[str, Q]) -> dict[str, bool]:
    """Which of the conditions, by name, the case fulfils. One query; none for no conditions."""
    if not conditions:
        return {}
    columns = {
        name: SqlCase(When(condition, then=Value(True)), default=Value(False)) for name, condition in conditions.items()
    }
    found: dict[str, bool] = case.kind_info.model.objects.filter(pk=case.pk).annotate(**columns).values(*columns).get()
    return found


def _contacts_to_tell(case: Case, whos: Iterable[Who]) -> list[tuple[CaseContact, str]]:
    if case.owner_id is not None or not any(who in {OWNER, AUTHOR} for who in whos):
        return []
    return [(contact, Delivery.AT_ONCE) for contact in CaseContact.objects.filter(case_id=case.pk).exclude(email="")]


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def mark_read(*, person: User, notice_id: int | None = None, case_id: int | None = None) -> int:
    """Mark one notice, those of one case, or all of the person's as read; returns how many were unread."""
    chosen = {name: value for name, value in (("pk", notice_id), ("case_id", case_id)) if value is not None}
    return unread_of(person).order_by().filter(**chosen).update(read_at=timezone.now())


@transaction.atomic
def set_delivery(*, person: User, delivery: str) -> None:
    """Keep the person's choice, and let what waits to be mailed follow it."""
    now = timezone.now()
    User.objects.filter(pk=person.pk).update(delivery=delivery)
    person.delivery = delivery
    optional = Notice.objects.filter(recipient=person, mail__isnull=True, mail_at__gt=now, mandatory=False)
    optional.update(mail_at=mail_time(delivery, mandatory=False, now=now))


# ── Clearing away ────────────────────────────────────────────────────────────────────────────────────────────────────


def clear_notices(*, now: datetime | None = None) -> int:
    """Clear away what was told more than ``NOTICE_KEEP_MONTHS`` ago and the e-mails that carried nothing else; 0 keeps all.

    The history keeps what happened. What waits to be mailed is left, and so are the reminders of cases that are open: that they are
    there is how the next is known not to be due. Returns how many notices went.
    """
    if not settings.NOTICE_KEEP_MONTHS:
        return 0
    day = add_months((now or timezone.now()).astimezone(STOCKHOLM).date(), -settings.NOTICE_KEEP_MONTHS)
    needed = Q(topic__in=[Topic.REMINDER, Topic.DRAFT], case__closed_at__isnull=True)
    waiting = Q(mail__isnull=True, mail_at__isnull=False) | Q(mail__outcome=Outcome.WAITING)
    old = Notice.objects.filter(created_at__date__lt=day).exclude(needed | waiting)
    gone = _delete_in_batches(old)
    _delete_in_batches(
        Mail.objects.filter(made_at__date__lt=day, notices__isnull=True).exclude(outcome=Outcome.WAITING)
    )
    return gone


def _delete_in_batches(rows: QuerySet[Notice] | QuerySet[Mail]) -> int:
    """Short transactions, so that nobody waits for a year's worth."""
    gone = 0
    while ids := list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        gone += rows.model._default_manager.filter(pk__in=ids).delete()[0]
    return gone
