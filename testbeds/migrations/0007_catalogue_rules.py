"""What is searched of a testbed follows from it, and none closes while somebody has time there ahead."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION testbed_sought() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO testbeds_testbedtext (testbed_id, text, text_en, said) VALUES (
        NEW.id,
        setweight(to_tsvector('swedish', NEW.name), 'A') || setweight(to_tsvector('swedish', NEW.summary), 'B')
            || setweight(to_tsvector('swedish', NEW.offers || ' ' || NEW.equipment), 'C'),
        setweight(to_tsvector('english', NEW.name_en), 'A') || setweight(to_tsvector('english', NEW.summary_en), 'B')
            || setweight(to_tsvector('english', NEW.offers_en || ' ' || NEW.equipment_en), 'C'),
        lower(concat_ws(' ', NEW.name, NEW.name_en, NEW.summary, NEW.summary_en, NEW.offers, NEW.offers_en,
            NEW.equipment, NEW.equipment_en))
    ) ON CONFLICT (testbed_id) DO UPDATE SET text = EXCLUDED.text, text_en = EXCLUDED.text_en, said = EXCLUDED.said;
    RETURN NULL;
END $$;
CREATE TRIGGER testbed_sought AFTER INSERT OR UPDATE OF name, name_en, summary, summary_en, offers, offers_en, equipment, equipment_en
    ON testbeds_testbed FOR EACH ROW EXECUTE FUNCTION testbed_sought();
UPDATE testbeds_testbed SET name = name;

CREATE FUNCTION testbed_closes_empty() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM testbeds_claim c WHERE c.testbed_id = NEW.id AND upper(c.during) > now()
            AND (c.state = 'booked' OR (c.state = 'held' AND c.until > now()))
    ) THEN
        RAISE EXCEPTION 'testbed % has time ahead that somebody holds', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER testbed_closes_empty BEFORE UPDATE OF closed_at ON testbeds_testbed FOR EACH ROW
    WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION testbed_closes_empty();

CREATE FUNCTION claim_where_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM testbeds_testbed t WHERE t.id = NEW.testbed_id AND t.closed_at IS NOT NULL) THEN
        RAISE EXCEPTION 'testbed % is closed', NEW.testbed_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_where_open BEFORE INSERT ON testbeds_claim FOR EACH ROW
    WHEN (NEW.state IN ('held', 'booked')) EXECUTE FUNCTION claim_where_open();
"""
BACKWARD = """
DROP TRIGGER claim_where_open ON testbeds_claim;
DROP TRIGGER testbed_closes_empty ON testbeds_testbed;
DROP TRIGGER testbed_sought ON testbeds_testbed;
DROP FUNCTION claim_where_open(), testbed_closes_empty(), testbed_sought();
"""


class Migration(migrations.Migration):
    dependencies = [("testbeds", "0006_catalogue")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
