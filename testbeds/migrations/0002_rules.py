"""What the database holds of testbeds: no two uses at once, nothing booked before its agreement, and what is signed stays."""

from django.db import migrations

FORWARD = """
-- The stretches of a claim that keep others out, laid out anew whenever it changes. The exclusion constraints of testbeds_span judge them.
CREATE FUNCTION claim_spans() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM testbeds_span WHERE claim_id = NEW.id;
    END IF;
    IF NEW.state IN ('held', 'booked', 'blocked') THEN
        INSERT INTO testbeds_span (claim_id, testbed_id, part, during) VALUES (NEW.id, NEW.testbed_id, 1, NEW.during);
        INSERT INTO testbeds_span (claim_id, testbed_id, part, during)
        SELECT NEW.id, NEW.testbed_id, 0, around FROM (VALUES
            (tstzrange(lower(NEW.during) - make_interval(mins => NEW.before), lower(NEW.during))),
            (tstzrange(upper(NEW.during), upper(NEW.during) + make_interval(mins => NEW.after)))
        ) AS stretches (around) WHERE NOT isempty(around);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER claim_spans AFTER INSERT OR UPDATE OF state, during, before, after, testbed_id ON testbeds_claim
    FOR EACH ROW EXECUTE FUNCTION claim_spans();

-- Nobody else writes them: they say what the claims say.
CREATE FUNCTION spans_follow_claims() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the stretches of a claim follow from it' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;
CREATE TRIGGER spans_follow_claims BEFORE INSERT OR UPDATE OR DELETE ON testbeds_span
    FOR EACH ROW EXECUTE FUNCTION spans_follow_claims();

CREATE FUNCTION booked_by_agreement() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE agreement testbeds_agreement;
BEGIN
    SELECT * INTO agreement FROM testbeds_agreement WHERE request_id = NEW.request_id ORDER BY number DESC LIMIT 1;
    IF agreement.id IS NULL OR (agreement.waived = '' AND
        (SELECT count(DISTINCT side) FROM testbeds_signature WHERE agreement_id = agreement.id) < 2) THEN
        RAISE EXCEPTION 'request % has no agreement in force', NEW.request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER booked_by_agreement BEFORE INSERT OR UPDATE OF state ON testbeds_claim
    FOR EACH ROW WHEN (NEW.state = 'booked') EXECUTE FUNCTION booked_by_agreement();

-- What is signed is what stands there, by the digest; terms and signatures are never changed.
CREATE FUNCTION signs_what_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 IS DISTINCT FROM (SELECT sha256 FROM testbeds_agreement WHERE id = NEW.agreement_id) THEN
        RAISE EXCEPTION 'signature of another text than agreement % has', NEW.agreement_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signs_what_stands BEFORE INSERT ON testbeds_signature FOR EACH ROW EXECUTE FUNCTION signs_what_stands();

CREATE FUNCTION agreement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% stays as it was written', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER agreement_stays BEFORE UPDATE OR DELETE ON testbeds_agreement FOR EACH ROW EXECUTE FUNCTION agreement_stays();
CREATE TRIGGER signature_stays BEFORE UPDATE OR DELETE ON testbeds_signature FOR EACH ROW EXECUTE FUNCTION agreement_stays();
CREATE TRIGGER host_review_stays BEFORE UPDATE OR DELETE ON testbeds_hostreview FOR EACH ROW
    WHEN (OLD.handed_in_at IS NOT NULL) EXECUTE FUNCTION agreement_stays();

-- Nobody reviews what they wrote themselves (FL 16 §).
CREATE FUNCTION host_review_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case k WHERE k.id = NEW.request_id AND k.owner_id = NEW.reviewer_id) THEN
        RAISE EXCEPTION 'the author of request % cannot review it', NEW.request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER host_review_by_another BEFORE INSERT OR UPDATE OF reviewer_id ON testbeds_hostreview
    FOR EACH ROW EXECUTE FUNCTION host_review_by_another();
"""

BACKWARD = """
DROP TRIGGER host_review_by_another ON testbeds_hostreview;
DROP TRIGGER host_review_stays ON testbeds_hostreview;
DROP TRIGGER signature_stays ON testbeds_signature;
DROP TRIGGER agreement_stays ON testbeds_agreement;
DROP TRIGGER signs_what_stands ON testbeds_signature;
DROP TRIGGER booked_by_agreement ON testbeds_claim;
DROP TRIGGER spans_follow_claims ON testbeds_span;
DROP TRIGGER claim_spans ON testbeds_claim;
DROP FUNCTION host_review_by_another(), agreement_stays(), signs_what_stands(), booked_by_agreement(), spans_follow_claims(), claim_spans();
"""


class Migration(migrations.Migration):
    dependencies = [("testbeds", "0001_initial"), ("cases", "0002_history")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
