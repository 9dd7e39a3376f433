"""What the database holds of an announced call: it is what its latest edition says, and nothing that was promised becomes less."""

from django.db import migrations, models
from django.db.models import Q

FORWARD = """
CREATE FUNCTION call_keeps_its_word() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.edition < OLD.edition OR NEW.closes_at < OLD.closes_at OR NEW.budget < OLD.budget OR NEW.largest_grant < OLD.largest_grant
        OR NEW.most_pages < OLD.most_pages OR NEW.approve_days < OLD.approve_days
        OR (NEW.year, NEW.anonymous) IS DISTINCT FROM (OLD.year, OLD.anonymous)
        OR (NEW.opens_at IS DISTINCT FROM OLD.opens_at AND OLD.opens_at <= clock_timestamp()) THEN
        RAISE EXCEPTION 'call % has been announced: what it promised stays', NEW.case_ptr_id USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.closes_at <= clock_timestamp() THEN
        RAISE EXCEPTION 'call % has closed: it is not changed', NEW.case_ptr_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER call_keeps_its_word BEFORE UPDATE ON fund_call FOR EACH ROW
    WHEN (OLD.edition > 0 AND (OLD.edition, OLD.opens_at, OLD.closes_at, OLD.year, OLD.budget, OLD.largest_grant, OLD.most_pages,
            OLD.approve_days, OLD.anonymous, OLD.purpose, OLD.terms, OLD.plan)
        IS DISTINCT FROM (NEW.edition, NEW.opens_at, NEW.closes_at, NEW.year, NEW.budget, NEW.largest_grant, NEW.most_pages,
            NEW.approve_days, NEW.anonymous, NEW.purpose, NEW.terms, NEW.plan))
    EXECUTE FUNCTION call_keeps_its_word();

CREATE FUNCTION question_keeps_its_kind() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM fund_call WHERE case_ptr_id = OLD.call_id AND edition > 0) THEN
        RAISE EXCEPTION 'question % has been announced: its answers are of its kind', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER question_keeps_its_kind BEFORE UPDATE ON fund_question FOR EACH ROW
    WHEN ((OLD.call_id, OLD.key, OLD.kind) IS DISTINCT FROM (NEW.call_id, NEW.key, NEW.kind))
    EXECUTE FUNCTION question_keeps_its_kind();

CREATE FUNCTION edition_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM fund_edition WHERE call_id = NEW.call_id) THEN
        RAISE EXCEPTION 'call % has no edition before %', NEW.call_id, NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER edition_follows BEFORE INSERT ON fund_edition FOR EACH ROW EXECUTE FUNCTION edition_follows();

CREATE FUNCTION call_as_its_edition() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint; call fund_call; latest fund_edition;
BEGIN
    IF TG_TABLE_NAME = 'fund_call' THEN
        changed := NEW.case_ptr_id;
    ELSIF TG_OP = 'DELETE' THEN
        changed := OLD.call_id;
    ELSE
        changed := NEW.call_id;
    END IF;
    SELECT * INTO call FROM fund_call WHERE case_ptr_id = changed;
    IF NOT FOUND OR (call.edition = 0 AND NOT EXISTS (SELECT FROM fund_edition WHERE call_id = changed)) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO latest FROM fund_edition WHERE call_id = changed ORDER BY number DESC LIMIT 1;
    IF latest.number IS DISTINCT FROM call.edition::int
        OR NOT latest.content @> jsonb_build_object('purpose', call.purpose, 'terms', call.terms, 'plan', call.plan, 'year', call.year,
            'budget', call.budget, 'largest_grant', call.largest_grant, 'most_pages', call.most_pages,
            'approve_days', call.approve_days, 'anonymous', call.anonymous)
        OR (latest.content ->> 'opens_at')::timestamptz IS DISTINCT FROM call.opens_at
        OR (latest.content ->> 'closes_at')::timestamptz IS DISTINCT FROM call.closes_at
        OR latest.content -> 'questions' IS DISTINCT FROM (
            SELECT jsonb_agg(to_jsonb(q) - ARRAY['id', 'call_id', 'position'] ORDER BY q.position) FROM fund_question q WHERE q.call_id = changed)
        OR latest.content -> 'criteria' IS DISTINCT FROM (
            SELECT jsonb_agg(to_jsonb(c) - ARRAY['id', 'call_id', 'position'] ORDER BY c.position) FROM fund_criterion c WHERE c.call_id = changed)
    THEN
        RAISE EXCEPTION 'call % is not what its latest edition says', changed USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER call_as_its_edition AFTER UPDATE ON fund_call DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((OLD.edition, OLD.opens_at, OLD.closes_at, OLD.year, OLD.budget, OLD.largest_grant, OLD.most_pages, OLD.approve_days,
            OLD.anonymous, OLD.purpose, OLD.terms, OLD.plan)
        IS DISTINCT FROM (NEW.edition, NEW.opens_at, NEW.closes_at, NEW.year, NEW.budget, NEW.largest_grant, NEW.most_pages,
            NEW.approve_days, NEW.anonymous, NEW.purpose, NEW.terms, NEW.plan))
    EXECUTE FUNCTION call_as_its_edition();
CREATE CONSTRAINT TRIGGER call_as_its_edition AFTER INSERT OR UPDATE OR DELETE ON fund_question DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION call_as_its_edition();
CREATE CONSTRAINT TRIGGER call_as_its_edition AFTER INSERT OR UPDATE OR DELETE ON fund_criterion DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION call_as_its_edition();

CREATE FUNCTION late_right_makes_sense() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM fund_call c JOIN cases_case k ON k.id = c.case_ptr_id
        WHERE k.id = NEW.call_id AND k.state IN ('announced', 'reviewing') AND NEW.until > c.closes_at
    ) THEN
        RAISE EXCEPTION 'call % lets nobody in late until %', NEW.call_id, NEW.until USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER late_right_makes_sense BEFORE INSERT ON fund_lateright FOR EACH ROW EXECUTE FUNCTION late_right_makes_sense();
"""
BACKWARD = """
DROP TRIGGER late_right_makes_sense ON fund_lateright;
DROP FUNCTION late_right_makes_sense();
DROP TRIGGER call_as_its_edition ON fund_criterion;
DROP TRIGGER call_as_its_edition ON fund_question;
DROP TRIGGER call_as_its_edition ON fund_call;
DROP FUNCTION call_as_its_edition();
DROP TRIGGER edition_follows ON fund_edition;
DROP FUNCTION edition_follows();
DROP TRIGGER question_keeps_its_kind ON fund_question;
DROP FUNCTION question_keeps_its_kind();
DROP TRIGGER call_keeps_its_word ON fund_call;
DROP FUNCTION call_keeps_its_word();
"""


class Migration(migrations.Migration):
    dependencies = [("fund", "0002_rules")]
    operations = [
        migrations.AddConstraint(
            model_name="edition",
            constraint=models.CheckConstraint(condition=Q(number=1) | ~Q(why=""), name="edition_says_why"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
