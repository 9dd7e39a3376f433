"""Statements that PostgreSQL reads once for each connection, and most of which it plans once: to plan a question takes it longer than to
answer it, where a case or a person is found by number.

Only for questions, and only where a connection is kept between requests (``DATABASE_CONN_MAX_AGE``): it keeps what it has prepared.
PostgreSQL plans a statement anew when a table, or what is known of it, has changed; and each time, as it would otherwise, where it reckons
that a plan made for any value would cost more. It reckons so from the first five values, which will not do where values are very unlike: a
word stands in ten cases or in half of them. Such a question is ``planned_anew``.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

from django.db.backends.base.base import BaseDatabaseWrapper
from pghistory import runtime

MOST = 60
"""Statements prepared on one connection, of some 300 kB each in its session; what comes after is asked as it is."""
PREFIX = "worded_"
# pghistory takes what is no SELECT for a change, and would send along who made it.
runtime.IGNORED_SQL_PREFIXES += (f"execute {PREFIX}",)  # type: ignore[assignment]

_numbers = count(1)
_prepared: WeakKeyDictionary[Any, set[str]] = WeakKeyDictionary()


class Statement:
    """A question as SQL with ``%s`` for each of ``params``, of which those at ``places`` vary. Threads share it.

    One that is ``planned_anew`` is asked as it is.
    """

    def __init__(
        self, sql: str, params: Sequence[Any], places: Sequence[int], about: str, *, planned_anew: bool = False
    ) -> None:
        self.sql = sql
        self.params = list(params)
        self.places = list(places)
        self.planned_anew = planned_anew
        self.name = f"{PREFIX}{next(_numbers)}_{about}"[:63]
        self.execute = (
            f"EXECUTE {self.name} ({', '.join(['%s'] * len(self.places))})" if places else f"EXECUTE {self.name}"
        )

    def asked(self, link: BaseDatabaseWrapper, values: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
        """What to execute on that connection, and with which parameters. ``values`` are those of ``places``, in their order."""
        if self.planned_anew:
            return self.sql, tuple(self._filled(values))
        link.ensure_connection()
        prepared = _prepared.setdefault(link.connection, set())
        if self.name not in prepared:
            if len(prepared) >= MOST or not link.settings_dict["CONN_MAX_AGE"]:
                return self.sql, tuple(self._filled(values))
            self._prepare(link)
            prepared.add(self.name)
        return self.execute, tuple(values)

    def _filled(self, values: Sequence[Any]) -> list[Any]:
        filled = self.params.copy()
        for place, value in zip(self.places, values, strict=True):
            filled[place] = value
        return filled

    def _prepare(self, link: BaseDatabaseWrapper) -> None:
        """What does not vary is written out, so that PostgreSQL plans with it."""
        with link.wrap_database_errors, link.connection.cursor() as cursor:
            written: list[str] = [cursor.mogrify("%s", [value]).decode() for value in self.params]
            for number, place in enumerate(self.places, start=1):
                written[place] = f"${number}"
            cursor.execute(f"PREPARE {self.name} AS {self.sql % tuple(written)}")
