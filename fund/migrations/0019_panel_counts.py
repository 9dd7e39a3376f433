"""What a criterion stands at: the panel's points where it has agreed on some, otherwise the mean of the experts'. Ranking and letter alike."""

import django.db.models.deletion
from django.db import migrations, models

RULE = """
CREATE VIEW fund_standing AS
SELECT a.case_ptr_id AS application_id, k.id AS criterion_id, given.mean, given.spread, panel.agreed,
    coalesce(panel.agreed, given.mean) AS counts
FROM fund_application a JOIN fund_criterion k ON k.call_id = a.call_id
CROSS JOIN LATERAL (
    SELECT avg(s.points) AS mean, max(s.points) - min(s.points) AS spread FROM fund_review r JOIN fund_score s ON s.review_id = r.id
    WHERE r.application_id = a.case_ptr_id AND s.criterion_id = k.id AND r.submitted_at IS NOT NULL AND NOT r.abstained AND s.points IS NOT NULL
) given
LEFT JOIN LATERAL (
    SELECT (c.points ->> k.key)::numeric AS agreed FROM fund_consensus c
    WHERE c.application_id = a.case_ptr_id AND c.points ->> k.key IS NOT NULL ORDER BY c.number DESC LIMIT 1
) panel ON true
WHERE given.mean IS NOT NULL OR panel.agreed IS NOT NULL;

CREATE OR REPLACE FUNCTION tally_of(application bigint) RETURNS TABLE (mean numeric, readers bigint, spread bigint) LANGUAGE sql STABLE AS $$
    SELECT sum(s.counts * c.weight) / sum(c.weight),
        (SELECT count(DISTINCT r.id) FROM fund_review r JOIN fund_score l ON l.review_id = r.id
            WHERE r.application_id = application AND r.submitted_at IS NOT NULL AND NOT r.abstained AND l.points IS NOT NULL),
        coalesce(sum(s.spread), 0)
    FROM fund_standing s JOIN fund_criterion c ON c.id = s.criterion_id WHERE s.application_id = application HAVING count(*) > 0
$$;

CREATE TRIGGER tally AFTER INSERT ON fund_consensus FOR EACH ROW EXECUTE FUNCTION tally();
"""
ANEW = """
ALTER TABLE fund_tally DISABLE TRIGGER tally_of_reviews;
INSERT INTO fund_tally AS kept (application_id, mean, readers, spread)
SELECT c.application_id, t.* FROM (SELECT DISTINCT application_id FROM fund_consensus) c, tally_of(c.application_id) t
ON CONFLICT (application_id) DO UPDATE SET mean = EXCLUDED.mean, readers = EXCLUDED.readers, spread = EXCLUDED.spread;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE fund_tally ENABLE TRIGGER tally_of_reviews;
SET CONSTRAINTS ALL DEFERRED;
"""
BACKWARD = """
DROP TRIGGER tally ON fund_consensus;
CREATE OR REPLACE FUNCTION tally_of(application bigint) RETURNS TABLE (mean numeric, readers bigint, spread bigint) LANGUAGE sql STABLE AS $$
    WITH given AS (
        SELECT s.criterion_id, s.points, r.id AS review FROM fund_review r JOIN fund_score s ON s.review_id = r.id
        WHERE r.application_id = application AND r.submitted_at IS NOT NULL AND NOT r.abstained AND s.points IS NOT NULL
    ), each AS (SELECT criterion_id, avg(points) AS mean, max(points) - min(points) AS spread FROM given GROUP BY criterion_id)
    SELECT sum(each.mean * c.weight) / sum(c.weight), (SELECT count(DISTINCT review) FROM given), sum(each.spread)
    FROM each JOIN fund_criterion c ON c.id = each.criterion_id HAVING count(*) > 0
$$;
DROP VIEW fund_standing;
"""


class Migration(migrations.Migration):
    dependencies = [("fund", "0018_project_ended")]
    operations = [
        migrations.CreateModel(
            name="CriterionStanding",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "application", "criterion", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("mean", models.FloatField(null=True, verbose_name="mean of the experts")),
                ("agreed", models.PositiveSmallIntegerField(null=True, verbose_name="points of the panel")),
                ("counts", models.FloatField(verbose_name="what counts")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="fund.application"
                    ),
                ),
                (
                    "criterion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to="fund.criterion"
                    ),
                ),
            ],
            options={
                "verbose_name": "what a criterion stands at",
                "verbose_name_plural": "what criteria stand at",
                "db_table": "fund_standing",
                "managed": False,
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(RULE, BACKWARD),
        migrations.RunSQL(ANEW, migrations.RunSQL.noop),
    ]
