"""Notices that ask someone to confirm their part."""

from django.db import migrations, models

TOPICS = [
    ("moved", "The case has moved on"),
    ("message", "New message"),
    ("reminder", "A date is near"),
    ("escalation", "A date has passed"),
    ("named", "You have been named on a case"),
    ("confirm", "Confirm your part in a result that is disclosed"),
    ("draft", "A draft is waiting for you"),
    ("unreached", "An e-mail did not arrive"),
    ("at_risk", "A right is about to be lost"),
    ("unmanned", "Another rights reviewer must be appointed"),
]


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_blind")]
    operations = [
        migrations.AlterField(model_name="notice", name="topic", field=models.CharField(choices=TOPICS, max_length=12)),
    ]
