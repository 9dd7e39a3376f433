"""Lines of authors without an account said their name or address, which outlived its erasure (GDPR art. 5): now "privatperson".

What a registrar has entered by hand stays as it was written. The trigger that keeps lines as they are is off meanwhile; the table is
locked until the migration has ended, so nobody else writes past it.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE cases_diaryentry DISABLE TRIGGER append_only_update;
UPDATE cases_diaryentry AS line SET counterpart = 'privatperson'
    FROM cases_case
    WHERE cases_case.id = line.case_id AND cases_case.owner_id IS NULL
        AND line.counterpart NOT IN ('', 'privatperson')
        AND NOT EXISTS (
            SELECT 1 FROM cases_event
            WHERE cases_event.case_id = line.case_id AND cases_event.move = 'paper_entered'
                AND cases_event.data->'line' = to_jsonb(line.line)
        );
ALTER TABLE cases_diaryentry ENABLE TRIGGER append_only_update;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0008_title_words")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
