"""What the database holds of a disclosure: it is closed from the first line, whole when it is notified, and its time is not moved."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION disclosure_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a disclosure is always closed' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER disclosure_closed BEFORE INSERT OR UPDATE OF confidentiality ON cases_case FOR EACH ROW
    WHEN (NEW.kind = 'disclosure' AND NEW.confidentiality <> 'restricted') EXECUTE FUNCTION disclosure_closed();

CREATE FUNCTION disclosure_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(share) FROM rights_contributor WHERE disclosure_id = NEW.id) IS DISTINCT FROM 100 THEN
        RAISE EXCEPTION 'the shares of disclosure % do not add up to 100', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER disclosure_whole BEFORE UPDATE OF opened_at ON cases_case FOR EACH ROW
    WHEN (NEW.kind = 'disclosure' AND OLD.opened_at IS NULL AND NEW.opened_at IS NOT NULL) EXECUTE FUNCTION disclosure_whole();

CREATE FUNCTION disclosure_clock() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the time for a declaration is not moved' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER disclosure_clock BEFORE UPDATE OF respond_by ON rights_disclosure FOR EACH ROW
    WHEN (OLD.respond_by IS NOT NULL AND NEW.respond_by IS DISTINCT FROM OLD.respond_by) EXECUTE FUNCTION disclosure_clock();
"""
BACKWARD = """
DROP TRIGGER disclosure_clock ON rights_disclosure;
DROP TRIGGER disclosure_whole ON cases_case;
DROP TRIGGER disclosure_closed ON cases_case;
DROP FUNCTION disclosure_clock();
DROP FUNCTION disclosure_whole();
DROP FUNCTION disclosure_closed();
"""


class Migration(migrations.Migration):
    dependencies = [("rights", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
