"""The words of what everyone may read, so that something like it is found while somebody writes."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.db import migrations, models

SWEDISH = models.Value("swedish", output_field=models.TextField())


class Migration(migrations.Migration):
    dependencies = [("ideas", "0007_hosts")]
    operations = [
        migrations.AddField(
            model_name="suggestion",
            name="public_words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector("public_text", config=SWEDISH),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddField(
            model_name="example",
            name="words",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.contrib.postgres.search.SearchVector(
                    "title", "title_en", "summary", "summary_en", "story", "story_en", config=SWEDISH
                ),
                output_field=django.contrib.postgres.search.SearchVectorField(),
            ),
        ),
        migrations.AddIndex(
            model_name="suggestion",
            index=django.contrib.postgres.indexes.GinIndex(fields=["public_words"], name="suggestion_public_words"),
        ),
        migrations.AddIndex(
            model_name="example",
            index=django.contrib.postgres.indexes.GinIndex(fields=["words"], name="example_words"),
        ),
    ]
