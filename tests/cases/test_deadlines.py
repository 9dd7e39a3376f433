"""Dates are reminded of before, escalated after, and told once each, however often the clock asks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ideas.flow import IdeaFlow
from ideas.states import IdeaState as S
from portal.accounts.models import User
from portal.cases.actions.deadlines import CHUNK, ESCALATED, Watch, watch_deadlines
from portal.cases.actions.erasure import erase_contacts
from portal.cases.models import Case, CaseContact, Event
from portal.cases.states import Confidentiality
from portal.cases.workdays import STOCKHOLM
from portal.notices.actions import tell
from portal.notices.models import Mail, Notice
from portal.notices.rules import next_digest
from portal.notices.states import Topic
from portal.organisation.models import Appointment
from portal.organisation.states import Role
from tests.cast import Cast, case_in, draft_of
from tests.notices.post import anonymous_case

NOTHING = Watch(0, 0, 0)


def at(text: str) -> datetime:
    """A moment in Stockholm."""
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


def due(case: Any, moment: str) -> Any:
    """The case as if its date were this one, with nothing told yet."""
    Notice.objects.all().delete()
    Case.objects.filter(pk=case.pk).update(due_at=at(moment))
    case.refresh_from_db()
    return case


def told(topic: Topic) -> list[str]:
    return sorted(Notice.objects.filter(topic=topic).values_list("recipient__username", flat=True))


@pytest.fixture
def idea(cast: Cast) -> Any:
    """Waits for the innovation lead; the last day is Wednesday 20 May 2026."""
    return due(case_in(IdeaFlow, S.SUBMITTED, cast), "2026-05-20 23:59:59")


# ── Before ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("now", "stages"),
    [
        ("2026-05-11 06:00", []),
        ("2026-05-12 06:00", [5]),  # five working days before: Ascension Day lies between
        ("2026-05-18 06:00", [5]),
        ("2026-05-19 06:00", [1]),
        ("2026-05-20 06:00", [1]),  # the last morning
        ("2026-05-21 06:00", []),
    ],
)
def test_those_whose_step_it_is_are_reminded_in_working_days(idea: Any, now: str, stages: list[int]) -> None:
    watch_deadlines(now=at(now))

    reminders = Notice.objects.filter(topic=Topic.REMINDER)
    assert [(row.recipient.username if row.recipient else "", row.stage) for row in reminders] == [
        ("lead", stage) for stage in stages
    ]


def test_what_is_due_on_monday_is_reminded_of_on_friday(idea: Any) -> None:
    due(idea, "2026-05-25 23:59:59")
    Notice.objects.create(
        recipient=User.objects.get(username="lead"), case=idea, topic=Topic.REMINDER, due_at=idea.due_at, stage=5
    )

    assert watch_deadlines(now=at("2026-05-21 06:00")) == NOTHING
    assert watch_deadlines(now=at("2026-05-22 06:00")) == Watch(1, 0, 0)


def test_each_reminder_is_given_once_however_often_the_clock_asks(idea: Any) -> None:
    answers = [watch_deadlines(now=at(now)) for now in ("2026-05-12 06:00", "2026-05-12 06:01", "2026-05-13 06:00")]
    answers += [watch_deadlines(now=at("2026-05-19 06:00")), watch_deadlines(now=at("2026-05-20 06:00"))]

    assert answers == [Watch(1, 0, 0), NOTHING, NOTHING, Watch(1, 0, 0), NOTHING]
    assert told(Topic.REMINDER) == ["lead", "lead"]


def test_the_person_who_handles_the_case_is_reminded_too(cast: Cast, idea: Any) -> None:
    Case.objects.filter(pk=idea.pk).update(holder=cast.colleague)

    watch_deadlines(now=at("2026-05-19 06:00"))

    assert told(Topic.REMINDER) == ["colleague", "lead"]


def test_where_nobody_holds_the_office_the_coordinators_are_told(idea: Any) -> None:
    Appointment.objects.filter(role=Role.INNOVATION_LEAD).delete()

    watch_deadlines(now=at("2026-05-19 06:00"))

    assert told(Topic.REMINDER) == ["coordinator"]


def test_the_mornings_reminders_leave_with_the_daily_digest(idea: Any) -> None:
    now = at("2026-05-19 06:00")

    watch_deadlines(now=now)

    assert Notice.objects.get(topic=Topic.REMINDER).mail_at == next_digest(now)


def test_a_step_taken_gives_the_case_a_new_date_and_new_reminders(cast: Cast, idea: Any) -> None:
    watch_deadlines(now=at("2026-05-19 06:00"))
    Case.objects.filter(pk=idea.pk).update(due_at=at("2026-06-20 23:59:59"))

    assert watch_deadlines(now=at("2026-06-18 06:00")) == Watch(1, 0, 0)


# ── After ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_next_working_day_the_nearest_manager_is_told_and_the_history_shows_it(idea: Any) -> None:
    assert watch_deadlines(now=at("2026-05-20 23:59:59")).escalated == 0

    assert watch_deadlines(now=at("2026-05-21 06:00")) == Watch(0, 1, 0)

    assert told(Topic.ESCALATION) == ["lead", "manager"]
    event = Event.objects.get(case=idea, move=ESCALATED)
    assert (event.internal, event.person, event.data) == (True, None, {"stage": 0})


def test_nobody_is_told_on_a_day_off(idea: Any) -> None:
    due(idea, "2026-05-22 23:59:59")  # a Friday

    days = {day: watch_deadlines(now=at(f"2026-05-{day} 06:00")).escalated for day in (23, 24, 25)}

    assert days == {23: 0, 24: 0, 25: 1}


def test_the_coordinators_are_told_every_week_until_something_happens(cast: Cast, idea: Any) -> None:
    escalated = {}
    for day in range(21, 45):
        now = at("2026-05-01 06:00") + timedelta(days=day - 1)
        if watch_deadlines(now=now).escalated:
            escalated[f"{now:%m-%d}"] = sorted(
                Notice.objects.filter(event=Event.objects.filter(move=ESCALATED).latest("number")).values_list(
                    "recipient__username", flat=True
                )
            )

    assert escalated == {
        "05-21": ["lead", "manager"],
        "05-28": ["coordinator", "lead"],
        "06-04": ["coordinator", "lead"],
        "06-11": ["coordinator", "lead"],
    }


def test_days_without_the_clock_are_made_up_for_once(idea: Any) -> None:
    assert watch_deadlines(now=at("2026-06-10 14:30")) == Watch(0, 1, 0)
    assert watch_deadlines(now=at("2026-06-10 14:31")) == NOTHING


def test_a_closed_case_and_one_that_moved_on_are_left_alone(cast: Cast) -> None:
    declined = case_in(IdeaFlow, S.DECLINED, cast)
    assert declined.due_at is None
    later = at("2027-06-01 06:00")
    Case.objects.filter(closed_at=None).delete()

    assert watch_deadlines(now=later) == NOTHING


def test_nobody_hears_of_a_case_they_may_not_see(cast: Cast, idea: Any) -> None:
    """The lead, the manager and the coordinators are blind to a restricted case, so it goes to those who handle it."""
    Case.objects.filter(pk=idea.pk).update(confidentiality=Confidentiality.RESTRICTED)

    watch_deadlines(now=at("2026-05-19 06:00"))
    watch_deadlines(now=at("2026-05-21 06:00"))
    watch_deadlines(now=at("2026-05-28 06:00"))

    assert (told(Topic.REMINDER), told(Topic.ESCALATION)) == (["jurist"], ["jurist"] * 2)
    assert Event.objects.filter(case=idea, move=ESCALATED).count() == 2


def test_a_run_that_dies_in_the_middle_loses_nothing_and_doubles_nothing(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = [due(case_in(IdeaFlow, S.SUBMITTED, cast), "2026-05-20 23:59:59") for _number in range(3)]
    calls: list[int] = []

    def dies(**told_of: Any) -> int:
        calls.append(told_of["case"].pk)
        if len(calls) == 3:
            raise ZeroDivisionError
        return tell(**told_of)

    monkeypatch.setattr("portal.cases.actions.deadlines.tell", dies)
    with pytest.raises(ZeroDivisionError):
        watch_deadlines(now=at("2026-05-21 06:00"))
    monkeypatch.undo()
    assert Event.objects.filter(move=ESCALATED).count() == 1, "the second case was rolled back as a whole"

    watch_deadlines(now=at("2026-05-21 06:10"))

    per_case = [Event.objects.filter(case=case, move=ESCALATED).count() for case in cases]
    assert per_case == [1, 1, 1]
    assert told(Topic.ESCALATION) == ["lead"] * 3 + ["manager"] * 3


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_each_thing_once(cast: Cast) -> None:
    for _number in range(8):
        due(case_in(IdeaFlow, S.SUBMITTED, cast), "2026-05-20 23:59:59")

    def work() -> Watch:
        try:
            return watch_deadlines(now=at("2026-05-21 06:00"))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        done = [future.result().escalated for future in [pool.submit(work) for _worker in range(2)]]

    assert sum(done) == 8
    assert Event.objects.filter(move=ESCALATED).count() == 8
    assert told(Topic.ESCALATION) == ["lead"] * 8 + ["manager"] * 8


# ── Drafts ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_that_has_rested_for_thirty_days_is_recalled_once(cast: Cast) -> None:
    draft = draft_of(IdeaFlow, cast)
    now = timezone.now()

    assert watch_deadlines(now=now + timedelta(days=29)).drafts == 0
    assert watch_deadlines(now=now + timedelta(days=31)).drafts == 1
    assert watch_deadlines(now=now + timedelta(days=32)).drafts == 0
    assert watch_deadlines(now=now + timedelta(days=400)).drafts == 0
    notice = Notice.objects.get(topic=Topic.DRAFT)
    assert (notice.recipient, notice.case_id, notice.mandatory) == (cast.author, draft.pk, False)


# ── Many ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_has_been_told_costs_nothing_again(cast: Cast, idea: Any) -> None:
    """Candidates are found in SQL; the number of queries does not grow with the cases that need nothing."""
    assert CHUNK >= 100
    counts = []
    for _round in range(2):
        case_in(IdeaFlow, S.SUBMITTED, cast)
        watch_deadlines(now=at("2026-05-21 06:00"))
        with CaptureQueriesContext(connection) as captured:
            watch_deadlines(now=at("2026-05-21 06:00"))
        counts.append(len(captured))

    assert counts == [12, 12]


def test_a_backlog_is_worked_off_in_turns(cast: Cast) -> None:
    for _number in range(3):
        due(case_in(IdeaFlow, S.SUBMITTED, cast), "2026-05-20 23:59:59")
    now = at("2026-05-21 06:00")

    assert watch_deadlines(now=now, seconds=0) == Watch(0, 0, 0, finished=False)
    assert watch_deadlines(now=now) == Watch(0, 3, 0)


# ── Erasing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def closed_with_contact(moment: str) -> CaseContact:
    case = anonymous_case(IdeaFlow, S.SUBMITTED)
    Case.objects.filter(pk=case.pk).update(closed_at=at(moment), awaits="")
    return CaseContact.objects.get(case=case)


def test_contact_data_is_erased_two_years_after_the_case_was_closed(db: None) -> None:
    contact = closed_with_contact("2026-05-20 12:00")
    Mail.objects.create(contact=contact, try_at=timezone.now(), error="550 5.1.1 There is no invanare@example.org here")

    assert erase_contacts(now=at("2028-05-20 03:00")) == 0
    assert erase_contacts(now=at("2028-05-21 03:00")) == 1
    assert erase_contacts(now=at("2028-05-22 03:00")) == 0

    contact.refresh_from_db()
    assert (contact.name, contact.email, contact.code_hash) == ("", "", "x")
    assert contact.erased_at == at("2028-05-21 03:00")
    assert Mail.objects.get().error == ""
    event = Event.objects.get(move="contact_erased")
    assert (event.case_id, event.internal, event.data) == (contact.case_id, True, {})


def test_contact_data_is_kept_while_there_is_a_ground_to_keep_it(db: None) -> None:
    contact = closed_with_contact("2026-05-20 12:00")
    CaseContact.objects.filter(pk=contact.pk).update(kept_because="Begäran om registerutdrag")

    assert erase_contacts(now=at("2030-05-21 03:00")) == 0

    CaseContact.objects.filter(pk=contact.pk).update(kept_because="")
    assert erase_contacts(now=at("2030-05-21 03:00")) == 1


def test_contact_data_of_an_open_case_is_kept(db: None) -> None:
    anonymous_case(IdeaFlow, S.SUBMITTED)

    assert erase_contacts(now=at("2040-01-01 03:00")) == 0


@pytest.mark.parametrize(("months", "erased"), [(0, 0), (1, 1)])
def test_the_setting_says_after_how_many_months_and_nought_means_never(
    db: None, settings: Any, months: int, erased: int
) -> None:
    closed_with_contact("2026-05-20 12:00")
    settings.CONTACT_ERASE_MONTHS = months

    assert erase_contacts(now=at("2026-06-21 03:00")) == erased


def test_erasing_is_one_transaction_with_its_event(db: None) -> None:
    contact = closed_with_contact("2026-05-20 12:00")
    with transaction.atomic():
        assert erase_contacts(now=at("2030-05-21 03:00")) == 1
        transaction.set_rollback(True)

    contact.refresh_from_db()
    assert contact.email
    assert not Event.objects.filter(move="contact_erased").exists()
