"""Who is named among the participants of what was handed in: no expert on it, as before, and no fund officer of it either."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

NAMES = """
CREATE FUNCTION names_in(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(DISTINCT lower(btrim(named #>> '{}'))), '{}')
    FROM jsonb_path_query(content, '$.answers[*] ? (@.kind == "participants").answer[*].name') AS named
    WHERE btrim(named #>> '{}') <> ''
$$;

CREATE FUNCTION called(person bigint) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[lower(btrim(u.name)), lower(u.username), lower(u.email)] FROM accounts_user u WHERE u.id = person
$$;
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
       AND NOT EXISTS (SELECT FROM fund_submission s WHERE s.application_id = application AND expert = ANY (s.writers))
       AND NOT EXISTS ({named})
$$;
"""
NAMED = "SELECT FROM fund_submission s WHERE s.application_id = application AND s.named && called(expert)"
READ = """
        SELECT FROM fund_submission s
        CROSS JOIN LATERAL jsonb_path_query(s.content, '$.answers[*] ? (@.kind == "participants").answer[*].name') AS named
        JOIN accounts_user u ON u.id = expert
        WHERE s.application_id = application AND btrim(named #>> '{}') <> ''
          AND lower(btrim(named #>> '{}')) IN (lower(btrim(u.name)), lower(u.username), lower(u.email))"""


class Migration(migrations.Migration):
    dependencies = [("fund", "0020_files"), ("accounts", "0001_initial")]
    operations = [
        migrations.RunSQL(NAMES, "DROP FUNCTION called(bigint); DROP FUNCTION names_in(jsonb);"),
        migrations.AddField(
            model_name="submission",
            name="named",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Func("content", function="names_in"),
                output_field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), size=None),
            ),
        ),
        migrations.AddIndex(
            model_name="submission",
            index=django.contrib.postgres.indexes.GinIndex(fields=["named"], name="submission_named"),
        ),
        migrations.RunSQL(STRANGER.format(named=NAMED), STRANGER.format(named=READ)),
    ]
