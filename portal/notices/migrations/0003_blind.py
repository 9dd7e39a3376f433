"""Of some things also those are told who may not see the case."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0002_outbox")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="topic",
            field=models.CharField(
                choices=[
                    ("moved", "The case has moved on"),
                    ("message", "New message"),
                    ("reminder", "A date is near"),
                    ("escalation", "A date has passed"),
                    ("named", "You have been named on a case"),
                    ("draft", "A draft is waiting for you"),
                    ("unreached", "An e-mail did not arrive"),
                    ("at_risk", "A right is about to be lost"),
                    ("unmanned", "Another rights reviewer must be appointed"),
                ],
                max_length=12,
            ),
        )
    ]
