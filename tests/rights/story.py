"""What disclosures need on their way, besides what their fields and forms tell."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from portal.accounts.models import User
from rights.flow import DisclosureFlow
from rights.models import Contributor, Disclosure
from rights.states import Capacity
from tests.cast import Cast, Story

NEXT_YEAR = (timezone.localdate() + timedelta(days=365)).isoformat()
SOON = (timezone.localdate() + timedelta(days=40)).isoformat()
AGREED = {"signed_on": timezone.localdate().isoformat(), "follow_up_on": NEXT_YEAR}


def contribute(disclosure: Disclosure, person: User | None, share: int = 100, **more: Any) -> Contributor:
    values = {"capacity": Capacity.EMPLOYEE, "share": share, "name": "" if person else "Lena Låtsas", **more}
    return Contributor.objects.get_or_create(disclosure=disclosure, person=person, defaults=values)[0]


def let_the_time_run_out(disclosure: Disclosure, cast: Cast, days: int = 10) -> None:
    """As if the notice had come long ago. The database refuses to move the date, so its trigger is put aside for a moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE rights_disclosure DISABLE TRIGGER disclosure_clock")
        Disclosure.objects.filter(pk=disclosure.pk).update(respond_by=timezone.now() - timedelta(days=days))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE rights_disclosure ENABLE TRIGGER disclosure_clock")


STORIES = {
    DisclosureFlow: Story(
        before={
            "notify": lambda disclosure, cast: contribute(disclosure, disclosure.owner),
            "lapse": let_the_time_run_out,
        },
        answers={
            "agree": AGREED,
            "put_in_use": {"follow_up_on": NEXT_YEAR},
            "follow_up": {"follow_up_on": NEXT_YEAR},
            "leave_unused": {"follow_up_on": NEXT_YEAR},
            "renew": {"what": "renewed", "renew_by": SOON},
            "protect": {"measure": "patent", "applied_on": timezone.localdate().isoformat()},
        },
    )
}
