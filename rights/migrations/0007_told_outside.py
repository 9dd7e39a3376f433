"""Who outside the Region has been told of the rules; what is written stays, as of the staff."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

FORWARD = """
CREATE TRIGGER briefing_stays BEFORE UPDATE OR DELETE ON rights_outsidebriefing FOR EACH ROW EXECUTE FUNCTION briefing_stays();
"""
BACKWARD = "DROP TRIGGER briefing_stays ON rights_outsidebriefing;"


class Migration(migrations.Migration):
    dependencies = [
        ("rights", "0006_asked_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="OutsideBriefing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=200, verbose_name="who was told")),
                ("told_on", models.DateField(verbose_name="when")),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("meeting", "At a meeting"),
                            ("introduction", "When they were newly employed"),
                            ("course", "In a course"),
                            ("email", "By e-mail"),
                            ("other", "In another way"),
                        ],
                        max_length=12,
                        verbose_name="in what way",
                    ),
                ),
                (
                    "agreement",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="the agreement that the rules are attached to"
                    ),
                ),
                (
                    "recorded_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="recorded"),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="taken back")),
                (
                    "recorded_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="rights.policyversion",
                        verbose_name="version",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "briefing outside the Region",
                "verbose_name_plural": "briefings outside the Region",
                "ordering": ("-told_on", "-pk"),
                "default_permissions": (),
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
