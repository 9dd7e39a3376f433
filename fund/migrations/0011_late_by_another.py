"""Nobody gives themselves the right to be late; and what somebody has written is found without reading all that was handed in."""

from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("fund", "0010_partial")]

    operations = [
        migrations.AddConstraint(
            model_name="lateright",
            constraint=models.CheckConstraint(condition=~Q(by=F("person")), name="late_right_by_another"),
        ),
        migrations.AddIndex(model_name="submission", index=GinIndex(fields=["writers"], name="submission_writers")),
    ]
