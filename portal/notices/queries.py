"""Reading notices."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.notices.models import Mail, Notice
from portal.notices.states import Outcome
from portal.wording import worded_once

COUNTED = 100
"""The page head says "99+" beyond this, so that the count stays cheap."""


def notices_of(person: User | AnonymousUser) -> QuerySet[Notice]:
    """What has been told to the person, newest first."""
    return Notice.objects.filter(recipient_id=person.pk or 0).order_by("-created_at", "-pk")


def unread_of(person: User | AnonymousUser) -> QuerySet[Notice]:
    return notices_of(person).filter(read_at__isnull=True)


def unread_count(person: User | AnonymousUser) -> int:
    """How many unread notices the person has, at most ``COUNTED``. One query on the index of unread notices."""
    return len(_unread(person.pk)) if person.pk else 0


@worded_once("person")
def _unread(person: int) -> QuerySet[Any]:
    return Notice.objects.filter(recipient=person, read_at__isnull=True).values_list("pk")[:COUNTED]


def unreachable(person: User | AnonymousUser) -> bool:
    """Was the last e-mail to the person refused or given up? One query."""
    last = Mail.objects.filter(recipient_id=person.pk or 0, ended_at__isnull=False).order_by("-ended_at").first()
    return last is not None and last.outcome in {Outcome.REFUSED, Outcome.GIVEN_UP}
