"""Migrations that cost less: operations that only add are carried out over one drawing of the models."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, ClassVar

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

PARTS = (AddField, AddIndex, AddConstraint)
ADDING = (CreateModel, *PARTS, AddTrigger)


class Together(SeparateDatabaseAndState):
    """Operations of ``ADDING``, in order, as if each stood by itself.

    After each operation by itself Django draws anew every model that is related to the one it changed, which is nearly all of them: that
    was nine tenths of what it cost to set up a database. Here they are drawn once, as they are in the end, with a table made whole.
    """

    serialization_expand_args: ClassVar[list[str]] = ["operations"]

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = list(operations)
        assert all(isinstance(one, ADDING) for one in self.operations)  # noqa: S101  # a mistake in a migration
        super().__init__(database_operations=self.operations, state_operations=self.operations)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__qualname__, [], {"operations": self.operations}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)  # a cached property: drawn anew when it is next asked for
        super().state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        made = {one.name_lower for one in self.operations if isinstance(one, CreateModel)}
        for one in self.operations:
            if not (isinstance(one, PARTS) and one.model_name_lower in made):
                one.database_forwards(app_label, schema_editor, to_state, to_state)

    def describe(self) -> str:
        return "; ".join(one.describe() for one in self.operations)


def drawn_once(operations: Iterable[Operation]) -> list[Operation]:
    """The same operations, those that only add and follow each other taken together."""
    return list(_grouped(operations))


def _grouped(operations: Iterable[Operation]) -> Iterator[Operation]:
    for adding, run in groupby(operations, lambda one: isinstance(one, ADDING)):
        if adding:
            yield Together(run)
        else:
            yield from run
