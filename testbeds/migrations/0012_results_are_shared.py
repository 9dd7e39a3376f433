"""Results are shared unless the host says what stands against it. Those that everyone could read already stay so; of others nobody was asked."""

from django.db import migrations, models

ALREADY = """
UPDATE testbeds_testrequest r SET shared = true FROM cases_case k
WHERE k.id = r.case_ptr_id AND r.decided_at IS NOT NULL AND k.opened_at IS NOT NULL AND k.confidentiality = 'open' AND k.provision = '';
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_similar"),
        ("testbeds", "0011_requests_at_their_hosts"),
    ]

    operations = [
        migrations.AddField(
            model_name="testrequest",
            name="may_be_named",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="who tested may be named"
            ),
        ),
        migrations.AddField(
            model_name="testrequest",
            name="shared",
            field=models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="the result is shared"
            ),
        ),
        migrations.AddField(
            model_name="testrequest",
            name="withheld",
            field=models.CharField(
                blank=True,
                choices=[
                    ("18:8", "OSL 18:8 security measures"),
                    ("19:1", "OSL 19:1 the authority's own business"),
                    ("19:3", "OSL 19:3 procurement"),
                    ("21:1", "OSL 21:1 health and sexual life"),
                    ("21:3", "OSL 21:3 threatened persons"),
                    ("21:7", "OSL 21:7 personal data"),
                    ("25:1", "OSL 25:1 health and medical care"),
                    ("31:12", "OSL 31:12 testing on behalf of an individual"),
                    ("31:16", "OSL 31:16 business relations of an individual"),
                ],
                db_default="",
                default="",
                editable=False,
                max_length=8,
                verbose_name="why the result is not shared",
            ),
        ),
        migrations.AddField(
            model_name="testrequest",
            name="withheld_why",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=500,
                verbose_name="what stands against sharing",
            ),
        ),
        migrations.AddConstraint(
            model_name="testrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("shared", False), ("withheld", ""), _connector="OR"), name="test_shared_or_withheld"
            ),
        ),
        migrations.AddConstraint(
            model_name="testrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("withheld", ""), models.Q(("withheld_why", ""), _negated=True), _connector="OR"),
                name="test_withheld_says_why",
            ),
        ),
        migrations.RunSQL(ALREADY, migrations.RunSQL.noop),
    ]
