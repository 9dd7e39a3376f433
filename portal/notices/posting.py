"""Getting notices out by e-mail: what is due is laid into e-mails, and those are handed to the mail server.

No page ever waits for the broker or the mail server: ``gather_mail`` and ``post_mail`` run in a worker and take what is committed.
The database effect happens exactly once; the e-mail at least once: a worker that is killed between the mail server's "250" and the
commit that follows sends the same message, with the same Message-ID, again.
"""

import logging
import time
from collections import defaultdict
from datetime import datetime

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.cases.actions.history import write_event
from portal.cases.kinds import whos_awaited
from portal.cases.models import Case
from portal.cases.who import AUTHOR, HOLDER, OWNER, office
from portal.notices.actions import tell
from portal.notices.mail import UNDELIVERED, answer, compose, is_final, is_outage, opened
from portal.notices.models import Mail, Notice
from portal.notices.rules import MOST_ATTEMPTS, SETTLE, pause_after
from portal.notices.states import Outcome, Topic
from portal.organisation.states import Role

log = logging.getLogger(__name__)
COORDINATOR = office(Role.COORDINATOR)
GATHERER = 7_260_114
"""The advisory lock of the one who gathers: two at once would split one person's news in two e-mails."""


@transaction.atomic
def gather_mail(*, now: datetime | None = None) -> int:
    """Lay what is due into one waiting e-mail per recipient; returns how many e-mails. Does nothing while another gathers.

    Whoever has something due also gets what would be due within ``SETTLE``: moves made in quick succession travel together.
    """
    now = now or timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [GATHERER])
        if cursor.fetchone() != (True,):
            return 0
    groups: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    for pk, person, contact in _due(now).values_list("pk", "recipient", "contact"):
        groups[person, contact].append(pk)
    made = timezone.now()
    mails = Mail.objects.bulk_create(
        Mail(recipient_id=receiver[0], contact_id=receiver[1], try_at=made) for receiver in groups
    )
    for mail, ids in zip(mails, groups.values(), strict=True):
        Notice.objects.filter(pk__in=ids).update(mail=mail)
    return len(mails)


def _due(now: datetime) -> QuerySet[Notice]:
    waiting = Notice.objects.filter(mail__isnull=True)
    due = waiting.filter(mail_at__lte=now)
    return (
        waiting.filter(mail_at__lte=now + SETTLE)
        .filter(
            Q(recipient__in=due.filter(recipient__isnull=False).values("recipient"))
            | Q(contact__in=due.filter(contact__isnull=False).values("contact"))
        )
        .order_by("pk")
    )


def post_mail(*, seconds: float = 240) -> int:
    """Hand waiting e-mails to the mail server, one after the other, for at most so long; returns how many it took.

    Any number of workers may do this at once: each row is locked by the one that sends it. While the mail server is away nothing is
    tried and nothing is counted; a message that the server puts off is tried again later and later (``pause_after``).
    """
    server = get_connection()
    deadline = time.monotonic() + seconds
    sent = 0
    if not _waiting().exists():
        return 0
    _give_up()
    try:
        while time.monotonic() < deadline and opened(server) and (mail_id := _claim()):
            problem = _try_to_post(mail_id, server)
            sent += problem is None
            if problem is not None and is_outage(problem):
                break
    finally:
        server.close()
    return sent


def _waiting() -> QuerySet[Mail]:
    return Mail.objects.filter(outcome=Outcome.WAITING, try_at__lte=timezone.now()).order_by("try_at", "pk")


@transaction.atomic
def _give_up() -> None:
    """Whatever became of the last try: also a message that killed each worker that took it comes to an end."""
    for mail in _waiting().filter(attempts__gte=MOST_ATTEMPTS).select_for_update(skip_locked=True):
        _fail(mail, Outcome.GIVEN_UP, mail.error)


@transaction.atomic
def _claim() -> int | None:
    """Count the try and put the next one off before anything is sent: a message that kills its worker must not come back at once."""
    mail = _waiting().filter(attempts__lt=MOST_ATTEMPTS).select_for_update(skip_locked=True).first()
    if mail is None:
        return None
    mail.attempts += 1
    mail.try_at = timezone.now() + pause_after(mail.attempts)
    mail.save(update_fields=["attempts", "try_at"])
    return mail.pk


def _try_to_post(mail_id: int, server: BaseEmailBackend) -> Exception | None:
    """A message that cannot even be written, through a fault of ours, is logged and must not hold up the others."""
    try:
        return _post(mail_id, server)
    except Exception as fault:
        log.exception("An e-mail could not be written", extra={"mail": mail_id})
        Mail.objects.filter(pk=mail_id).update(error=type(fault).__name__)
        return fault


@transaction.atomic
def _post(mail_id: int, server: BaseEmailBackend) -> Exception | None:
    """Send one claimed e-mail, its row locked until the answer is committed. Returns what the server had against it.

    Waits for the row: another worker that looks for the next e-mail may hold it for a moment, and passing it by would put it off.
    """
    locked = Mail.objects.select_for_update(of=("self",)).select_related("recipient", "contact")
    mail = locked.filter(pk=mail_id, outcome=Outcome.WAITING).first()
    if mail is None:
        return None
    message = compose(mail)
    if message is None:
        _end(mail, Outcome.NEEDLESS)
        return None
    try:
        server.send_messages([message])
    except UNDELIVERED as problem:
        _put_off(mail, problem)
        return problem
    _end(mail, Outcome.SENT)
    return None


def _end(mail: Mail, outcome: Outcome, error: str = "") -> None:
    mail.outcome, mail.error, mail.ended_at = outcome, error, timezone.now()
    mail.save(update_fields=["outcome", "error", "ended_at"])


def _put_off(mail: Mail, problem: Exception) -> None:
    said = answer(problem)[:1000]
    log.warning("An e-mail was not taken", extra={"mail": mail.pk, "attempts": mail.attempts})
    if is_final(problem):
        _fail(mail, Outcome.REFUSED, said)
        return
    mail.error = said
    mail.save(update_fields=["error"])


def _fail(mail: Mail, outcome: Outcome, said: str) -> None:
    _end(mail, outcome, said)
    for notice in mail.notices.exclude(topic=Topic.UNREACHED).select_related("case__unit").distinct("case"):
        _report_unreached(notice.case, mail)


def _report_unreached(case: Case, mail: Mail) -> None:
    """An author who could not be reached is written into the history and told to whoever handles the case."""
    if mail.contact_id is None and mail.recipient_id != case.owner_id:
        return
    Case.objects.select_for_update(of=("self",), no_key=True).get(pk=case.pk)
    event = write_event(case=case, person=None, move="author_unreached", data={"mail": mail.pk}, internal=True)
    handlers = [HOLDER, *(who for who in whos_awaited() if who.key == case.awaits and who not in {OWNER, AUTHOR})]
    tell(case=case, whos=handlers, event=event, topic=Topic.UNREACHED, by=mail.recipient) or tell(
        case=case, whos=[COORDINATOR], event=event, topic=Topic.UNREACHED
    )


def send_again(*, mails: QuerySet[Mail]) -> int:
    """Let e-mails that were refused or given up wait again, once the address or the server is mended; returns how many."""
    failed = mails.filter(outcome__in=[Outcome.REFUSED, Outcome.GIVEN_UP])
    return failed.update(outcome=Outcome.WAITING, attempts=0, try_at=timezone.now(), ended_at=None)
