"""An e-mail as it is sent: its words, its headers, and what the mail server's answer means."""

import smtplib
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from portal.cases.actions.receipts import code_for
from portal.notices.models import Mail, Notice
from portal.notices.words import News, is_stale, news_for

MOST_NEWS = 30
"""Cases written out in one e-mail; of the rest it tells the number."""
UNDELIVERED = (smtplib.SMTPException, OSError)
"""What a mail backend raises when a message was not taken: an answer of the server, or no answer."""


def compose(mail: Mail) -> EmailMultiAlternatives | None:
    """The message, in the recipient's language, or None when nothing is left to tell.

    Left out is what has been read in the portal (unless mandatory), what the person may no longer see, and dates that no longer hold.
    """
    address, name, language = _recipient(mail)
    notices = [
        notice
        for notice in mail.notices.select_related("case__unit", "event").order_by("created_at", "pk")
        if not is_stale(notice) and (notice.mandatory or notice.read_at is None)
    ]
    with translation.override(language):
        news = news_for(notices, mail.recipient)
        if not address or not news:
            return None
        return _message(address, _context(mail, name, news, notices), _headers(mail, notices))


def _recipient(mail: Mail) -> tuple[str, str, str]:
    """Address, name and language; no address for a person who has been closed off."""
    if mail.contact:
        return mail.contact.email, mail.contact.name, mail.contact.language
    person = mail.recipient
    if person is None or not person.is_active:
        return "", "", "sv"
    return person.email, person.name, person.language


def _context(mail: Mail, name: str, news: list[News], notices: list[Notice]) -> dict[str, Any]:
    return {
        "name": name,
        "news": news[:MOST_NEWS],
        "total": len(news),
        "more": max(len(news) - MOST_NEWS, 0),
        "has_account": mail.recipient is not None,
        "language": translation.get_language(),
        "base_url": settings.BASE_URL,
        "list_url": reverse("notices:list"),
        "contact": settings.CONTACT,
        "receipt_code": _receipt_code(mail, notices),
    }


def _receipt_code(mail: Mail, notices: list[Notice]) -> str:
    """The first e-mail to an author without an account is the receipt; those that follow do not repeat the code."""
    first = (one.case for one in notices if one.event and one.event.source == one.case.kind_info.flow.start)
    case = next(first, None) if mail.contact_id else None
    return code_for(case.pk) if case else ""


def _message(address: str, context: dict[str, Any], headers: dict[str, str]) -> EmailMultiAlternatives:
    subject = " ".join(render_to_string("emails/notices/subject.txt", context).split())
    context["subject"] = subject
    text = render_to_string("emails/notices/body.txt", context).strip() + "\n"
    message = EmailMultiAlternatives(subject, text, to=[address], headers=headers)
    message.attach_alternative(render_to_string("emails/notices/body.html", context), "text/html")
    return message


def _headers(mail: Mail, notices: list[Notice]) -> dict[str, str]:
    """Says that a machine wrote it (RFC 3834), so that no absence message answers; and the way out, where there is one (RFC 2369)."""
    headers = {
        "Message-ID": f"<{mail.key}@{urlsplit(settings.BASE_URL).hostname}>",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": translation.get_language() or settings.LANGUAGE_CODE,
    }
    if mail.recipient_id and not any(notice.mandatory for notice in notices):
        headers["List-Unsubscribe"] = f"<{settings.BASE_URL}{reverse('notices:list')}#delivery>"
    return headers


def opened(connection: BaseEmailBackend) -> bool:
    """Is the mail server there, and does it let us in?"""
    try:
        connection.open()
    except UNDELIVERED:
        return False
    return True


def is_final(problem: Exception) -> bool:
    """Has the server said that it will never take this message for this receiver (5xx to RCPT or DATA; RFC 5321 4.2.1)?

    A refused sender or sign-in is our own fault and passes once it is mended, so it is not final.
    """
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return all(_is_permanent(code) for code, _text in problem.recipients.values())
    if isinstance(problem, smtplib.SMTPDataError):
        return _is_permanent(problem.smtp_code)
    return isinstance(problem, smtplib.SMTPNotSupportedError)


def is_outage(problem: Exception) -> bool:
    """Is the server itself gone, so that it is no use to go on with the next message?"""
    about_this_message = (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, smtplib.SMTPNotSupportedError)
    return isinstance(problem, UNDELIVERED) and not isinstance(problem, about_this_message)


def answer(problem: Exception) -> str:
    """The server's own words, for the administrator."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(said)}" for code, said in problem.recipients.values())
    if isinstance(problem, smtplib.SMTPResponseException):
        return f"{problem.smtp_code} {_text(problem.smtp_error)}"
    return f"{type(problem).__name__}: {problem}"


def _is_permanent(code: int) -> bool:
    return code // 100 == 5


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
