"""Mail about accounts: a page never waits for it, and a broken mail server loses none."""

from datetime import timedelta

import pytest
from celery import Celery
from django.conf import settings
from django.test import Client
from django.utils import timezone

from portal.accounts import adapters
from portal.accounts.actions import send_letters, write_letter
from portal.accounts.models import Letter
from portal.local.servers import free_port
from tests.cast import Cast, gather
from tests.mail import Mailbox
from tests.work import Worker


def letter(number: int = 1) -> Letter:
    return write_letter(to=f"person{number}@example.org", subject="Bekräfta\nBcc: evil@example.org", text="Hej")


def due_now() -> None:
    Letter.objects.update(next_try_at=timezone.now() - timedelta(seconds=1))


def test_a_letter_leaves_once_and_its_row_goes(db: None, mailbox: Mailbox) -> None:
    letter(1)
    letter(2)
    assert send_letters() == 2
    assert send_letters() == 0
    first, second = mailbox.wait_for(2)
    assert (first["To"], second["To"]) == ("person1@example.org", "person2@example.org")
    assert first["Subject"] == "Bekräfta Bcc: evil@example.org"
    assert "Bcc" not in first
    assert not Letter.objects.exists()


@pytest.mark.trust(6)
def test_while_the_mail_server_is_broken_letters_wait_longer_each_time_and_then_all_leave(
    db: None, mailbox: Mailbox
) -> None:
    for number in range(3):
        letter(number)
    waits = []
    with mailbox.broken():
        for _ in range(3):
            due_now()
            assert send_letters() == 0
            tried = Letter.objects.order_by("-attempts").first()
            assert tried
            waits.append(round((tried.next_try_at - timezone.now()).total_seconds() / 60))
    assert waits == sorted(waits)
    assert Letter.objects.count() == 3
    due_now()
    assert send_letters() == 3
    assert len(mailbox.wait_for(3)) == 3


def test_a_letter_whose_links_are_dead_is_thrown_away(db: None, mailbox: Mailbox) -> None:
    old = letter()
    Letter.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=4))
    assert send_letters() == 0
    assert not Letter.objects.exists()


def test_the_page_answers_at_once_while_the_mail_server_is_broken(cast: Cast, client: Client, mailbox: Mailbox) -> None:
    with mailbox.broken():
        assert client.post("/konto/losenord/glomt/", {"email": "author@example.org"}).status_code == 302
    assert Letter.objects.count() == 1


@pytest.mark.trust(26)
def test_the_page_answers_while_the_broker_is_down_and_the_letter_leaves_later(
    transactional_db: None, client: Client, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = Celery("nowhere", broker=f"redis://127.0.0.1:{free_port(0)}/0", set_as_current=False)
    nowhere.conf.task_publish_retry_policy = settings.CELERY_TASK_PUBLISH_RETRY_POLICY
    monkeypatch.setattr(adapters, "send_letters", nowhere.task(name="nowhere")(send_letters))
    gather()
    assert client.post("/konto/losenord/glomt/", {"email": "author@example.org"}).status_code == 302
    assert send_letters() == 1
    assert mailbox.wait_for(1)


def test_a_real_worker_sends_the_letter_soon_after_the_page(
    worker: Worker, client: Client, mail_server: Mailbox
) -> None:
    mail_server.messages.clear()
    gather()
    client.post("/konto/losenord/glomt/", {"email": "author@example.org"})
    (message,) = mail_server.wait_for(1)
    assert message["To"] == "author@example.org"
