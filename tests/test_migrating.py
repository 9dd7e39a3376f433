"""Operations that are carried out together leave the same database as each by itself."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from portal.migrating import Together, drawn_once

pytestmark = pytest.mark.django_db(transaction=True)


def operations() -> list[Operation]:
    """Two models that refer to each other, and what was added to them one by one."""
    return [
        migrations.CreateModel(
            "Hen", [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20))]
        ),
        migrations.CreateModel(
            "Egg",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("hen", models.ForeignKey("farm.Hen", on_delete=models.CASCADE)),
            ],
        ),
        migrations.AddField("Hen", "first", models.ForeignKey("farm.Egg", null=True, on_delete=models.SET_NULL)),
        migrations.AddField("Egg", "friends", models.ManyToManyField("farm.Egg")),
        migrations.AddIndex("Hen", models.Index(fields=["name"], name="hen_name")),
        migrations.AddConstraint("Egg", models.UniqueConstraint(fields=["hen"], name="one_egg")),
        migrations.AddConstraint("Hen", models.CheckConstraint(condition=~models.Q(name=""), name="hen_named")),
    ]


def made_by(steps: Iterable[Operation]) -> dict[str, Any]:
    """The columns and constraints of the tables that the steps make; they are taken away again."""
    migration, state = (
        type("Farm", (migrations.Migration,), {"operations": list(steps)})("0001", "farm"),
        ProjectState(),
    )
    with connection.schema_editor() as editor:
        migration.apply(state, editor)
    try:
        with connection.cursor() as cursor:
            tables = sorted(name for name in connection.introspection.table_names(cursor) if name.startswith("farm_"))
            see = connection.introspection
            return {
                name: (see.get_table_description(cursor, name), see.get_constraints(cursor, name)) for name in tables
            }
    finally:
        with connection.schema_editor() as editor:
            migration.unapply(ProjectState(), editor)


def test_together_they_make_what_each_makes_by_itself() -> None:
    together = drawn_once(operations())

    assert [type(one) for one in together] == [Together]
    found = made_by(together)
    assert list(found) == ["farm_egg", "farm_egg_friends", "farm_hen"]
    assert found == made_by(operations())


def test_only_what_adds_and_follows_each_other_is_taken_together() -> None:
    between = migrations.RunSQL("SELECT 1", migrations.RunSQL.noop)

    made = drawn_once([*operations()[:2], between, *operations()[2:]])

    assert [type(one) for one in made] == [Together, migrations.RunSQL, Together]
