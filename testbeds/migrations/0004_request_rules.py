"""What the database holds of reviews and of what is written about them: nobody reviews their own, and what was said stays."""

from django.db import migrations

FORWARD = """
-- Nobody reviews what they wrote, alone or with others, or in which they have declared a conflict of interest (FL 16 §).
CREATE OR REPLACE FUNCTION host_review_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case k WHERE k.id = NEW.request_id AND k.owner_id = NEW.reviewer_id) OR EXISTS (
        SELECT FROM cases_casegrant g JOIN auth_permission p ON p.id = g.permission_id
        WHERE g.content_object_id = NEW.request_id AND g.user_id = NEW.reviewer_id
        AND p.codename IN ('coauthor_case', 'recuse_case')
    ) THEN
        RAISE EXCEPTION 'person % is partial in request %', NEW.reviewer_id, NEW.request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER model_flag_stays BEFORE UPDATE OR DELETE ON testbeds_modelflag FOR EACH ROW EXECUTE FUNCTION agreement_stays();
CREATE TRIGGER survey_stays BEFORE UPDATE OR DELETE ON testbeds_survey FOR EACH ROW EXECUTE FUNCTION agreement_stays();
"""

BACKWARD = """
DROP TRIGGER survey_stays ON testbeds_survey;
DROP TRIGGER model_flag_stays ON testbeds_modelflag;
CREATE OR REPLACE FUNCTION host_review_by_another() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cases_case k WHERE k.id = NEW.request_id AND k.owner_id = NEW.reviewer_id) THEN
        RAISE EXCEPTION 'the author of request % cannot review it', NEW.request_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("testbeds", "0003_request"), ("cases", "0002_history")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
