"""Whether somebody is named in public as the one behind a granted project: their own word, given and taken back (GDPR art. 7)."""

from django.db import transaction
from django.utils import timezone

from fund.models import Application, NameConsent
from portal.accounts.models import User


@transaction.atomic
def consent_to_name(*, application: Application, person: User) -> None:
    """Saying it twice changes nothing."""
    NameConsent.objects.get_or_create(application=application, person=person, withdrawn_at=None)


@transaction.atomic
def withdraw_name(*, application: Application, person: User) -> None:
    """The name is gone from the list at once. Nothing happens where there is no consent."""
    standing = NameConsent.objects.standing().filter(application=application, person=person)
    standing.update(withdrawn_at=timezone.now())
