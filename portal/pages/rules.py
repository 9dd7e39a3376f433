"""Who keeps the pages."""

from django.contrib.auth.models import AnonymousUser

from portal.accounts.models import User
from portal.organisation.standing import standing_of
from portal.organisation.states import Role


def keeps_contacts(person: User | AnonymousUser) -> bool:
    """Coordinators own the contact directory (B5-10). One query a request."""
    return bool(standing_of(person).units(Role.COORDINATOR))
