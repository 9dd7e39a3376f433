"""Everything that can be killed is killed, with SIGKILL, in the middle of its work.

What holds: every effect in the database happens exactly once, and every e-mail arrives at least once. A message is sent again only if its
worker dies in the instant between the mail server's "250" and the commit; it then carries the same Message-ID.
"""

import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.accounts.models import User
from portal.cases.models import Case
from portal.notices.models import Mail, Notice
from portal.notices.states import Outcome, Topic
from tests.cast import Cast, case_in, draft_of, make_move, signed_in
from tests.mail import Mailbox
from tests.resilience.parts import House, wait_until

HUNDRED = 100
SEND = "portal.notices.tasks.send_due"
WATCH = "portal.cases.tasks.watch_deadlines"


def tell_a_hundred(cast: Cast) -> set[str]:
    """One notice to each of a hundred people, due now; returns their addresses."""
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    Notice.objects.all().delete()
    people = User.objects.bulk_create(
        User(username=f"p{number}", name=f"P {number}", email=f"p{number}@example.org", is_employee=True)
        for number in range(HUNDRED)
    )
    now = timezone.now()
    Notice.objects.bulk_create(
        Notice(recipient=person, case=idea, topic=Topic.MESSAGE, mail_at=now) for person in people
    )
    return {person.email for person in people}


def until_all_is_sent(house: House, seconds: float = 60) -> None:
    """As beat does, but without its pause; and a try that was cut off is made again now rather than after a minute (``pause_after``)."""
    deadline = time.monotonic() + seconds
    while (waiting := Mail.objects.filter(outcome=Outcome.WAITING)).exists():
        assert time.monotonic() < deadline, "not all is sent"
        waiting.filter(attempts__gt=0).update(try_at=timezone.now())
        house.send(SEND)
        time.sleep(1)


@pytest.mark.slow
@pytest.mark.trust(5)
def test_a_hundred_e_mails_survive_the_death_of_child_worker_and_broker(
    cast: Cast, house: House, mailbox: Mailbox
) -> None:
    addresses = tell_a_hundred(cast)
    mailbox.delay = 0.03
    worker = house.worker()

    house.send(SEND)
    mailbox.wait_for(15)
    with mailbox.in_the_middle():
        worker.kill_children()  # the broker hands the task to the next child at once: acks_late and reject_on_worker_lost
    mailbox.wait_for(35)
    with mailbox.in_the_middle():
        worker.kill()
    house.worker()
    house.send(SEND)
    mailbox.wait_for(55)
    house.broker.kill()
    time.sleep(1)
    house.broker.start()
    until_all_is_sent(house)

    ids = Counter(str(message["Message-ID"]) for message in mailbox.messages)
    assert {str(message["To"]) for message in mailbox.messages} == addresses
    assert len(ids) == HUNDRED
    assert ids.total() <= HUNDRED + 2, "at most one message again for each worker that was killed"
    assert Mail.objects.filter(outcome=Outcome.SENT).count() == Mail.objects.count() == HUNDRED
    assert Mail.objects.filter(attempts=2).count() == 2, "the tries that were cut off are counted"


@pytest.mark.slow
@pytest.mark.trust(5)
def test_a_hundred_reminders_are_told_once_though_the_worker_dies_in_the_middle(cast: Cast, house: House) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    Notice.objects.all().delete()
    due_at = timezone.now() + timedelta(hours=3)
    for number in range(HUNDRED):
        IdeaFlow.model.objects.create(
            kind="idea", state=S.SUBMITTED, unit=idea.unit, owner=cast.author, title=f"Idé {number}",
            reference=f"SOS 2026-{5000 + number}", opened_at=timezone.now(), due_at=due_at, awaits=idea.awaits,
        )  # fmt: skip
    worker = house.worker()

    house.send(WATCH)
    wait_until(lambda: Notice.objects.count() >= 10, 20, "nothing is told")
    worker.kill_children()
    wait_until(lambda: Notice.objects.count() >= HUNDRED, 60, "the next child does not take over")
    wait_until(lambda: WATCH in worker.log.read_text().split("succeeded")[0], 20, "the task does not end")

    per_case = Counter(Notice.objects.filter(topic=Topic.REMINDER).values_list("case_id", flat=True))
    assert len(per_case) == HUNDRED
    assert set(per_case.values()) == {1}


@pytest.mark.slow
@pytest.mark.trust(6)
@pytest.mark.trust(26)
def test_with_the_broker_down_pages_answer_and_all_is_sent_within_a_minute_of_its_return(
    cast: Cast, house: House, mailbox: Mailbox
) -> None:
    house.worker()
    house.beat()
    draft = draft_of(IdeaFlow, cast)
    client = signed_in(cast.author)

    assert client.get("/notiser/").status_code == 200
    cache = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": house.broker.url}
    house.broker.kill()
    with override_settings(CACHES=settings.CACHES | {"default": cache}):
        started = time.monotonic()
        make_move(draft, "submit", cast)
        assert client.get("/notiser/").status_code == 200
        assert client.post("/notiser/last/").status_code == 302
        took = time.monotonic() - started
    assert took < 3
    assert Case.objects.get(pk=draft.pk).reference
    time.sleep(15)
    assert mailbox.messages == []

    house.broker.start()
    back = time.monotonic()
    told = set(Notice.objects.exclude(recipient=cast.author).values_list("recipient__email", flat=True))
    assert told
    wait_until(lambda: told <= {str(message["To"]) for message in mailbox.messages}, 60, "not all is sent")
    assert time.monotonic() - back < 60


@pytest.mark.slow
@pytest.mark.trust(6)
def test_a_mail_server_that_goes_and_comes_back_gets_everything(cast: Cast, house: House, mailbox: Mailbox) -> None:
    """Away altogether, then there but putting off, then well: each message arrives once."""
    addresses = tell_a_hundred(cast)
    house.worker()
    with mailbox.away():
        house.send(SEND)
        wait_until(lambda: Mail.objects.count() == HUNDRED, 30, "nothing is gathered")
        time.sleep(1)
        assert set(Mail.objects.values_list("attempts", "outcome")) == {(0, Outcome.WAITING)}

    with mailbox.broken():
        house.send(SEND)
        wait_until(lambda: not Mail.objects.filter(attempts=0).exists(), 30, "nothing is tried")
    until_all_is_sent(house)

    assert Counter(str(message["To"]) for message in mailbox.messages) == Counter(addresses)
    assert set(Mail.objects.values_list("outcome", flat=True)) == {Outcome.SENT}
