"""A submitted review can be opened again until the panel has met; until it is submitted anew it counts for nothing."""

from django.db import migrations

STAYS = "OLD.submitted_at IS NOT NULL THEN"
OPENS = (
    "OLD.submitted_at IS NOT NULL AND (NEW.submitted_at IS NOT NULL"
    " OR to_jsonb(OLD) - ''submitted_at'' IS DISTINCT FROM to_jsonb(NEW) - ''submitted_at'') THEN"
)
KEPT, GONE = "RETURN NEW;", "RETURN coalesce(NEW, OLD);"
FORWARD = """
CREATE FUNCTION tally_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM fund_application WHERE case_ptr_id = NEW.application_id FOR NO KEY UPDATE;
    DELETE FROM fund_tally WHERE application_id = NEW.application_id;
    INSERT INTO fund_tally (application_id, mean, readers, spread) SELECT NEW.application_id, t.* FROM tally_of(NEW.application_id) t;
    RETURN NULL;
END $$;

CREATE TRIGGER tally_anew AFTER UPDATE OF submitted_at ON fund_review FOR EACH ROW
    WHEN (OLD.submitted_at IS NOT NULL AND NEW.submitted_at IS NULL) EXECUTE FUNCTION tally_anew();
"""
BACKWARD = "DROP TRIGGER tally_anew ON fund_review; DROP FUNCTION tally_anew();"


def reworded(function: str, before: str, after: str) -> str:
    found = f"replace(pg_get_functiondef('{function}'::regproc), '{before}', '{after}')"
    return f"DO $do$ BEGIN EXECUTE {found}; END $do$"


class Migration(migrations.Migration):
    dependencies = [("fund", "0016_kinds_and_phases")]
    operations = [
        migrations.RunSQL(reworded("review_rules", STAYS, OPENS), reworded("review_rules", OPENS, STAYS)),
        migrations.RunSQL(reworded("tally_of_reviews", KEPT, GONE), reworded("tally_of_reviews", GONE, KEPT)),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
