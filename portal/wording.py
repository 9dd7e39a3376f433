"""Questions that are put to the database in the same words each time, with other values: Django writes them as SQL once, and PostgreSQL
reads them once for each connection (``portal.prepared``).

    @worded_once("case")
    def documents_of(case: int, audiences: tuple[str, ...]) -> QuerySet[Document]:
        return Document.objects.filter(case=case, audience__in=audiences)

    documents_of(case.pk, audiences)  # a list

Writing SQL took a third of a page's time, more than PostgreSQL takes to answer.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping
from copy import copy
from datetime import UTC, datetime
from functools import wraps
from inspect import Signature, signature
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BigIntegerField, Field, Lookup, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

from portal.prepared import Statement

MOST = 64
"""Wordings kept of each question, of some 30 kB each."""
LARGEST = BigIntegerField.MAX_BIGINT
Given = ParamSpec("Given")
Row = TypeVar("Row", bound=Model)


def worded_once(
    *varying: str, planned_anew: bool = False
) -> Callable[[Callable[Given, QuerySet[Row]]], Callable[Given, list[Row]]]:
    """Of a function that builds a queryset, one that answers with its rows as a list.

    Parameters named in ``varying`` (whole numbers, texts, moments, or lists, as for ``among``) may change from one question to the next,
    and must each stand in the query as they are. A number is compared with an integer or a bigint column: of a smallint Django knows that
    no row has the large number that stands in for it, and the question would always answer with nothing. The wording depends on the other
    parameters. Raises TypeError, the first time, where a value does not stand in the query.

    A question ``planned_anew`` is never prepared: how many rows have a word decides how they are best found, and PostgreSQL, which judges
    by the first five words that it is asked for, would keep a plan that takes others seven times as long.
    """

    def made(build: Callable[Given, QuerySet[Row]]) -> Callable[Given, list[Row]]:
        question, parameters = Question(planned_anew=planned_anew), signature(build)

        @wraps(build)
        def ask(*args: Given.args, **kwargs: Given.kwargs) -> list[Row]:
            values, fixed = parted(parameters, varying, *args, **kwargs)
            return question.ask(tuple(fixed.values()), values, lambda some: build(**fixed, **some))  # type: ignore[call-arg]

        return ask

    return made


def parted(
    parameters: Signature, varying: Collection[str], *args: Any, **kwargs: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a call gives to the parameters that vary, and to the others."""
    bound = parameters.bind(*args, **kwargs)
    bound.apply_defaults()
    values = {name: bound.arguments.pop(name) for name in varying}
    return values, bound.arguments


class Question:
    """The wordings of one question, each by what it depends on."""

    def __init__(self, *, planned_anew: bool = False) -> None:
        self.planned_anew = planned_anew
        self.kept: OrderedDict[Hashable, Wording] = OrderedDict()

    def ask(
        self,
        key: Hashable,
        values: Mapping[str, Any],
        build: Callable[[dict[str, Any]], QuerySet[Any]],
        *,
        maybe: Collection[str] = (),
    ) -> list[Any]:
        """The rows. ``build`` is given stand-ins for the values, the first time; those of ``maybe`` need not stand in the query."""
        wording = self.kept.get(key)
        if wording is None:
            some = {name: _stand_in(value, number) for number, (name, value) in enumerate(values.items())}
            wording = self.kept[key] = Wording(build({**some}), some, maybe, self.planned_anew)
            if len(self.kept) > MOST:
                self.kept.popitem(last=False)
        return wording.ask(values)


def _stand_in(value: Any, number: int) -> Any:
    """A value of the same kind that stands nowhere else in the query."""
    if isinstance(value, int) and not isinstance(value, bool):
        return 2_000_000_011 + number  # fits an integer column too
    if isinstance(value, str):
        return f"stand-in-{number}-7d1f"
    if isinstance(value, list):
        return [f"stand-in-{number}-7d1f" if any(isinstance(one, str) for one in value) else 2_000_000_011 + number]
    if isinstance(value, datetime):
        return datetime(1, 1, 2 + number, tzinfo=UTC)
    raise TypeError(f"What varies must be a whole number, a text, a moment or a list, not {value!r}")


@Field.register_lookup
class Among(Lookup[Any]):
    """``pk__among=[1, 2]`` is ``pk__in`` in words that are the same however many there are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY (%s)", (*params, list(self.rhs))


class Wording:
    """One query as SQL, and which value stands at each place that varies. Read only, once it is made: threads share it."""

    def __init__(
        self, rows: QuerySet[Any], stand_ins: Mapping[str, Any], maybe: Collection[str], planned_anew: bool
    ) -> None:
        self.rows = rows
        self.compiler: Any = rows.query.get_compiler(rows.db)
        self.converters: Any = None
        try:
            self.sql, params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, params = "", ()
        places = [
            (place, name)
            for place, value in enumerate(params)
            for name, stand_in in stand_ins.items()
            if type(value) is type(stand_in) and value == stand_in
        ]
        self.names = [name for _place, name in places]
        self.statement = Statement(
            self.sql, params, [place for place, _name in places], rows.model._meta.db_table, planned_anew=planned_anew
        )
        missing = set(stand_ins) - set(self.names) - set(maybe)
        within = [one for one in params if isinstance(one, list) and any(part in one for part in stand_ins.values())]
        if self.sql and (missing or any(one not in stand_ins.values() for one in within)):
            raise TypeError(f"Not every value of {sorted(stand_ins)} stands in the query as it is")

    def ask(self, values: Mapping[str, Any]) -> list[Any]:
        """The rows, with what is to be prefetched for them. None has a number that no column can hold, as Django itself answers."""
        if not self.sql or any(isinstance(value, int) and abs(value) > LARGEST for value in values.values()):
            return []
        compiler = copy(self.compiler)
        compiler.connection = connections[self.rows.db]
        asked = self.statement.asked(compiler.connection, [values[name] for name in self.names])
        compiler.as_sql = lambda *_args, **_kwargs: asked
        compiler.get_converters = self._converters
        query = _bare_copy(self.rows.query)
        query.get_compiler = lambda *_args, **_kwargs: compiler
        return list(_bare_copy(self.rows, _query=query))

    def _converters(self, expressions: Any) -> Any:
        if self.converters is None:
            self.converters = type(self.compiler).get_converters(self.compiler, expressions)
        return self.converters


def _bare_copy(original: Any, **parts: Any) -> Any:
    """Of a queryset or query: the same parts but for those given, without what copying them by their own ways costs."""
    made = object.__new__(type(original))
    made.__dict__.update(original.__dict__ | parts)
    return made
