"""A condition that is written as SQL once and then kept. To write anew who may see a case takes the start page a fifth of its time."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.db.models.sql.where import WhereNode


class Kept:
    """Stands for a part of a query's WHERE in every copy of that query.

    The SQL names tables by their aliases in the query; a copy with other aliases (a subquery of another) writes its own.
    """

    contains_aggregate = contains_over_clause = False

    def __init__(self, node: WhereNode) -> None:
        self.node = node
        self.written: tuple[str, tuple[Any, ...]] | None = None

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        if self.written is None:
            sql, params = self.node.as_sql(compiler, connection)
            self.written = sql, tuple(params)
        return self.written[0], list(self.written[1])

    def relabeled_clone(self, change_map: dict[str | None, str]) -> "Kept":
        return Kept(self.node.relabeled_clone(change_map))

    def replace_expressions(self, replacements: dict[Any, Any]) -> "Kept":
        return Kept(self.node.replace_expressions(replacements)) if replacements else self

    def get_refs(self) -> set[str]:
        return self.node.get_refs()


def keep_condition(query: Query) -> None:
    """From now on, the query and its copies write what they ask so far once."""
    if query.where and not query.is_empty():
        query.where = WhereNode([Kept(query.where)])  # type: ignore[list-item]  # it answers what is asked of a node
