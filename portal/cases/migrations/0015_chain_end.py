"""The database remembers how each chain ends, so that an event that is missing at the end is found before a seal covers it."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
INSERT INTO cases_chainend (case_id, number, hash)
SELECT DISTINCT ON (case_id) case_id, number, hash FROM cases_event ORDER BY case_id, number DESC;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

CREATE OR REPLACE FUNCTION event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM cases_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    SELECT number + 1, hash INTO NEW.number, NEW.previous FROM cases_chainend WHERE case_id = NEW.case_id;
    NEW.number := coalesce(NEW.number, 1);
    NEW.previous := coalesce(NEW.previous, '');
    NEW.recorded_at := clock_timestamp();
    NEW.hash := event_hash(NEW);
    IF NEW.number = 1 THEN
        INSERT INTO cases_chainend (case_id, number, hash) VALUES (NEW.case_id, 1, NEW.hash);
    ELSE
        UPDATE cases_chainend SET number = NEW.number, hash = NEW.hash WHERE case_id = NEW.case_id;
    END IF;
    RETURN NEW;
END $$;

-- Only within another trigger, and even there only a step on: an end is never set back.
CREATE TRIGGER append_only_insert BEFORE INSERT ON cases_chainend FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 OR NEW.number <> 1) EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_update BEFORE UPDATE ON cases_chainend FOR EACH ROW
    WHEN (pg_trigger_depth() = 0 OR NEW.case_id <> OLD.case_id OR NEW.number <> OLD.number + 1) EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_delete BEFORE DELETE ON cases_chainend FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON cases_chainend FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER append_only_truncate ON cases_chainend;
DROP TRIGGER append_only_delete ON cases_chainend;
DROP TRIGGER append_only_update ON cases_chainend;
DROP TRIGGER append_only_insert ON cases_chainend;

CREATE OR REPLACE FUNCTION event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM cases_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    SELECT number + 1, hash INTO NEW.number, NEW.previous
        FROM cases_event WHERE case_id = NEW.case_id ORDER BY number DESC LIMIT 1;
    NEW.number := coalesce(NEW.number, 1);
    NEW.previous := coalesce(NEW.previous, '');
    NEW.recorded_at := clock_timestamp();
    NEW.hash := event_hash(NEW);
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0014_access_at_the_server")]
    operations = [
        migrations.CreateModel(
            name="ChainEnd",
            fields=[
                (
                    "case",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="cases.case",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("hash", models.CharField(max_length=64)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
