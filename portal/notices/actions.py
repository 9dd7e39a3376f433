"""Laying notices in the outbox."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q

from portal.accounts.models import User
from portal.cases.models import Case, CaseContact, Event
from portal.cases.who import NONE, OWNER, Who
from portal.notices.models import Notice
from portal.notices.states import Topic


def tell(
    *,
    case: Case,
    whos: Iterable[Who],
    event: Event | None = None,
    topic: Topic = Topic.MOVED,
    due_at: datetime | None = None,
    mandatory: bool = False,
    by: User | None = None,
) -> None:
    """Write one notice to each person the Whos name, but not to the one who acted; doubles are left out.

    Part of the caller's transaction: nothing is told of what is rolled back. Mailing is Celery's work (``send_due``). At most four queries.
    """
    whos = list(whos)
    chosen = Q()
    for who in whos:
        chosen |= who.people(case)
    people = User.objects.filter(chosen or NONE).exclude(pk=by.pk if by else 0).values_list("pk", flat=True).distinct()
    case_id = case.pk
    rows = [
        Notice(recipient_id=pk, case_id=case_id, event=event, topic=topic, due_at=due_at, mandatory=mandatory)
        for pk in people
    ]
    if OWNER in whos and case.owner_id is None:
        contacts = CaseContact.objects.filter(case_id=case_id).exclude(email="")
        rows += [
            Notice(contact=contact, case_id=case_id, event=event, topic=topic, mandatory=mandatory)
            for contact in contacts
        ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
