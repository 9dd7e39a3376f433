"""Writes to people and their sessions."""

import smtplib
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from portal.accounts.models import Letter, User
from portal.organisation.models import Unit

log = structlog.get_logger(__name__)
AT_A_TIME = 50
KEPT = timedelta(days=3)  # after that its links are dead


@transaction.atomic
def add_person(
    *,
    username: str,
    name: str,
    email: str = "",
    password: str | None = None,
    is_employee: bool = False,
    unit: Unit | None = None,
    **fields: Any,
) -> User:
    """Add a person whose address someone here vouches for: it counts as confirmed. Without a password only single sign-on lets them in."""
    person = User(username=username, name=name, email=email, is_employee=is_employee, unit=unit, **fields)
    person.set_password(password)
    person.save()
    confirm_address(person=person)
    return person


def confirm_address(*, person: User) -> None:
    """Count the person's address as confirmed, on the word of whoever calls this, and forget any other."""
    EmailAddress.objects.filter(user=person).exclude(email__iexact=person.email).delete()
    if person.email:
        EmailAddress.objects.update_or_create(
            user=person, email=person.email.lower(), defaults={"verified": True, "primary": True}
        )


def change_settings(*, person: User, values: Mapping[str, Any]) -> None:
    """What a person decides about themselves: name, language, and for employees the unit. E-mail: ``set_delivery``."""
    for field, value in values.items():
        setattr(person, field, value)
    person.save(update_fields=list(values))


@transaction.atomic
def end_sessions(*, person: User, but: str | None = None) -> int:
    """Sign the person out everywhere, except in the session with the key ``but``. Returns how many ended."""
    sessions = UserSession.objects.filter(user=person).exclude(session_key=but)
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    return len(keys)


@transaction.atomic
def remove_second_factor(*, person: User) -> None:
    """Take away app, passkeys and spare codes, for someone who has lost them, and sign the person out everywhere.

    Whoever does this has made sure who is asking: afterwards the password alone opens the account until a new factor is set up.
    """
    Authenticator.objects.filter(user=person).delete()
    end_sessions(person=person)
    with translation.override(person.language):
        if person.email:
            text = gettext(
                "An administrator has removed your two-step sign-in. If you did not ask for it, tell us at once."
            )
            write_letter(to=person.email, subject=gettext("Your two-step sign-in is removed"), text=text)
    log.warning("second_factor_removed", person=person.pk)


@transaction.atomic
def tell_password_set(*, person: User) -> None:
    """Write to the person that someone else has set or taken away their password. Their sessions ended with the old one."""
    with translation.override(person.language):
        if person.email:
            text = gettext("An administrator has changed your password. If you did not ask for it, tell us at once.")
            write_letter(to=person.email, subject=gettext("Your password is changed"), text=text)
    log.warning("password_set", person=person.pk)


def clear_sessions() -> None:
    """Delete sessions that have run out, and the list entries of sessions that are gone."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


def write_letter(*, to: str, subject: str, text: str) -> Letter:
    """Put a letter in the outbox, as part of the caller's transaction. The subject becomes one line."""
    return Letter.objects.create(to=to, subject=" ".join(subject.split())[:200], text=text)


def send_letters() -> int:
    """Send the letters that are due, oldest first; returns how many the mail server took. Several may run at once."""
    Letter.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
    sent = 0
    while (taken := _send_one()) is not None and sent < AT_A_TIME:
        sent += taken
        if not taken:
            break
    return sent


@transaction.atomic
def _send_one() -> bool | None:
    """True if sent, False if the mail server would not, None if nothing is due."""
    due = Letter.objects.filter(next_try_at__lte=timezone.now()).order_by("created_at", "pk")
    letter = due.select_for_update(skip_locked=True).first()
    if letter is None:
        return None
    try:
        EmailMessage(letter.subject, letter.text, to=[letter.to]).send()
    except (smtplib.SMTPException, OSError) as problem:
        letter.attempts += 1
        letter.next_try_at = timezone.now() + timedelta(minutes=min(2**letter.attempts, 60))
        letter.save(update_fields=["attempts", "next_try_at"])
        log.warning("letter_waits", letter=letter.pk, attempts=letter.attempts, problem=type(problem).__name__)
        return False
    letter.delete()
    return True
