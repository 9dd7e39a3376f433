"""What is told is written with the change it tells of, gathered, and mailed without loss."""

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.accounts.states import Delivery
from portal.cases.models import Case, Event
from portal.cases.states import Confidentiality
from portal.cases.who import AUTHOR, OWNER, holder, office
from portal.cases.workdays import STOCKHOLM
from portal.notices.actions import set_delivery, tell
from portal.notices.models import Mail, Notice
from portal.notices.posting import gather_mail, post_mail
from portal.notices.rules import SETTLE, next_digest
from portal.notices.states import Topic
from portal.organisation.states import Role
from tests.cast import Cast, case_in, draft_of, make_move
from tests.mail import Mailbox
from tests.notices.post import anonymous_case, deliver, part


def at(text: str) -> datetime:
    """A moment in Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def told() -> list[tuple[str, str]]:
    """Who has been told what, in order."""
    rows = Notice.objects.order_by("pk").select_related("recipient", "event")
    return [
        (row.recipient.username if row.recipient else "contact", row.event.move if row.event else row.topic)
        for row in rows
    ]


# ── Telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.trust(6)
@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_of_a_move_that_is_rolled_back(cast: Cast, mailbox: Mailbox) -> None:
    idea = draft_of(IdeaFlow, cast)

    def fails_after_the_move() -> None:
        with transaction.atomic():
            make_move(idea, "submit", cast)
            assert Notice.objects.filter(case=idea).exists()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails_after_the_move()

    assert not Notice.objects.exists()
    assert deliver() == 0
    assert mailbox.messages == []


def test_a_move_tells_those_it_names_but_not_the_one_who_made_it(cast: Cast) -> None:
    case_in(IdeaFlow, S.ASSESSING, cast)

    assert told() == [("lead", "submit"), ("author", "take_up")]


def test_nobody_is_told_of_a_case_they_may_not_see(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    Notice.objects.all().delete()
    Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.RESTRICTED)

    count = tell(case=idea, whos=[holder(Role.INNOVATION_LEAD), office(Role.COORDINATOR), holder(Role.RIGHTS_REVIEWER)])

    assert count == 1
    assert told() == [("jurist", Topic.MOVED)]


def test_telling_the_same_event_twice_writes_it_once(cast: Cast) -> None:
    idea = case_in(IdeaFlow, S.SUBMITTED, cast)
    event = Event.objects.get(case=idea, move="submit")

    for _time in range(2):
        tell(case=idea, whos=[OWNER], event=event)

    assert Notice.objects.filter(recipient=cast.author, event=event).count() == 1


# ── Gathering ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_several_moves_at_once_give_one_e_mail_per_person(cast: Cast, mailbox: Mailbox) -> None:
    first, second = case_in(IdeaFlow, S.ACCEPTED, cast), case_in(IdeaFlow, S.DECLINED, cast)

    deliver()

    assert sorted(str(message["To"]) for message in mailbox.messages) == ["author@example.org", "lead@example.org"]
    (message,) = mailbox.to("author@example.org")
    assert all(case.reference in part(message, "plain") for case in (first, second))


def test_what_is_told_moments_later_still_travels_with_the_first(cast: Cast, mailbox: Mailbox) -> None:
    idea = case_in(IdeaFlow, S.ACCEPTED, cast)
    now = timezone.now()
    notices = Notice.objects.filter(recipient=cast.author).order_by("pk")
    assert notices.count() == 2
    notices.update(mail_at=now - timedelta(seconds=1))
    Notice.objects.filter(pk=notices.last().pk).update(mail_at=now + SETTLE / 2)  # type: ignore[union-attr]

    gather_mail(now=now)

    assert Mail.objects.get(recipient=cast.author).notices.count() == 2
    assert idea.reference


def test_a_notice_waits_for_others_before_it_is_mailed(cast: Cast) -> None:
    case_in(IdeaFlow, S.SUBMITTED, cast)

    assert gather_mail() == 0
    assert gather_mail(now=timezone.now() + SETTLE) == 1


@pytest.mark.parametrize(
    ("delivery", "moves_mailed_at_once"),
    [(Delivery.AT_ONCE, 2), (Delivery.DAILY, 1), (Delivery.MANDATORY, 1)],
)
def test_what_is_mandatory_goes_at_once_whatever_the_choice(
    cast: Cast, mailbox: Mailbox, delivery: str, moves_mailed_at_once: int
) -> None:
    set_delivery(person=cast.author, delivery=delivery)
    case_in(IdeaFlow, S.ACCEPTED, cast)  # "taken up" is told, "accepted" is mandatory

    gather_mail(now=timezone.now() + SETTLE)
    post_mail()

    (message,) = mailbox.to("author@example.org")
    assert message["Auto-Submitted"] == "auto-generated"
    mail = Mail.objects.get(recipient=cast.author)
    assert mail.notices.count() == moves_mailed_at_once
    assert mail.notices.filter(mandatory=True).count() == 1


def test_the_daily_digest_leaves_at_seven_and_only_then(cast: Cast, mailbox: Mailbox) -> None:
    set_delivery(person=cast.author, delivery=Delivery.DAILY)
    case_in(IdeaFlow, S.ASSESSING, cast)
    case_in(IdeaFlow, S.ASSESSING, cast)
    seven = next_digest(timezone.now())
    Notice.objects.filter(recipient=cast.lead).delete()

    assert gather_mail(now=seven - SETTLE - timedelta(minutes=1)) == 0
    assert gather_mail(now=seven) == 1
    post_mail()

    assert len(mailbox.to("author@example.org")) == 1


@pytest.mark.parametrize(
    ("now", "digest"),
    [
        ("2026-05-04 06:59:59", "2026-05-04 07:00"),
        ("2026-05-04 07:00:00", "2026-05-05 07:00"),
        ("2026-03-28 12:00:00", "2026-03-29 07:00"),  # the night that is an hour shorter
        ("2026-10-24 12:00:00", "2026-10-25 07:00"),  # the night that is an hour longer
        ("2026-10-25 02:30:00", "2026-10-25 07:00"),
    ],
)
def test_the_digest_is_at_seven_by_the_clock_on_the_wall(now: str, digest: str) -> None:
    assert next_digest(at(now)) == at(digest)


def test_who_wants_only_what_is_mandatory_still_finds_everything_in_the_portal(cast: Cast, mailbox: Mailbox) -> None:
    set_delivery(person=cast.author, delivery=Delivery.MANDATORY)
    case_in(IdeaFlow, S.ASSESSING, cast)

    deliver()

    assert mailbox.to("author@example.org") == []
    assert Notice.objects.filter(recipient=cast.author).count() == 1


def test_what_waits_follows_a_new_choice(cast: Cast) -> None:
    case_in(IdeaFlow, S.ACCEPTED, cast)
    optional = Notice.objects.get(recipient=cast.author, mandatory=False)
    mandatory = Notice.objects.get(recipient=cast.author, mandatory=True)

    set_delivery(person=cast.author, delivery=Delivery.MANDATORY)

    optional.refresh_from_db()
    before, after = mandatory.mail_at, Notice.objects.get(pk=mandatory.pk).mail_at
    assert (optional.mail_at, after) == (None, before)


def test_an_author_without_an_account_is_written_to_in_their_own_language(cast: Cast, mailbox: Mailbox) -> None:
    case = anonymous_case(IdeaFlow, S.SUBMITTED, email="visitor@example.org", language="en")

    tell(case=case, whos=[AUTHOR])
    deliver()

    (message,) = mailbox.to("visitor@example.org")
    assert message["Content-Language"] == "en"
    assert "receipt" in part(message, "plain")
    assert message["List-Unsubscribe"] is None
