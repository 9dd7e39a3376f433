from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ideas", "0014_authors_asked_anew"),
    ]

    operations = [
        migrations.AlterField(
            model_name="trial",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("reached", "The target was reached"),
                    ("partly", "The target was partly reached"),
                    ("missed", "The target was not reached"),
                    ("stopped", "It was stopped before anything was measured"),
                ],
                max_length=8,
                verbose_name="outcome",
            ),
        ),
    ]
