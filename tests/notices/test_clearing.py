"""What was told long ago is cleared away, and nothing that is still needed."""

from datetime import timedelta

from django.test import override_settings
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.states import IdeaState
from portal.cases.models import Case, Event
from portal.cases.who import OWNER
from portal.notices.actions import clear_notices, tell
from portal.notices.models import Mail, Notice
from portal.notices.states import Outcome, Topic
from tests.cast import Cast, case_in
from tests.mail import Mailbox
from tests.notices.post import deliver

LONG_AGO = timezone.now() - timedelta(days=25 * 31)


def age(notices: list[Notice]) -> None:
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(created_at=LONG_AGO)
    Mail.objects.filter(notices__in=notices).update(made_at=LONG_AGO)


def told(case: Case, topic: Topic) -> Notice:
    tell(case=case, whos=[OWNER], topic=topic, due_at=timezone.now())
    return Notice.objects.latest("pk")


def test_old_notices_and_their_mails_go_and_the_history_stays(cast: Cast, mailbox: Mailbox) -> None:
    case = case_in(IdeaFlow, IdeaState.ASSESSING, cast)
    deliver()
    old = list(Notice.objects.all())
    age(old)
    news = told(case, Topic.MOVED)
    deliver()
    events = Event.objects.count()

    assert clear_notices() == len(old)

    assert list(Notice.objects.all()) == [news]
    assert list(Mail.objects.values_list("outcome", "recipient")) == [(Outcome.SENT, cast.author.pk)]
    assert Event.objects.count() == events
    assert clear_notices() == 0


def test_what_is_still_needed_is_left(cast: Cast) -> None:
    case = case_in(IdeaFlow, IdeaState.ASSESSING, cast)
    Notice.objects.update(mail_at=None)
    to_be_mailed, reminder = told(case, Topic.MOVED), told(case, Topic.REMINDER)
    Notice.objects.filter(pk=reminder.pk).update(mail_at=None)
    age(list(Notice.objects.all()))

    with override_settings(NOTICE_KEEP_MONTHS=0):
        assert clear_notices() == 0
    clear_notices()
    assert list(Notice.objects.order_by("pk")) == [to_be_mailed, reminder]

    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now(), awaits="")
    clear_notices()
    assert list(Notice.objects.all()) == [to_be_mailed]
