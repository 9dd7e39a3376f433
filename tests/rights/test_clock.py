"""Four months from the notice (LAU 5 §): when they end, who is reminded, what stops them, and what is noted if nothing does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.cases.actions.deadlines import watch_deadlines
from portal.cases.errors import NotVisible, Refused
from portal.cases.moving import perform
from portal.cases.queries.listing import waiting_for
from portal.cases.words import what_happened
from portal.cases.workdays import STOCKHOLM
from portal.notices.models import Notice
from portal.notices.states import Topic
from rights.actions.lapsing import note_lapses
from rights.flow import DisclosureFlow
from rights.models import Disclosure
from rights.rules import complete_by, declaration_due, lapses_at
from rights.states import DisclosureState as S
from rights.tasks import note_lapses as note_lapses_task
from tests.cast import Cast, again, case_in, make_move
from tests.rights.story import contribute, let_the_time_run_out

pytestmark = pytest.mark.strategy("B43-2")
START = datetime(2026, 3, 10, 9, tzinfo=STOCKHOLM)
LAST = datetime(2026, 7, 10, 23, 59, 59, tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        ("2026-01-15 10:00", "2026-05-15"),  # into summer time
        ("2026-07-20 10:00", "2026-11-20"),  # out of it
        ("2026-03-29 01:59", "2026-07-29"),  # the hour that is skipped
        ("2026-10-25 02:30", "2027-02-25"),  # the hour that comes twice
        ("2027-10-29 10:00", "2028-02-29"),  # a leap day
        ("2027-10-31 10:00", "2028-02-29"),
        ("2026-10-31 10:00", "2027-02-28"),  # the month has no such day
        ("2026-05-31 10:00", "2026-09-30"),
        ("2026-06-30 10:00", "2026-10-30"),  # not the month's last, but the same day
        ("2026-12-31 23:59", "2027-04-30"),
        ("2028-02-29 10:00", "2028-06-29"),
    ],
)
def test_the_time_ends_with_the_same_day_four_months_on(received: str, last: str) -> None:
    moment = datetime.fromisoformat(received).replace(tzinfo=STOCKHOLM)

    ends = declaration_due(moment).astimezone(STOCKHOLM)

    assert ends.isoformat(" ")[:19] == f"{last} 23:59:59"


def test_the_day_is_the_swedish_one() -> None:
    assert (
        declaration_due(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)).astimezone(STOCKHOLM).date().isoformat()
        == "2027-05-01"
    )


@pytest.mark.parametrize(
    ("last", "lapses"), [("2026-07-10", "2026-07-10"), ("2026-07-11", "2026-07-13"), ("2027-05-01", "2027-05-03")]
)
def test_a_last_day_that_is_free_gives_the_next_working_day_too(last: str, lapses: str) -> None:
    respond_by = datetime.fromisoformat(f"{last} 23:59:59").replace(tzinfo=STOCKHOLM)

    assert lapses_at(respond_by).isoformat(" ")[:19] == f"{lapses} 23:59:59"


@pytest.fixture
def notified(cast: Cast) -> Any:
    with time_machine.travel(START, tick=False):
        return case_in(DisclosureFlow, S.NOTIFIED, cast)


def test_the_clock_starts_with_the_notice_and_the_inbox_shows_it(cast: Cast, notified: Any) -> None:
    assert (notified.respond_by, notified.due_at) == (LAST, LAST)
    assert [case.pk for case in waiting_for(cast.jurist)] == [notified.pk]


@pytest.mark.parametrize(
    ("before", "stages"), [(91, []), (90, [90]), (31, [90]), (30, [30]), (14, [14]), (4, [14]), (3, [3]), (0, [3])]
)
def test_reviewers_are_reminded_on_the_days_that_are_set(notified: Any, before: int, stages: list[int]) -> None:
    for _once_more in range(2):
        watch_deadlines(now=LAST - timedelta(days=before, hours=17))

    reminders = Notice.objects.filter(topic=Topic.REMINDER)
    assert [(row.recipient and row.recipient.username, row.stage, row.mandatory) for row in reminders] == [
        ("jurist", stage, True) for stage in stages
    ]


def test_asking_for_more_does_not_stop_the_time_and_reviewers_are_still_reminded(cast: Cast, notified: Any) -> None:
    with time_machine.travel(START + timedelta(days=20), tick=False):
        case = make_move(notified, "take_up", cast)
        case = make_move(case, "ask_completion", cast)
        assert case.respond_by == LAST
        assert [found.pk for found in waiting_for(again(cast.author))] == [case.pk]
    Notice.objects.all().delete()
    watch_deadlines(now=LAST - timedelta(days=30))
    assert reminded() == {("jurist", 30, LAST)}
    with time_machine.travel(START + timedelta(days=40), tick=False):
        assert make_move(case, "hand_in", cast).due_at == LAST


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        ("2026-03-16 10:00", "2026-03-30"),  # ten working days
        ("2026-06-18 10:00", "2026-06-26"),  # so that ten are left of the Region's own: Midsummer Eve lies between
        ("2026-07-09 10:00", "2026-07-10"),  # too late for that: the next working day
        ("2026-07-10 10:00", "2026-07-10"),
    ],
)
def test_a_completion_is_asked_for_in_time_for_the_region_to_decide(notified: Any, asked: str, due: str) -> None:
    moment = datetime.fromisoformat(asked).replace(tzinfo=STOCKHOLM)

    assert complete_by(moment, notified.respond_by).astimezone(STOCKHOLM).isoformat(" ")[:19] == f"{due} 23:59:59"


def test_the_author_is_reminded_of_their_own_date_and_the_reviewer_told_when_it_has_passed(
    cast: Cast, notified: Any
) -> None:
    with time_machine.travel(datetime(2026, 3, 16, 10, tzinfo=STOCKHOLM), tick=False):
        case = make_move(make_move(notified, "take_up", cast), "ask_completion", cast)
    due = case.due_at.astimezone(STOCKHOLM)
    assert due.date().isoformat() == "2026-03-30"
    Notice.objects.all().delete()

    watch_deadlines(now=datetime(2026, 3, 27, 6, tzinfo=STOCKHOLM))
    watch_deadlines(now=datetime(2026, 3, 31, 6, tzinfo=STOCKHOLM))

    assert reminded() == {("author", 1, due), ("jurist", 1, due)}
    assert set(Notice.objects.filter(topic=Topic.ESCALATION).values_list("recipient__username", flat=True)) == {
        "author",
        "jurist",
    }


def reminded() -> set[tuple[str, int, datetime | None]]:
    return set(Notice.objects.filter(topic=Topic.REMINDER).values_list("recipient__username", "stage", "due_at"))


def test_a_declaration_stops_it(cast: Cast, notified: Any) -> None:
    with time_machine.travel(START + timedelta(days=20), tick=False):
        case = make_move(make_move(notified, "take_up", cast), "claim", cast)
    with time_machine.travel(LAST + timedelta(days=30), tick=False):
        assert note_lapses() == 0
    assert (case.state, case.decided_at) == (S.DECIDED, START + timedelta(days=20))


def test_without_a_declaration_it_is_noted_once_in_the_words_of_the_law(cast: Cast, notified: Any) -> None:
    case = make_move(notified, "take_up", cast)
    with time_machine.travel(LAST, tick=False):
        assert note_lapses() == 0
    with time_machine.travel(LAST + timedelta(minutes=30), tick=False):
        with pytest.raises(Refused, match="Tiden"):
            make_move(case, "claim", cast)
        note_lapses_task()
        assert note_lapses() == 0

    case.refresh_from_db()
    event = case.events.get(move="lapse")
    assert (case.state, case.lapsed_at, case.decision) == (S.LAPSED, LAST + timedelta(minutes=30), "")
    assert what_happened(case.kind_info, event) == "Ingen förklaring lämnad – rätten enligt 3 § ej gjord gällande"
    assert set(Notice.objects.filter(event=event).values_list("recipient__username", flat=True)) == {"author", "jurist"}


def test_after_it_the_region_can_still_agree_or_release(cast: Cast) -> None:
    case = case_in(DisclosureFlow, S.LAPSED, cast)

    assert make_move(case, "agree", cast).state == S.AGREED


def test_the_portal_does_not_lapse_what_has_time_left(cast: Cast, notified: Any) -> None:
    with time_machine.travel(START, tick=False), pytest.raises(Refused, match="tid kvar"):
        perform(notified, "lapse", person=None)
    with pytest.raises(NotVisible):
        perform(notified, "lapse", person=again(cast.colleague))


def test_the_database_moves_no_time(cast: Cast, notified: Any) -> None:
    with pytest.raises(IntegrityError, match="not moved"), transaction.atomic():
        Disclosure.objects.filter(pk=notified.pk).update(respond_by=timezone.now())
    let_the_time_run_out(notified, cast)  # the trigger is back afterwards
    with pytest.raises(IntegrityError, match="not moved"), transaction.atomic():
        Disclosure.objects.filter(pk=notified.pk).update(respond_by=None)


def test_shares_make_up_the_whole_before_the_clock_starts(cast: Cast) -> None:
    draft = case_in(DisclosureFlow, S.DRAFT, cast)
    contribute(draft, cast.author, 60)
    with pytest.raises(Refused, match="60"):
        perform(draft, "notify", person=cast.author)
    with pytest.raises(IntegrityError, match="add up"), transaction.atomic():
        type(draft).objects.filter(pk=draft.pk).update(
            opened_at=START, reference="X 2026-0001", due_at=START, awaits="x"
        )
    contribute(draft, None, 40)

    assert perform(draft, "notify", person=cast.author).state == S.NOTIFIED
