"""A call says which question asks what the project promises. Until now that was the benefit, by its key."""

from django.db import migrations, models

ALIKE = "to_jsonb(q) - ARRAY[''id'', ''call_id'', ''position'']"
SINCE = f"{ALIKE} - CASE WHEN latest.content #> ''{{questions,0}}'' ? ''promise'' THEN '''' ELSE ''promise'' END"
"""An edition from before says nothing of it."""
MARKED = """
UPDATE fund_question SET promise = true WHERE key = 'benefit' AND kind = 'text';
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


def reworded(function: str, before: str, after: str) -> str:
    found = f"replace(pg_get_functiondef('{function}'::regproc), '{before}', '{after}')"
    return f"DO $do$ BEGIN EXECUTE {found}; END $do$;"


class Migration(migrations.Migration):
    dependencies = [("fund", "0022_place_of_its_own")]
    operations = [
        migrations.AddField(
            model_name="question",
            name="promise",
            field=models.BooleanField(
                default=False,
                help_text="One of the texts. The effect is told beside the answer, a year after the project has ended.",
                verbose_name="what the project promises",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("promise", False), ("kind", "text"), _connector="OR"),
                name="question_promise_of_text",
            ),
        ),
        migrations.RunSQL(reworded("call_as_its_edition", ALIKE, SINCE), reworded("call_as_its_edition", SINCE, ALIKE)),
        migrations.RunSQL(MARKED, migrations.RunSQL.noop),
    ]
