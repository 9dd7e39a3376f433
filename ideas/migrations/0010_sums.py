"""Economic value may be told in SEK a year, besides in words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ideas", "0009_answer_named")]
    operations = [
        migrations.AddField(
            model_name="benefit",
            name="expected_sek",
            field=models.PositiveIntegerField(null=True, verbose_name="expected, in SEK a year"),
        ),
        migrations.AddField(
            model_name="benefit",
            name="actual_sek",
            field=models.PositiveIntegerField(null=True, verbose_name="seen in use, in SEK a year"),
        ),
        migrations.AddConstraint(
            model_name="benefit",
            constraint=models.CheckConstraint(
                condition=models.Q(("actual_sek__isnull", True), ("expected_sek__isnull", True))
                | models.Q(("kind", "economic")),
                name="benefit_sum_is_economic",
            ),
        ),
        migrations.AddConstraint(
            model_name="benefit",
            constraint=models.CheckConstraint(
                condition=(models.Q(("expected_sek__isnull", True)) | models.Q(("expected", ""), _negated=True))
                & (models.Q(("actual_sek__isnull", True)) | models.Q(("actual", ""), _negated=True)),
                name="benefit_sum_in_words_too",
            ),
        ),
    ]
