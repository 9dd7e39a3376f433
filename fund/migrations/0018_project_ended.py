"""The day on which a project ended: the effect is asked about a year later."""

from django.db import migrations, models

ENDED = """
UPDATE fund_application a SET ended_on = (
    SELECT max(e.at AT TIME ZONE 'Europe/Stockholm')::date FROM cases_event e WHERE e.case_id = a.case_ptr_id AND e.move = 'finish');
"""


class Migration(migrations.Migration):
    dependencies = [("fund", "0017_opened_again")]
    operations = [
        migrations.AddField(
            model_name="application",
            name="ended_on",
            field=models.DateField(editable=False, null=True, verbose_name="the project ended"),
        ),
        migrations.RunSQL(ENDED, migrations.RunSQL.noop),
    ]
