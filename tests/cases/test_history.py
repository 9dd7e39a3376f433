"""The history cannot be changed, and what has been changed all the same is found (trust 22)."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from portal.cases import kinds
from portal.cases.actions.history import write_event
from portal.cases.actions.sealing import seal_history
from portal.cases.models import Event, Seal
from portal.cases.queries import verify_history
from portal.cases.queries.verifying import Loose
from tests.cast import Cast, case_in

IDEA = kinds.by_key("idea").flow
pytestmark = pytest.mark.trust(22)
TAMPERING = (
    "UPDATE cases_event SET note = 'Något annat'",
    "DELETE FROM cases_event",
    "TRUNCATE cases_event, notices_notice",
    "UPDATE cases_seal SET hash = ''",
    "DELETE FROM cases_seal",
    "UPDATE cases_chainend SET number = number - 1",
    "UPDATE cases_chainend SET number = number + 1",
    "INSERT INTO cases_chainend (case_id, number, hash) VALUES (0, 1, '')",
    "DELETE FROM cases_chainend",
    "TRUNCATE cases_chainend",
    "DELETE FROM cases_diaryentry",
    "TRUNCATE cases_diaryentry",
    "UPDATE cases_diaryentry SET concerns = 'Något annat'",
)


@contextmanager
def triggers_off(table: str) -> Iterator[Any]:
    """As an intruder with the owner's rights would do it."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield cursor
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.fixture
def events(cast: Cast) -> list[Event]:
    """Three cases with three events each, all sealed, then one that is not."""
    for _ in range(3):
        case_in(IDEA, "assessing", cast)
    seal_history(lag=0)
    case_in(IDEA, "submitted", cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return list(Event.objects.order_by("recorded_at", "pk"))


def test_a_whole_history_is_found_whole(events: list[Event]) -> None:
    found = verify_history()

    assert (found.whole, found.events, found.seals) == (True, len(events), 1)


@pytest.mark.parametrize("statement", TAMPERING)
def test_the_owner_of_the_tables_may_not_change_history(events: list[Event], statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match=r"append-only|permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.strategy("X5")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", TAMPERING)
def test_the_role_of_the_application_may_not_change_history(cast: Cast, database_url: str, statement: str) -> None:
    case_in(IDEA, "submitted", cast)
    seal_history(lag=0)

    with closing(psycopg2.connect(database_url)) as link, link.cursor() as cursor:
        for attempt in (
            statement,
            "ALTER TABLE cases_event DISABLE TRIGGER USER",
            "DROP TRIGGER append_only ON cases_event",
        ):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(attempt)
            link.rollback()


@pytest.mark.parametrize(
    "change",
    [
        "note = 'Något annat'",
        "person_id = NULL",
        "at = at - interval '1 day'",
        "recorded_at = recorded_at - interval '1 second'",
        "data = '{\"ja\": 1}'",
        "internal = NOT internal",
        "move = 'annat'",
        "hash = repeat('0', 64)",
    ],
)
def test_a_changed_event_is_named(events: list[Event], change: str) -> None:
    victim = events[4]
    with triggers_off("cases_event") as cursor:
        cursor.execute(f"UPDATE cases_event SET {change} WHERE id = %s", [victim.pk])

    broken = verify_history().event

    assert broken is not None
    assert broken.pk == victim.pk


def test_the_first_of_several_broken_events_is_named(events: list[Event]) -> None:
    with triggers_off("cases_event") as cursor:
        cursor.execute("UPDATE cases_event SET note = 'x' WHERE id IN (%s, %s)", [events[2].pk, events[5].pk])

    broken = verify_history().event

    assert broken is not None
    assert broken.pk == events[2].pk


def test_an_event_rehashed_by_hand_breaks_the_one_after_it(events: list[Event]) -> None:
    victim = events[0]
    with triggers_off("cases_event") as cursor:
        cursor.execute("UPDATE cases_event SET note = 'x' WHERE id = %s", [victim.pk])
        cursor.execute("UPDATE cases_event e SET hash = event_hash(e) WHERE id = %s", [victim.pk])

    broken = verify_history().event

    assert broken is not None
    assert (broken.case_id, broken.number) == (victim.case_id, 2)


def cut_off(*events: Event) -> None:
    keys = [event.pk for event in events]
    with triggers_off("notices_notice"), triggers_off("cases_event") as cursor:
        cursor.execute("DELETE FROM notices_notice WHERE event_id = ANY (%s)", [keys])
        cursor.execute("DELETE FROM cases_event WHERE id = ANY (%s)", [keys])


def last_of(event: Event) -> Event:
    return Event.objects.filter(case=event.case_id).order_by("-number")[0]


def test_a_chain_whose_end_is_cut_off_names_the_missing_event(events: list[Event]) -> None:
    newest = last_of(events[-1])
    cut_off(newest)

    found = verify_history()

    assert (found.event, found.seal) == (None, None), "what no seal covers yet is missed all the same"
    assert found.end == Loose(newest.case.reference or "", newest.number)
    with pytest.raises(CommandError, match=rf"{newest.case.reference}: event {newest.number} is missing"):
        call_command("verify_history")


def test_the_first_of_the_missing_events_is_named_though_all_of_a_case_are_gone(events: list[Event]) -> None:
    gone = list(Event.objects.filter(case=events[-1].case_id))
    cut_off(*gone)

    assert verify_history().end == Loose(gone[0].case.reference or "", 1)


def test_what_happens_afterwards_does_not_cover_the_gap(events: list[Event]) -> None:
    newest = last_of(events[-1])
    cut_off(newest)

    later = write_event(case=newest.case, person=None, move="noted")

    broken = verify_history().event
    assert broken is not None
    assert (broken.pk, broken.number) == (later.pk, newest.number + 1)


def test_an_event_rehashed_by_hand_at_the_end_is_named(events: list[Event]) -> None:
    newest = last_of(events[-1])
    with triggers_off("cases_event") as cursor:
        cursor.execute("UPDATE cases_event SET note = 'x' WHERE id = %s", [newest.pk])
        cursor.execute("UPDATE cases_event e SET hash = event_hash(e) WHERE id = %s", [newest.pk])

    assert verify_history().end == Loose(newest.case.reference or "", newest.number)


def test_an_end_cut_off_and_set_back_breaks_the_seal(events: list[Event]) -> None:
    last = last_of(events[0])
    cut_off(last)
    with triggers_off("cases_chainend") as cursor:
        cursor.execute(
            "UPDATE cases_chainend SET number = %s, hash = %s WHERE case_id = %s",
            [last.number - 1, last.previous, last.case_id],
        )

    found = verify_history()

    assert (found.event, found.end) == (None, None)
    assert found.seal == Seal.objects.get()


def test_the_command_names_the_first_broken_event_and_fails(
    events: list[Event], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_history")
    assert str(len(events)) in capsys.readouterr().out

    with triggers_off("cases_event") as cursor:
        cursor.execute("UPDATE cases_event SET note = 'x' WHERE id = %s", [events[3].pk])
    with pytest.raises(CommandError, match=rf"{events[3].case.reference}.*{events[3].number}") as failure:
        call_command("verify_history")
    assert failure.value.returncode == 1


def test_history_is_sealed_once_a_day_and_no_event_is_left_out(cast: Cast) -> None:
    case_in(IDEA, "assessing", cast)

    assert seal_history(lag=0) is not None
    assert seal_history(lag=0) is None
    assert Seal.objects.get().events == Event.objects.count()
    assert verify_history().whole


def test_events_of_the_last_quarter_are_left_for_the_next_seal(cast: Cast) -> None:
    case_in(IDEA, "assessing", cast)

    seal = seal_history()

    assert seal is not None
    assert seal.events == 0
