"""An author can ask to take a disclosure back: why stands in the case until somebody answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0005_attested_contributions"),
    ]

    operations = [
        migrations.AddField(
            model_name="disclosure",
            name="take_back_why",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                verbose_name="why the author asks to take it back",
            ),
        ),
    ]
