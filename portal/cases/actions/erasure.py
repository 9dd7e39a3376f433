"""Erasing what may no longer be kept (GDPR art. 5.1 e)."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.cases.actions.history import write_event
from portal.cases.models import Case, CaseContact
from portal.cases.workdays import STOCKHOLM, add_months
from portal.notices.models import Mail


def erase_contacts(*, now: datetime | None = None) -> int:
    """Erase the name and address of authors without an account, ``CONTACT_ERASE_MONTHS`` after their case was closed.

    The suggestion, its diary line and the receipt code stay. A contact that is ``kept_because`` of something is left alone, and a
    setting of 0 erases nobody. Safe to run any number of times; each case is its own transaction. Returns how many were erased.
    """
    now = now or timezone.now()
    if not settings.CONTACT_ERASE_MONTHS:
        return 0
    day = add_months(now.astimezone(STOCKHOLM).date(), -settings.CONTACT_ERASE_MONTHS)
    late = CaseContact.objects.filter(erased_at__isnull=True, kept_because="", case__closed_at__date__lt=day)
    return sum(_erase(case_id, now) for case_id in late.order_by("pk").values_list("case_id", flat=True))


@transaction.atomic
def _erase(case_id: int, now: datetime) -> bool:
    """Judged again under the locks: the case may have been opened again, or a ground to keep the data been noted."""
    case = Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case_id)
    contact = CaseContact.objects.select_for_update().get(case_id=case_id)
    if contact.erased_at or contact.kept_because or case.closed_at is None:
        return False
    contact.name = contact.email = ""
    contact.erased_at = now
    contact.save(update_fields=["name", "email", "erased_at"])
    Mail.objects.filter(contact=contact).exclude(error="").update(error="")
    write_event(case=case, person=None, move="contact_erased", internal=True, at=now)
    return True
