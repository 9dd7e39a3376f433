"""A call is decided, and the worker that mails the letters is killed in the middle of it."""

from collections import Counter

import pytest
from django.utils import timezone

from fund.actions.deciding import save_ruling
from fund.models import Application
from fund.states import Outcome as Decided
from portal.accounts.models import User
from portal.cases.moving import perform
from portal.notices.models import Mail, Notice
from portal.notices.states import Outcome
from tests.cast import Cast, again
from tests.fund.granted import reviewed_call
from tests.mail import Mailbox
from tests.resilience.parts import House
from tests.resilience.test_crashes import SEND, until_all_is_sent

APPLICANTS = 40


@pytest.mark.slow
@pytest.mark.trust(5)
def test_each_applicant_gets_one_letter_though_the_worker_is_killed_in_the_middle(
    cast: Cast, house: House, mailbox: Mailbox
) -> None:
    people = User.objects.bulk_create(
        User(username=f"p{n}", name=f"P {n}", email=f"p{n}@example.org", is_employee=True, unit=cast.author.unit)
        for n in range(APPLICANTS)
    )
    call = reviewed_call(cast, people)
    for application in Application.objects.all():
        values = {"outcome": Decided.DECLINE, "amount": 0, "reason": "Nyttan är inte visad."}
        save_ruling(application=application, person=again(cast.officer), values=values)
    Notice.objects.all().delete()
    perform(call, "decide", person=again(cast.officer), data={"delegation": "Delegationsordningen 4.2"})
    addresses = {person.email for person in people}
    Notice.objects.exclude(recipient__in=people).delete()
    assert Notice.objects.update(mail_at=timezone.now()) == APPLICANTS

    mailbox.delay = 0.03
    worker = house.worker()
    house.send(SEND)
    mailbox.wait_for(10)
    with mailbox.in_the_middle():
        worker.kill()
    house.worker()
    until_all_is_sent(house)

    ids = Counter(str(message["Message-ID"]) for message in mailbox.messages)
    assert {str(message["To"]) for message in mailbox.messages} == addresses
    assert len(ids) == APPLICANTS, "one letter for each, whoever mails it"
    assert ids.total() <= APPLICANTS + 1, "at most the one that was under way goes again, as the same message"
    assert Mail.objects.filter(outcome=Outcome.SENT).count() == Mail.objects.count() == APPLICANTS
    assert Notice.objects.count() == APPLICANTS
