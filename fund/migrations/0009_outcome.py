"""External grants with their history, and consents to be named. What was checked is what is accepted, and nothing is lost."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from portal.migrating import drawn_once

FORWARD = """
CREATE FUNCTION external_void() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.lawful := NULL; NEW.finding := ''; NEW.checked_at := NULL; NEW.checked_by_id := NULL;
    NEW.accepted_at := NULL; NEW.accepted_by_id := NULL;
    RETURN NEW;
END $$;

CREATE TRIGGER external_void BEFORE UPDATE ON fund_externalgrant FOR EACH ROW WHEN (
    (OLD.financier, OLD.source, OLD.programme, OLD.amount, OLD.co_finance, OLD.terms)
    IS DISTINCT FROM (NEW.financier, NEW.source, NEW.programme, NEW.amount, NEW.co_finance, NEW.terms)
) EXECUTE FUNCTION external_void();

CREATE FUNCTION external_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fund_externalchange (grant_id, at, by_id, content) VALUES (NEW.id, clock_timestamp(), NEW.changed_by_id, to_jsonb(NEW));
    RETURN NULL;
END $$;

CREATE TRIGGER external_kept AFTER INSERT OR UPDATE ON fund_externalgrant FOR EACH ROW EXECUTE FUNCTION external_kept();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON fund_externalchange FOR EACH ROW EXECUTE FUNCTION append_only();

CREATE FUNCTION reporting_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.settled_at IS NULL AND (OLD.grant_id, OLD.due_on, OLD.what) = (NEW.grant_id, NEW.due_on, NEW.what) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a reporting date is only settled' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER reporting_stays BEFORE UPDATE OR DELETE ON fund_reportingdate FOR EACH ROW EXECUTE FUNCTION reporting_stays();

CREATE FUNCTION name_consent_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND to_jsonb(NEW) - 'withdrawn_at' = to_jsonb(OLD) - 'withdrawn_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a consent is only taken back' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER name_consent_stays BEFORE UPDATE OR DELETE ON fund_nameconsent FOR EACH ROW EXECUTE FUNCTION name_consent_stays();
"""
BACKWARD = """
DROP TRIGGER name_consent_stays ON fund_nameconsent;
DROP FUNCTION name_consent_stays();
DROP TRIGGER reporting_stays ON fund_reportingdate;
DROP FUNCTION reporting_stays();
DROP TRIGGER append_only ON fund_externalchange;
DROP TRIGGER external_kept ON fund_externalgrant;
DROP FUNCTION external_kept();
DROP TRIGGER external_void ON fund_externalgrant;
DROP FUNCTION external_void();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0013_similar"),
        ("fund", "0008_payments"),
        ("organisation", "0004_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ExternalGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=200, verbose_name="what the money is for")),
                ("financier", models.CharField(max_length=200, verbose_name="financier")),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("eu", "EU"),
                            ("vinnova", "Vinnova"),
                            ("state", "The state, another agency"),
                            ("foundation", "Foundation or fund"),
                            ("other", "Other financier"),
                        ],
                        max_length=12,
                        verbose_name="kind of financier",
                    ),
                ),
                ("programme", models.CharField(blank=True, max_length=200, verbose_name="programme or call")),
                ("amount", models.PositiveBigIntegerField(verbose_name="amount from the financier, SEK")),
                ("co_finance", models.PositiveBigIntegerField(default=0, verbose_name="the Region’s own part, SEK")),
                ("terms", models.TextField(max_length=5000, verbose_name="terms")),
                ("applied_on", models.DateField(blank=True, null=True, verbose_name="applied for")),
                ("granted_on", models.DateField(blank=True, null=True, verbose_name="granted by the financier")),
                (
                    "turned_down_on",
                    models.DateField(blank=True, null=True, verbose_name="turned down, by the financier or by us"),
                ),
                ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended")),
                ("lawful", models.BooleanField(editable=False, null=True, verbose_name="may be taken")),
                (
                    "finding",
                    models.TextField(
                        blank=True, default="", editable=False, max_length=5000, verbose_name="what was found"
                    ),
                ),
                ("checked_at", models.DateTimeField(editable=False, null=True, verbose_name="checked")),
                ("accepted_at", models.DateTimeField(editable=False, null=True, verbose_name="accepted by the Region")),
                ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                (
                    "accepted_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="external_grants",
                        to="cases.case",
                    ),
                ),
                (
                    "changed_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisation.unit",
                        verbose_name="unit",
                    ),
                ),
            ],
            options={
                "verbose_name": "external grant",
                "verbose_name_plural": "external grants",
                "ordering": ("-pk",),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ExternalChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="when")),
                ("content", models.JSONField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="fund.externalgrant"
                    ),
                ),
            ],
            options={
                "verbose_name": "version of an external grant",
                "verbose_name_plural": "versions of an external grant",
                "ordering": ("-pk",),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="NameConsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="given")),
                ("withdrawn_at", models.DateTimeField(null=True, verbose_name="taken back")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="name_consents", to="fund.application"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "consent to be named",
                "verbose_name_plural": "consents to be named",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="ReportingDate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due_on", models.DateField(verbose_name="at the latest")),
                ("what", models.CharField(max_length=200, verbose_name="what is to be reported")),
                ("sent", models.BooleanField(editable=False, null=True, verbose_name="sent")),
                ("settled_at", models.DateTimeField(editable=False, null=True, verbose_name="sent or taken back")),
                ("reminded", models.PositiveSmallIntegerField(editable=False, null=True)),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="dates", to="fund.externalgrant"
                    ),
                ),
                (
                    "settled_by",
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
                "verbose_name": "reporting date",
                "verbose_name_plural": "reporting dates",
                "ordering": ("due_on", "pk"),
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="externalgrant",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 1)), name="external_of_something"),
        ),
        migrations.AddConstraint(
            model_name="externalgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_at__isnull", True),
                        ("checked_by__isnull", True),
                        ("finding", ""),
                        ("lawful__isnull", True),
                    ),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                        ("lawful__isnull", False),
                        models.Q(("finding", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="external_checked_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="externalgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                    models.Q(
                        ("accepted_at__isnull", False),
                        ("accepted_by__isnull", False),
                        ("granted_on__isnull", False),
                        ("lawful", True),
                        ("lawful__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="external_accepted_when_lawful",
            ),
        ),
        migrations.AddConstraint(
            model_name="externalgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("turned_down_on__isnull", True),
                    models.Q(("accepted_at__isnull", True), ("ended_on__isnull", True)),
                    _connector="OR",
                ),
                name="external_not_both",
                violation_error_message="What has been accepted is ended, not turned down.",
            ),
        ),
        migrations.AddConstraint(
            model_name="externalgrant",
            constraint=models.CheckConstraint(
                condition=models.Q(("ended_on__isnull", True), ("accepted_at__isnull", False), _connector="OR"),
                name="external_ends_after_acceptance",
                violation_error_message="Only what has been accepted can end.",
            ),
        ),
        migrations.AddConstraint(
            model_name="nameconsent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("application", "person"),
                name="name_consent_once",
            ),
        ),
        migrations.AddIndex(
            model_name="reportingdate",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)), fields=["due_on"], name="reporting_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="reportingdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent__isnull", True), ("settled_at__isnull", True), ("settled_by__isnull", True)),
                    models.Q(("sent__isnull", False), ("settled_at__isnull", False), ("settled_by__isnull", False)),
                    _connector="OR",
                ),
                name="reporting_settled_by_somebody",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
    operations = drawn_once(operations)
