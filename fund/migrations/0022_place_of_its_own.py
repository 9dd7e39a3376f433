"""No two applications of a call are told that they have the same place on the reserve list."""

from django.db import migrations, models

FORWARD = """
CREATE FUNCTION place_of_its_own() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE call bigint;
BEGIN
    SELECT a.call_id INTO call FROM fund_application a WHERE a.case_ptr_id = NEW.application_id;
    PERFORM FROM fund_call WHERE case_ptr_id = call FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM fund_ruling r JOIN fund_application a ON a.case_ptr_id = r.application_id JOIN cases_case k ON k.id = r.application_id
        WHERE r.rank = NEW.rank AND r.outcome = 'reserve' AND a.call_id = call AND r.id <> NEW.id
          AND (r.decided_at IS NOT NULL OR k.state = 'review')
    ) THEN
        RAISE EXCEPTION 'place % on the reserve list of call % is taken', NEW.rank, call USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER place_of_its_own BEFORE INSERT OR UPDATE OF outcome, rank, application_id ON fund_ruling FOR EACH ROW
    WHEN (NEW.outcome = 'reserve' AND NEW.rank IS NOT NULL) EXECUTE FUNCTION place_of_its_own();
"""
BACKWARD = "DROP TRIGGER place_of_its_own ON fund_ruling; DROP FUNCTION place_of_its_own();"


class Migration(migrations.Migration):
    dependencies = [("fund", "0021_participants")]
    operations = [
        migrations.AddIndex(
            model_name="ruling",
            index=models.Index(condition=models.Q(("outcome", "reserve")), fields=["rank"], name="ruling_place"),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
