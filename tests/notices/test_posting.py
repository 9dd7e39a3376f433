"""What is gathered is mailed without loss, whatever the mail server says."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.accounts.models import User
from portal.cases.models import Case, Event
from portal.cases.states import Confidentiality
from portal.cases.who import office
from portal.local.servers import free_port
from portal.notices.actions import mark_read, tell
from portal.notices.mail import compose
from portal.notices.models import Mail, Notice
from portal.notices.posting import gather_mail, post_mail, send_again
from portal.notices.queries import unreachable
from portal.notices.rules import LONGEST_PAUSE, MOST_ATTEMPTS, pause_after
from portal.notices.states import Outcome, Topic
from portal.organisation.states import Role
from tests.cast import Cast, case_in, make_move
from tests.mail import Mailbox
from tests.notices.post import deliver


def test_a_server_that_puts_off_is_asked_again_later_and_nothing_is_lost(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast)
    with mailbox.broken():
        assert deliver() == 0
    mail = Mail.objects.get()
    assert (mail.outcome, mail.attempts, mail.error) == (Outcome.WAITING, 1, "451 Try again later")
    assert post_mail() == 0, "it is not yet time to try again"

    Mail.objects.update(try_at=timezone.now())

    assert post_mail() == 1
    mail.refresh_from_db()
    assert (mail.outcome, mail.attempts, mail.error) == (Outcome.SENT, 2, "")
    assert len(mailbox.messages) == 1


def test_while_the_mail_server_is_away_no_try_is_counted(cast: Cast) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast)
    with override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=free_port(0)
    ):
        assert deliver() == 0

    mail = Mail.objects.get()
    assert (mail.outcome, mail.attempts) == (Outcome.WAITING, 0)
    assert mail.try_at <= timezone.now()


def test_the_pauses_grow_to_six_hours_and_last_about_five_days() -> None:
    pauses = [pause_after(attempts) for attempts in range(1, MOST_ATTEMPTS)]

    assert pauses[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert pauses[-1] == LONGEST_PAUSE
    assert timedelta(days=4) < sum(pauses, timedelta()) < timedelta(days=6)


def test_a_message_is_given_up_after_the_last_try_and_can_be_sent_again(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast)
    with mailbox.broken():
        deliver()
    Mail.objects.update(try_at=timezone.now(), attempts=MOST_ATTEMPTS)
    assert post_mail() == 0
    assert Mail.objects.get().outcome == Outcome.GIVEN_UP
    assert unreachable(cast.lead)
    assert not unreachable(cast.author)

    assert send_again(mails=Mail.objects.all()) == 1
    post_mail()

    assert Mail.objects.get().outcome == Outcome.SENT
    assert not unreachable(cast.lead)


def test_a_message_that_cannot_be_written_does_not_hold_up_the_others(
    cast: Cast, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_in(IdeaFlow, S.ASSESSING, cast)

    def fails_for_the_author(mail: Mail) -> EmailMultiAlternatives | None:
        if mail.recipient == cast.author:
            raise ZeroDivisionError
        return compose(mail)

    monkeypatch.setattr("portal.notices.posting.compose", fails_for_the_author)

    assert deliver() == 1
    mail = Mail.objects.get(recipient=cast.author)
    assert (mail.outcome, mail.attempts, mail.error) == (Outcome.WAITING, 1, "ZeroDivisionError")


def test_a_refused_address_is_not_tried_again_and_the_handlers_are_told(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.unknown.add("author@example.org")
    idea = case_in(IdeaFlow, S.ASSESSING, cast)

    deliver()
    Mail.objects.filter(outcome=Outcome.WAITING).update(try_at=timezone.now())
    post_mail()

    mail = Mail.objects.get(recipient=cast.author)
    assert (mail.outcome, mail.attempts) == (Outcome.REFUSED, 1)
    assert mail.error.startswith("550 5.1.1")
    event = Event.objects.get(case=idea, move="author_unreached")
    assert event.internal
    assert "author@example.org" not in str(event.data)
    assert Notice.objects.get(event=event).recipient == cast.lead
    assert Notice.objects.get(event=event).topic == Topic.UNREACHED


def test_one_refused_receiver_does_not_keep_the_others_waiting(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.unknown.add("author@example.org")
    case_in(IdeaFlow, S.ASSESSING, cast)

    assert deliver() == 1
    assert [str(message["To"]) for message in mailbox.messages] == ["lead@example.org"]


def test_a_refused_coordinator_sets_no_circle_of_letters_in_motion(cast: Cast, mailbox: Mailbox) -> None:
    mailbox.unknown.update({"author@example.org", "lead@example.org"})
    case_in(IdeaFlow, S.ASSESSING, cast)

    for _round in range(4):
        deliver()

    assert Event.objects.filter(move="author_unreached").count() == 1
    assert mailbox.messages == []


def test_what_is_no_longer_so_is_not_mailed(cast: Cast, mailbox: Mailbox) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    Notice.objects.all().delete()
    tell(case=idea, whos=[office(Role.COORDINATOR)], topic=Topic.REMINDER, due_at=idea.due_at, mandatory=True)
    make_move(idea, "take_up", cast)

    deliver()

    assert mailbox.to("coordinator@example.org") == []
    assert Mail.objects.get(recipient=cast.coordinator).outcome == Outcome.NEEDLESS


@pytest.mark.parametrize("reason", ["read", "closed off", "no address", "out of sight"])
def test_nothing_is_mailed_to_a_person_when(cast: Cast, mailbox: Mailbox, reason: str) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    match reason:
        case "read":
            mark_read(person=cast.lead)
        case "closed off":
            User.objects.filter(pk=cast.lead.pk).update(is_active=False)
        case "no address":
            User.objects.filter(pk=cast.lead.pk).update(email="")
        case "out of sight":
            Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.RESTRICTED)

    deliver()

    assert mailbox.messages == []
    assert Mail.objects.get().outcome == Outcome.NEEDLESS


def test_what_is_mandatory_is_mailed_even_when_it_was_read(cast: Cast, mailbox: Mailbox) -> None:
    case_in(IdeaFlow, S.DECLINED, cast)
    mark_read(person=cast.author)

    deliver()

    assert len(mailbox.to("author@example.org")) == 1


@pytest.fixture
def many(transactional_db: None, cast: Cast) -> int:
    """A hundred people with one notice each."""
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    Notice.objects.all().delete()
    people = User.objects.bulk_create(
        User(username=f"p{number}", name=f"P {number}", email=f"p{number}@example.org", is_employee=True)
        for number in range(100)
    )
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(recipient=person, case=idea, topic=Topic.MESSAGE, mail_at=now) for person in people
    )
    return len(people)


@pytest.mark.trust(5)
def test_workers_side_by_side_send_each_e_mail_once(many: int, mailbox: Mailbox) -> None:
    together = Barrier(4)

    def work() -> int:
        try:
            together.wait()
            gather_mail()
            together.wait()
            return post_mail()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = [future.result() for future in [pool.submit(work) for _worker in range(4)]]

    assert sum(sent) == many
    assert sum(count > 0 for count in sent) > 1, "the work was shared"
    assert sorted(str(message["To"]) for message in mailbox.messages) == sorted(
        User.objects.filter(username__startswith="p").values_list("email", flat=True)
    )
    assert Mail.objects.filter(outcome=Outcome.SENT, attempts=1).count() == many


def test_reading_is_not_held_up_by_a_slow_mail_server(many: int, mailbox: Mailbox) -> None:
    """While a message is on its way, only the row of that e-mail is locked: no page touches it."""
    person = User.objects.get(username="p0")
    gather_mail()
    seen: list[int] = []

    class Slow(smtplib.SMTP):
        def sendmail(self, *args: object, **kwargs: object) -> dict[str, tuple[int, bytes]]:
            if not seen:
                with ThreadPoolExecutor(1) as pool:
                    seen.append(pool.submit(read_elsewhere).result(5))
            return {}

    def read_elsewhere() -> int:
        try:
            return mark_read(person=person)
        finally:
            connection.close()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.core.mail.backends.smtp.EmailBackend.connection_class", Slow)
        post_mail()

    assert seen == [1]
