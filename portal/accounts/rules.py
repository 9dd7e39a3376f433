"""What is asked of whom at sign-in, and whose address is known to be theirs."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser

from portal.accounts.models import User
from portal.organisation.standing import standing_of
from portal.organisation.states import Role

POWERFUL = frozenset({Role.COORDINATOR, Role.CONTROLLER, Role.REGISTRAR, Role.RIGHTS_REVIEWER, Role.FUND_OFFICER})
"""Offices that reach the whole Region, secret cases or money."""
SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def vouched_for(person: User) -> bool:
    """Does the Region answer for the person's address? Those from outside confirm theirs before they come in."""
    return person.is_employee or person.is_superuser


def has_own_address(person: User) -> bool:
    """Is the e-mail address known to be the person's? Anyone may have signed up with it otherwise. At most one query."""
    confirmed = EmailAddress.objects.filter(user=person, email__iexact=person.email, verified=True)
    return vouched_for(person) or bool(confirmed.exists())


def needs_second_factor(person: User | AnonymousUser) -> bool:
    """Administrators, and those who hold an office with power. At most one query (the standing)."""
    return person.is_staff or person.is_superuser or not POWERFUL.isdisjoint(standing_of(person).reach)


def has_second_factor(person: User | AnonymousUser) -> bool:
    """Has the person an authenticator app or a passkey? One query."""
    return bool(Authenticator.objects.filter(user_id=person.pk, type__in=SECOND).exists())
