"""A call says what kinds of project it takes and by when it is read, weighed and decided; each is kept as the rest of an edition is."""

import django.contrib.postgres.fields
from django.db import migrations, models

import fund.models.call

ORDER = """
ALTER TABLE fund_call ADD CONSTRAINT call_phases_in_order CHECK (edition = 0 OR closes_at IS NULL OR (
    coalesce(reviews_by > (closes_at AT TIME ZONE 'Europe/Stockholm')::date, true)
    AND coalesce(panel_on > (closes_at AT TIME ZONE 'Europe/Stockholm')::date, true)
    AND coalesce(decision_by > (closes_at AT TIME ZONE 'Europe/Stockholm')::date, true)
    AND coalesce(panel_on >= reviews_by, true)
    AND coalesce(decision_by >= greatest(reviews_by, panel_on), true)));
"""
DISORDER = "ALTER TABLE fund_call DROP CONSTRAINT call_phases_in_order;"

TAKEN = """
CREATE FUNCTION submission_of_its_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.content ->> 'project' <> '' AND NOT EXISTS (
        SELECT FROM fund_call c JOIN fund_application a ON a.call_id = c.case_ptr_id
        WHERE a.case_ptr_id = NEW.application_id AND NEW.content ->> 'project' = ANY (c.takes)
    ) THEN
        RAISE EXCEPTION 'the call of application % takes no such project', NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER submission_of_its_call BEFORE INSERT ON fund_submission FOR EACH ROW EXECUTE FUNCTION submission_of_its_call();
"""
UNTAKEN = "DROP TRIGGER submission_of_its_call ON fund_submission; DROP FUNCTION submission_of_its_call();"

BEFORE = (
    "edition",
    "opens_at",
    "closes_at",
    "year",
    "budget",
    "largest_grant",
    "most_pages",
    "approve_days",
    "anonymous",
)
BEFORE = (*BEFORE, "purpose", "terms", "plan")
ADDED = ("takes", "reviews_by", "panel_on", "decision_by")
FEWER, NOT_FEWER = (
    "NEW.approve_days < OLD.approve_days",
    "NEW.approve_days < OLD.approve_days OR NOT NEW.takes @> OLD.takes",
)
ALIKE = "''anonymous'', call.anonymous"
ALSO = f"{ALIKE}, ''takes'', call.takes, ''reviews_by'', call.reviews_by, ''panel_on'', call.panel_on, ''decision_by'', call.decision_by"


def reworded(function: str, before: str, after: str) -> str:
    found = f"replace(pg_get_functiondef('{function}'::regproc), '{before}', '{after}')"
    return f"DO $do$ BEGIN EXECUTE {found}; END $do$;"


def watched(columns: tuple[str, ...]) -> str:
    """Both triggers of the call's own row, when one of the columns is changed."""
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    when = f"WHEN ((OLD.edition > 0 OR {{}}) AND ({old}) IS DISTINCT FROM ({new}))"
    return f"""
DROP TRIGGER call_keeps_its_word ON fund_call;
CREATE TRIGGER call_keeps_its_word BEFORE UPDATE ON fund_call FOR EACH ROW
    {when.format("false")} EXECUTE FUNCTION call_keeps_its_word();
DROP TRIGGER call_as_its_edition ON fund_call;
CREATE CONSTRAINT TRIGGER call_as_its_edition AFTER UPDATE ON fund_call DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    {when.format("true")} EXECUTE FUNCTION call_as_its_edition();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_similar"), ("fund", "0015_tally")]

    operations = [
        migrations.AddField(
            model_name="call",
            name="takes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("new", "New project"),
                        ("continuation", "Continuation of a project"),
                        ("implementation", "Implementation of what has been tried"),
                    ],
                    max_length=14,
                ),
                blank=True,
                default=fund.models.call.every_purpose,
                size=None,
                verbose_name="what may be applied for",
            ),
        ),
        migrations.AddField(
            model_name="call",
            name="reviews_by",
            field=models.DateField(blank=True, null=True, verbose_name="reviews are to be in by"),
        ),
        migrations.AddField(
            model_name="call",
            name="panel_on",
            field=models.DateField(blank=True, null=True, verbose_name="the panel meets"),
        ),
        migrations.AddField(
            model_name="call",
            name="decision_by",
            field=models.DateField(blank=True, null=True, verbose_name="decided by"),
        ),
        migrations.AddConstraint(
            model_name="call",
            constraint=models.CheckConstraint(
                condition=models.Q(("edition", 0), ("takes__len__gte", 1), _connector="OR"), name="call_takes_something"
            ),
        ),
        migrations.RunSQL(ORDER, DISORDER),
        migrations.RunSQL(TAKEN, UNTAKEN),
        migrations.RunSQL(watched((*BEFORE, *ADDED)), watched(BEFORE)),
        migrations.RunSQL(
            reworded("call_keeps_its_word", FEWER, NOT_FEWER), reworded("call_keeps_its_word", NOT_FEWER, FEWER)
        ),
        migrations.RunSQL(reworded("call_as_its_edition", ALIKE, ALSO), reworded("call_as_its_edition", ALSO, ALIKE)),
    ]
