"""A request is at the unit that hosts its testbed: so begun, and taken along when the testbed gets another host."""

from django.db import migrations

FORWARD = """
-- A unit that has closed hands over its cases and then its testbeds; what is begun in between is begun at the heir.
CREATE FUNCTION request_at_its_host() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM cases_case k, testbeds_testbed t JOIN organisation_unit u ON u.id = t.unit_id
        WHERE k.id = NEW.case_ptr_id AND t.id = NEW.testbed_id AND (k.unit_id = t.unit_id OR u.successor_id IS NOT NULL)
    ) THEN
        RAISE EXCEPTION 'request % is not at the host of testbed %', NEW.case_ptr_id, NEW.testbed_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER request_at_its_host BEFORE INSERT OR UPDATE OF testbed_id ON testbeds_testrequest
    FOR EACH ROW EXECUTE FUNCTION request_at_its_host();

CREATE FUNCTION testbed_moves_with_requests() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM testbeds_testrequest r JOIN cases_case k ON k.id = r.case_ptr_id
        WHERE r.testbed_id = NEW.id AND k.closed_at IS NULL AND k.unit_id <> NEW.unit_id
    ) THEN
        RAISE EXCEPTION 'open requests of testbed % are at another unit', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER testbed_moves_with_requests BEFORE UPDATE OF unit_id ON testbeds_testbed
    FOR EACH ROW WHEN (NEW.unit_id <> OLD.unit_id) EXECUTE FUNCTION testbed_moves_with_requests();
"""

BACKWARD = """
DROP TRIGGER testbed_moves_with_requests ON testbeds_testbed;
DROP FUNCTION testbed_moves_with_requests();
DROP TRIGGER request_at_its_host ON testbeds_testrequest;
DROP FUNCTION request_at_its_host();
"""


class Migration(migrations.Migration):
    dependencies = [("testbeds", "0010_pictures_in_rows"), ("organisation", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
