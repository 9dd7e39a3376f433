"""How someone without an account confirmed their part, noted by who assesses; and what a protection's form is called."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

MEASURES = [
    ("patent", "Patent"),
    ("design", "Registered design"),
    ("trade_mark", "Registered trade mark"),
    ("secrecy", "Secrecy agreement"),
    ("licence", "Open licence"),
    ("other", "Other protection"),
]


class Migration(migrations.Migration):
    dependencies = [("rights", "0004_names"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.AddField(
            model_name="contributor",
            name="attested_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="noted by",
            ),
        ),
        migrations.AddField(
            model_name="contributor",
            name="attested_how",
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name="how it was confirmed"),
        ),
        migrations.AddField(
            model_name="contributor",
            name="attested_on",
            field=models.DateField(editable=False, null=True, verbose_name="confirmed outside the portal"),
        ),
        migrations.AddConstraint(
            model_name="contributor",
            constraint=models.CheckConstraint(
                condition=Q(attested_on__isnull=True, attested_how="", attested_by__isnull=True)
                | (Q(attested_on__isnull=False, attested_by__isnull=False, person__isnull=True) & ~Q(attested_how="")),
                name="contributor_attested_in_full",
            ),
        ),
        migrations.AlterField(
            model_name="protection",
            name="measure",
            field=models.CharField(choices=MEASURES, max_length=10, verbose_name="form of protection"),
        ),
    ]
