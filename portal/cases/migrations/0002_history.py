"""The database keeps the history: it numbers, chains and hashes events, and refuses to change or delete them."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION event_hash(e cases_event) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        e.case_id, e.number, extract(epoch FROM e.at), extract(epoch FROM e.recorded_at), e.person_id,
        e.move, e.source, e.target, e.note, e.data, e.internal, e.previous
    )::text, 'UTF8')), 'hex')
$$;

CREATE FUNCTION event_chain() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER event_chain BEFORE INSERT ON cases_event FOR EACH ROW EXECUTE FUNCTION event_chain();

CREATE FUNCTION seal_hash(before text, since timestamptz, till timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(
        before || '|' || count(*) || '|' || coalesce(string_agg(hash, '' ORDER BY recorded_at, id), ''), 'UTF8'
    )), 'hex') FROM cases_event WHERE recorded_at > since AND recorded_at <= till
$$;

CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_event FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON cases_event FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON cases_seal FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON cases_seal FOR EACH STATEMENT EXECUTE FUNCTION append_only();

CREATE FUNCTION diary_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM cases_case WHERE id = NEW.case_id FOR NO KEY UPDATE;
    SELECT coalesce(max(line), 0) + 1 INTO NEW.line FROM cases_diaryentry WHERE case_id = NEW.case_id;
    RETURN NEW;
END $$;

CREATE TRIGGER diary_line BEFORE INSERT ON cases_diaryentry FOR EACH ROW EXECUTE FUNCTION diary_line();
CREATE TRIGGER append_only_delete BEFORE DELETE ON cases_diaryentry FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON cases_diaryentry FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_update BEFORE UPDATE ON cases_diaryentry FOR EACH ROW
    WHEN ((OLD.case_id, OLD.line, OLD.at, OLD.direction, OLD.counterpart, OLD.counterpart_public, OLD.concerns, OLD.document_id, OLD.entered_by_id)
        IS DISTINCT FROM (NEW.case_id, NEW.line, NEW.at, NEW.direction, NEW.counterpart, NEW.counterpart_public, NEW.concerns, NEW.document_id, NEW.entered_by_id))
    EXECUTE FUNCTION append_only();

CREATE FUNCTION unit_close() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.valid_to IS NOT NULL AND NEW.successor_id IS NULL AND EXISTS (
        SELECT 1 FROM cases_case WHERE unit_id = NEW.id AND opened_at IS NOT NULL AND closed_at IS NULL
    ) THEN
        RAISE EXCEPTION 'unit % has open cases and no successor', NEW.code USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER unit_close BEFORE UPDATE OF valid_to, successor_id ON organisation_unit FOR EACH ROW EXECUTE FUNCTION unit_close();
"""
BACKWARD = """
DROP TRIGGER unit_close ON organisation_unit;
DROP TRIGGER append_only_update ON cases_diaryentry;
DROP TRIGGER append_only_truncate ON cases_diaryentry;
DROP TRIGGER append_only_delete ON cases_diaryentry;
DROP TRIGGER diary_line ON cases_diaryentry;
DROP TRIGGER append_only_truncate ON cases_seal;
DROP TRIGGER append_only ON cases_seal;
DROP TRIGGER append_only_truncate ON cases_event;
DROP TRIGGER append_only ON cases_event;
DROP TRIGGER event_chain ON cases_event;
DROP FUNCTION unit_close();
DROP FUNCTION diary_line();
DROP FUNCTION append_only();
DROP FUNCTION seal_hash(text, timestamptz, timestamptz);
DROP FUNCTION event_chain();
DROP FUNCTION event_hash(cases_event);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("organisation", "0002_tree")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
