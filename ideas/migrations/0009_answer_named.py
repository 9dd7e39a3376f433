"""The answer of a unit has a name for people, who read it in the case that is taken out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ideas", "0008_similar")]
    operations = [
        migrations.AlterField(
            model_name="candidate",
            name="answer",
            field=models.CharField(
                blank=True,
                choices=[
                    ("accepted", "Took it on"),
                    ("declined", "Declined"),
                    ("late", "Did not answer in time"),
                    ("withdrawn", "The question was taken back"),
                ],
                editable=False,
                max_length=10,
                verbose_name="answer",
            ),
        ),
    ]
