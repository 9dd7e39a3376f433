"""The stretches of a hold know when it runs out, so that whoever looks for a free time need not ask the claims."""

from django.db import migrations

SPANS = """
CREATE OR REPLACE FUNCTION claim_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM testbeds_span WHERE claim_id = NEW.id;
    END IF;
    IF NEW.state IN ('held', 'booked', 'blocked') THEN
        INSERT INTO testbeds_span (claim_id, testbed_id, part, during{until}) VALUES (NEW.id, NEW.testbed_id, 1, NEW.during{value});
        INSERT INTO testbeds_span (claim_id, testbed_id, part, during{until})
        SELECT NEW.id, NEW.testbed_id, 0, around{value} FROM (VALUES
            (tstzrange(lower(NEW.during) - make_interval(mins => NEW.before), lower(NEW.during))),
            (tstzrange(upper(NEW.during), upper(NEW.during) + make_interval(mins => NEW.after)))
        ) AS stretches (around) WHERE NOT isempty(around);
    END IF;
    RETURN NULL;
END $$;
DROP TRIGGER claim_spans ON testbeds_claim;
CREATE TRIGGER claim_spans AFTER INSERT OR UPDATE OF state, during, before, after, testbed_id{until} ON testbeds_claim
    FOR EACH ROW EXECUTE FUNCTION claim_spans();
"""
HOLDS = "CASE WHEN NEW.state = 'held' THEN NEW.until END"


class Migration(migrations.Migration):
    dependencies = [("testbeds", "0005_until")]

    operations = [
        migrations.RunSQL(SPANS.format(until=", until", value=f", {HOLDS}"), SPANS.format(until="", value=""))
    ]
