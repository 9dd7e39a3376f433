"""Writes of the pages."""

from django.db import transaction
from django.utils import timezone

from portal.pages.models import AccessibilityStatement, ContactPoint


@transaction.atomic
def confirm_contact(*, point: ContactPoint) -> None:
    """Store the entry as correct today."""
    point.reviewed_on = timezone.localdate()
    point.save()


@transaction.atomic
def publish_statement(*, statement: AccessibilityStatement) -> None:
    """Show the statement from now on. A published one is never changed: write a new one."""
    statement.published_at = timezone.now()
    statement.save(update_fields=["published_at"])
