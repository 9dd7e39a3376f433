"""A frozen report never changes, nor does anything that belongs to it: the database refuses.

Frozen is a report whose history says so. The history is append-only, so no change of the report's own row can thaw it.
"""

from django.db import migrations

TABLES = ("followup_part", "followup_frozenindicator", "followup_figure", "followup_drawing", "followup_example")

FORWARD = """
CREATE OR REPLACE FUNCTION report_is_frozen(report bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM cases_event WHERE case_id = report AND move = 'freeze')
$$;

CREATE FUNCTION refuse_frozen_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND report_is_frozen(OLD.report_id)) OR (TG_OP <> 'DELETE' AND report_is_frozen(NEW.report_id)) THEN
        RAISE EXCEPTION '% of a frozen report: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
"""
BACKWARD = """
DROP FUNCTION refuse_frozen_row();
CREATE OR REPLACE FUNCTION report_is_frozen(report bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM cases_case WHERE id = report AND opened_at IS NOT NULL)
$$;
"""
FREEZE = """
CREATE TRIGGER refuse_frozen BEFORE INSERT OR UPDATE OR DELETE ON %(table)s
    FOR EACH ROW EXECUTE FUNCTION refuse_frozen_row();
"""
KEEP = "CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON %(table)s FOR EACH STATEMENT EXECUTE FUNCTION append_only();"


class Migration(migrations.Migration):
    dependencies = [("followup", "0003_snapshot"), ("cases", "0002_history")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        *(migrations.RunSQL(FREEZE % {"table": table}, f"DROP TRIGGER refuse_frozen ON {table}") for table in TABLES),
        *(
            migrations.RunSQL(KEEP % {"table": table}, f"DROP TRIGGER refuse_truncate ON {table}")
            for table in (*TABLES, "followup_report", "cases_document")
        ),
    ]
