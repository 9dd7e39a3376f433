"""Who wrote an application is kept when it is handed in, and reviews it no more than who writes it now."""

import django.contrib.postgres.fields
from django.db import migrations, models

FORWARD = """
UPDATE fund_submission s SET writers = ARRAY[s.by_id] || ARRAY(
    SELECT g.user_id::bigint FROM cases_casegrant g JOIN auth_permission p ON p.id = g.permission_id
    WHERE g.content_object_id = s.application_id AND p.codename = 'coauthor_case' ORDER BY g.user_id
);
"""
STRANGER = """
CREATE OR REPLACE FUNCTION review_of_stranger(application bigint, expert bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT FROM cases_case k WHERE k.id = application AND k.owner_id = expert)
       AND NOT EXISTS (
        SELECT FROM cases_casegrant g JOIN auth_permission p ON p.id = g.permission_id
        WHERE g.content_object_id = application AND g.user_id = expert AND p.codename IN ('coauthor_case', 'recuse_case'))
       AND NOT EXISTS (
        SELECT FROM fund_approval a JOIN fund_submission s ON s.id = a.submission_id
        WHERE s.application_id = application AND a.by_id = expert)
       {wrote}AND NOT EXISTS (
        SELECT FROM fund_submission s
        CROSS JOIN LATERAL jsonb_path_query(s.content, '$.answers[*] ? (@.kind == "participants").answer[*].name') AS named
        JOIN accounts_user u ON u.id = expert
        WHERE s.application_id = application AND btrim(named #>> '{{}}') <> ''
          AND lower(btrim(named #>> '{{}}')) IN (lower(btrim(u.name)), lower(u.username), lower(u.email)))
$$;
"""
WROTE = """AND NOT EXISTS (SELECT FROM fund_submission s WHERE s.application_id = application AND expert = ANY (s.writers))
       """


class Migration(migrations.Migration):
    dependencies = [("fund", "0009_outcome")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="writers",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.RunSQL(
            f"ALTER TABLE fund_submission DISABLE TRIGGER append_only; {FORWARD} ALTER TABLE fund_submission ENABLE TRIGGER append_only;",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(STRANGER.format(wrote=WROTE), STRANGER.format(wrote="")),
    ]
