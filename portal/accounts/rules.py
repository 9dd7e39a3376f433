"""What is asked of whom at sign-in."""

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser

from portal.accounts.models import User
from portal.organisation.standing import standing_of
from portal.organisation.states import Role

POWERFUL = frozenset({Role.COORDINATOR, Role.CONTROLLER, Role.REGISTRAR, Role.RIGHTS_REVIEWER, Role.FUND_OFFICER})
"""Offices that reach the whole Region, secret cases or money."""
SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needs_second_factor(person: User | AnonymousUser) -> bool:
    """Administrators, and those who hold an office with power. At most one query (the standing)."""
    return person.is_staff or person.is_superuser or not POWERFUL.isdisjoint(standing_of(person).reach)


def has_second_factor(person: User | AnonymousUser) -> bool:
    """Has the person an authenticator app or a passkey? One query."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=SECOND).exists())
