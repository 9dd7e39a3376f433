"""What the database holds of reviews: who may be given one, what must come first, and that what is submitted stays."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION review_of_stranger(application bigint, expert bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM cases_case k WHERE k.id = application AND k.owner_id = expert)
       AND NOT EXISTS (
        SELECT FROM cases_casegrant g JOIN auth_permission p ON p.id = g.permission_id
        WHERE g.content_object_id = application AND g.user_id = expert AND p.codename IN ('coauthor_case', 'recuse_case'))
       AND NOT EXISTS (
        SELECT FROM fund_approval a JOIN fund_submission s ON s.id = a.submission_id
        WHERE s.application_id = application AND a.by_id = expert)
       AND NOT EXISTS (
        SELECT FROM fund_submission s
        CROSS JOIN LATERAL jsonb_path_query(s.content, '$.answers[*] ? (@.kind == "participants").answer[*].name') AS named
        JOIN accounts_user u ON u.id = expert
        WHERE s.application_id = application AND btrim(named #>> '{}') <> ''
          AND lower(btrim(named #>> '{}')) IN (lower(btrim(u.name)), lower(u.username), lower(u.email)))
$$;

CREATE FUNCTION review_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE expert fund_reviewer; state text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.declared_at IS NOT NULL THEN
            RAISE EXCEPTION 'review % has been opened and stays', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.submitted_at IS NOT NULL THEN
            RAISE EXCEPTION 'review % has been submitted and stays', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF OLD.conflict THEN
            RAISE EXCEPTION 'review % is closed by a conflict of interest', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
        IF (OLD.application_id, OLD.reviewer_id, OLD.assigned_at, OLD.assigned_by_id, OLD.why)
            IS DISTINCT FROM (NEW.application_id, NEW.reviewer_id, NEW.assigned_at, NEW.assigned_by_id, NEW.why)
            OR (OLD.declared_at IS NOT NULL AND NEW.declared_at IS NULL) OR (OLD.asked_at IS NOT NULL AND NEW.asked_at IS NULL) THEN
            RAISE EXCEPTION 'how review % was assigned stays', OLD.id USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.conflict THEN
        RETURN NEW;
    END IF;
    SELECT k.state INTO state FROM cases_case k WHERE k.id = NEW.application_id FOR SHARE;
    IF state IS DISTINCT FROM 'review' OR EXISTS (SELECT FROM fund_consensus WHERE application_id = NEW.application_id) THEN
        RAISE EXCEPTION 'application % is not under review', NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
    SELECT r.* INTO expert FROM fund_reviewer r WHERE r.id = NEW.reviewer_id;
    IF NOT EXISTS (SELECT FROM fund_application a WHERE a.case_ptr_id = NEW.application_id AND a.call_id = expert.call_id) THEN
        RAISE EXCEPTION 'expert % is not of the call of application %', NEW.reviewer_id, NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT review_of_stranger(NEW.application_id, expert.person_id) THEN
        RAISE EXCEPTION 'expert % has a part in application %', NEW.reviewer_id, NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.submitted_at IS NOT NULL THEN
        PERFORM review_whole(NEW);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION review_whole(given fund_review) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT given.abstained AND EXISTS (
        SELECT FROM fund_criterion c JOIN fund_application a ON a.call_id = c.call_id AND a.case_ptr_id = given.application_id
        WHERE NOT EXISTS (
            SELECT FROM fund_score s WHERE s.review_id = given.id AND s.criterion_id = c.id AND (s.points IS NOT NULL OR s.abstains))
    ) THEN
        RAISE EXCEPTION 'review % is not whole', given.id USING ERRCODE = 'check_violation';
    END IF;
    IF NOT given.abstained AND EXISTS (
        SELECT FROM fund_score s WHERE s.review_id = given.id AND s.points IN (1, 5) AND s.comment = ''
    ) THEN
        RAISE EXCEPTION 'review % says nothing at its extremes', given.id USING ERRCODE = 'check_violation';
    END IF;
END $$;

CREATE TRIGGER review_rules BEFORE INSERT OR UPDATE OR DELETE ON fund_review FOR EACH ROW EXECUTE FUNCTION review_rules();

CREATE FUNCTION review_score_rules() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given fund_review; line fund_score;
BEGIN
    IF TG_OP = 'DELETE' THEN line := OLD; ELSE line := NEW; END IF;
    SELECT r.* INTO given FROM fund_review r WHERE r.id = line.review_id FOR SHARE;
    IF given.conflict IS DISTINCT FROM false THEN
        RAISE EXCEPTION 'review % is scored before its reviewer has declared no conflict of interest', line.review_id USING ERRCODE = 'check_violation';
    END IF;
    IF given.submitted_at IS NOT NULL OR (TG_OP = 'UPDATE' AND (OLD.review_id, OLD.criterion_id) IS DISTINCT FROM (NEW.review_id, NEW.criterion_id)) THEN
        RAISE EXCEPTION 'scores of review % stay', line.review_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM fund_criterion c JOIN fund_application a ON a.call_id = c.call_id
        WHERE c.id = line.criterion_id AND a.case_ptr_id = given.application_id
    ) THEN
        RAISE EXCEPTION 'criterion % is of another call', line.criterion_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN line;
END $$;

CREATE TRIGGER review_score_rules BEFORE INSERT OR UPDATE OR DELETE ON fund_score FOR EACH ROW EXECUTE FUNCTION review_score_rules();

CREATE FUNCTION consensus_of_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE state text;
BEGIN
    SELECT k.state INTO state FROM cases_case k WHERE k.id = NEW.application_id FOR UPDATE;
    IF state IS DISTINCT FROM 'review' OR NOT EXISTS (
        SELECT FROM fund_review WHERE application_id = NEW.application_id AND submitted_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'nobody has reviewed application %', NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER consensus_of_reviews BEFORE INSERT ON fund_consensus FOR EACH ROW EXECUTE FUNCTION consensus_of_reviews();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON fund_consensus FOR EACH ROW EXECUTE FUNCTION append_only();
"""
BACKWARD = """
DROP TRIGGER append_only ON fund_consensus;
DROP TRIGGER consensus_of_reviews ON fund_consensus;
DROP FUNCTION consensus_of_reviews();
DROP TRIGGER review_score_rules ON fund_score;
DROP FUNCTION review_score_rules();
DROP TRIGGER review_rules ON fund_review;
DROP FUNCTION review_rules();
DROP FUNCTION review_whole(fund_review);
DROP FUNCTION review_of_stranger(bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("fund", "0005_review"), ("cases", "0004_conflict_of_interest"), ("accounts", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
