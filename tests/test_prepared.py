"""What is asked in the same words each time is planned once for each connection, and answers as it would without."""

from typing import Any

import pghistory
import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal import prepared
from portal.prepared import PREFIX, Statement

pytestmark = pytest.mark.django_db

HOSTILE = ["", "'", "''; DROP TABLE cases_case; --", "%s %% %(a)s $1", "\\", 'å"ö', "$$"]


@pytest.fixture(autouse=True)
def _room(monkeypatch: pytest.MonkeyPatch) -> None:
    """However much earlier tests have prepared on this connection."""
    monkeypatch.setattr(prepared, "MOST", 100_000)


def ask(statement: Statement, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(*statement.asked(connection, values))
        return list(cursor.fetchall())


def kept(statement: Statement) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name = %s", [statement.name])
        (count,) = cursor.fetchone()
        return int(count)


def test_it_is_prepared_once_and_never_again() -> None:
    statement = Statement("SELECT %s::int + %s", [1, None], [1], "sum")
    with CaptureQueriesContext(connection) as asked:
        assert [ask(statement, number) for number in range(3)] == [[(1,)], [(2,)], [(3,)]]
    assert kept(statement) == 1
    assert len(asked) == 3
    assert all(query["sql"].startswith(f"EXECUTE {PREFIX}") for query in asked.captured_queries)


@pytest.mark.trust(20)
@pytest.mark.parametrize("word", HOSTILE)
def test_values_are_values_and_what_does_not_vary_is_too(word: str) -> None:
    statement = Statement("SELECT %s || '%%' || %s::text", [word, None], [1], "words")
    assert ask(statement, word) == [(f"{word}%{word}",)]


def test_without_anything_that_varies() -> None:
    assert ask(Statement("SELECT %s::int", [7], [], "seven")) == [(7,)]


def test_what_comes_after_the_most_is_asked_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "MOST", 0)
    statement = Statement("SELECT %s::int + %s", [1, None], [1], "sum")
    assert ask(statement, 2) == [(3,)]
    assert kept(statement) == 0


def test_nothing_is_prepared_on_a_connection_that_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    statement = Statement("SELECT %s::int", [None], [0], "number")
    assert ask(statement, 2) == [(2,)]
    assert kept(statement) == 0


def test_what_is_planned_anew_is_asked_as_it_is() -> None:
    statement = Statement("SELECT %s::int + %s", [1, None], [1], "sum", planned_anew=True)
    assert ask(statement, 2) == [(3,)]
    assert kept(statement) == 0


def test_a_transaction_that_fails_or_is_rolled_back_takes_nothing_with_it() -> None:
    statement = Statement("SELECT 10 / %s", [None], [0], "quotient")
    with transaction.atomic():
        ask(statement, 2)
        transaction.set_rollback(True)
    with pytest.raises(DatabaseError), transaction.atomic():
        ask(statement, 0)
    assert ask(statement, 5) == [(2,)]
    with pytest.raises(DatabaseError), transaction.atomic():
        ask(Statement("SELECT nothing_such", [], [], "error"))


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_prepares_anew() -> None:
    statement = Statement("SELECT %s::int", [None], [0], "number")
    ask(statement, 1)
    connection.close()
    assert kept(statement) == 0
    assert ask(statement, 2) == [(2,)]


def test_a_table_that_gets_a_column_is_asked_on() -> None:
    statement = Statement("SELECT count(id) FROM organisation_unit WHERE id > %s", [None], [0], "units")
    before = ask(statement, 0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE organisation_unit ADD COLUMN later integer")
    assert ask(statement, 0) == before


def test_it_is_not_taken_for_a_change_in_the_history_of_who_changed_what() -> None:
    statement = Statement("SELECT %s::int", [None], [0], "number")
    with pghistory.context(url="/"), CaptureQueriesContext(connection) as asked:
        ask(statement, 1)
    assert [query["sql"] for query in asked.captured_queries] == [f"EXECUTE {statement.name} (1)"]
