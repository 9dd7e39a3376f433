"""What the submitted reviews of an application come to, kept by a trigger."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
CREATE FUNCTION tally_of(application bigint) RETURNS TABLE (mean numeric, readers bigint, spread bigint) LANGUAGE sql STABLE AS $$
    WITH given AS (
        SELECT s.criterion_id, s.points, r.id AS review FROM fund_review r JOIN fund_score s ON s.review_id = r.id
        WHERE r.application_id = application AND r.submitted_at IS NOT NULL AND NOT r.abstained AND s.points IS NOT NULL
    ), each AS (SELECT criterion_id, avg(points) AS mean, max(points) - min(points) AS spread FROM given GROUP BY criterion_id)
    SELECT sum(each.mean * c.weight) / sum(c.weight), (SELECT count(DISTINCT review) FROM given), sum(each.spread)
    FROM each JOIN fund_criterion c ON c.id = each.criterion_id HAVING count(*) > 0
$$;

CREATE FUNCTION tally() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM fund_application WHERE case_ptr_id = NEW.application_id FOR NO KEY UPDATE;
    INSERT INTO fund_tally AS kept (application_id, mean, readers, spread) SELECT NEW.application_id, t.* FROM tally_of(NEW.application_id) t
    ON CONFLICT (application_id) DO UPDATE SET mean = EXCLUDED.mean, readers = EXCLUDED.readers, spread = EXCLUDED.spread;
    RETURN NULL;
END $$;

CREATE TRIGGER tally AFTER INSERT OR UPDATE OF submitted_at ON fund_review FOR EACH ROW
    WHEN (NEW.submitted_at IS NOT NULL) EXECUTE FUNCTION tally();

INSERT INTO fund_tally (application_id, mean, readers, spread)
SELECT r.application_id, t.* FROM (SELECT DISTINCT application_id FROM fund_review WHERE submitted_at IS NOT NULL) r, tally_of(r.application_id) t;

CREATE FUNCTION tally_of_reviews() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'what reviews come to is written when they are submitted' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER tally_of_reviews BEFORE INSERT OR UPDATE OR DELETE ON fund_tally FOR EACH ROW EXECUTE FUNCTION tally_of_reviews();
"""
BACKWARD = """
DROP TRIGGER tally_of_reviews ON fund_tally;
DROP FUNCTION tally_of_reviews();
DROP TRIGGER tally ON fund_review;
DROP FUNCTION tally();
DROP FUNCTION tally_of(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("fund", "0014_keeper")]
    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("mean", models.DecimalField(decimal_places=4, max_digits=5, verbose_name="mean")),
                ("readers", models.PositiveSmallIntegerField(verbose_name="experts")),
                ("spread", models.PositiveSmallIntegerField(verbose_name="how far the experts differ")),
                (
                    "application",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tally", to="fund.application"
                    ),
                ),
            ],
            options={
                "verbose_name": "what the reviews come to",
                "verbose_name_plural": "what the reviews come to",
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
