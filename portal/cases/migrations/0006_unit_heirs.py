"""The database keeps every open case and draft at a unit that exists or has a successor, also when two act at once."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION unit_close() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE heir bigint := NEW.successor_id;
BEGIN
    WHILE heir IS NOT NULL LOOP
        IF heir = NEW.id THEN
            RAISE EXCEPTION 'unit % would take over from itself', NEW.code USING ERRCODE = 'check_violation';
        END IF;
        SELECT successor_id INTO heir FROM organisation_unit WHERE id = heir;
    END LOOP;
    IF NEW.valid_to IS NOT NULL AND NEW.successor_id IS NULL AND EXISTS (
        SELECT 1 FROM cases_case WHERE unit_id = NEW.id AND closed_at IS NULL
    ) THEN
        RAISE EXCEPTION 'unit % has open cases and no successor', NEW.code USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION case_has_a_unit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE home organisation_unit;
BEGIN
    -- The lock makes a unit that is being closed wait for this case, and this case wait for it.
    SELECT * INTO home FROM organisation_unit WHERE id = NEW.unit_id FOR KEY SHARE;
    IF home.valid_to IS NOT NULL AND home.successor_id IS NULL THEN
        RAISE EXCEPTION 'unit % is closed and has no successor', home.code USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER case_has_a_unit BEFORE INSERT OR UPDATE OF unit_id, closed_at ON cases_case
    FOR EACH ROW WHEN (NEW.closed_at IS NULL) EXECUTE FUNCTION case_has_a_unit();
"""
BACKWARD = """
DROP TRIGGER case_has_a_unit ON cases_case;
DROP FUNCTION case_has_a_unit();
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0005_several_writers"), ("organisation", "0003_region_stockholm")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
