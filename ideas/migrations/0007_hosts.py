"""What a scorecard asks, in versions; host placement; the baseline of a trial; benefits in words."""

from datetime import date

import django.db.models.deletion
from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from portal.migrating import drawn_once

CANDIDATE_KEPT = """
CREATE FUNCTION candidate_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ideas_placement WHERE id = OLD.placement_id AND asked_at >= OLD.compared_at) AND (
        TG_OP = 'DELETE' OR
        (OLD.placement_id, OLD.unit_id, OLD.compared_at, OLD.resources, OLD.resources_why, OLD.competence, OLD.competence_why, OLD.chance,
         OLD.chance_why) IS DISTINCT FROM
        (NEW.placement_id, NEW.unit_id, NEW.compared_at, NEW.resources, NEW.resources_why, NEW.competence, NEW.competence_why, NEW.chance,
         NEW.chance_why)
    ) THEN
        RAISE EXCEPTION 'a unit has been asked on the ground of this comparison' USING ERRCODE = 'check_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER candidate_kept BEFORE UPDATE OR DELETE ON ideas_candidate FOR EACH ROW EXECUTE FUNCTION candidate_kept();
"""
CANDIDATE_FREE = "DROP TRIGGER candidate_kept ON ideas_candidate; DROP FUNCTION candidate_kept()"
CRITERIA_KEPT = """
CREATE FUNCTION criterion_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ideas_assessment WHERE criteria_set_id = NEW.criteria_set_id) THEN
        RAISE EXCEPTION 'the version is in use' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER criterion_in_time BEFORE INSERT ON ideas_criterion FOR EACH ROW EXECUTE FUNCTION criterion_in_time();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ideas_criterion FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ideas_criterion FOR EACH STATEMENT EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON ideas_criteriaset FOR EACH ROW EXECUTE FUNCTION append_only();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON ideas_criteriaset FOR EACH STATEMENT EXECUTE FUNCTION append_only();
"""
CRITERIA_FREE = """
DROP TRIGGER append_only_truncate ON ideas_criteriaset;
DROP TRIGGER append_only ON ideas_criteriaset;
DROP TRIGGER append_only_truncate ON ideas_criterion;
DROP TRIGGER append_only ON ideas_criterion;
DROP TRIGGER criterion_in_time ON ideas_criterion;
DROP FUNCTION criterion_in_time();
"""


POINTS = [(1, "1, very low"), (2, "2, low"), (3, "3, fair"), (4, "4, high"), (5, "5, very high")]
FIRST_DAY = date(2020, 1, 1)
# key, perspective, name, name in English, question, question in English
FIRST_LINES = (
    ("benefit_everyday", "everyday", "Nya tjänster som underlättar vardagen", "New services that make everyday life easier",
     "Hur mycket enklare blir vardagen för dem det är till för?", "How much easier does it make everyday life for those it is for?"),
    ("benefit_quality", "quality", "Höjd kvalitet i offentlig service", "Higher quality in public service",
     "Hur mycket bättre eller säkrare blir verksamheten?", "How much better or safer does the service become?"),
    ("benefit_efficiency", "efficiency", "En ökad effektivitet i produktionen av tjänster", "More efficient production of services",
     "Hur mycket tid eller pengar frigörs till annat?", "How much time or money is freed for other things?"),
    ("benefit_insight", "insight", "Ökad förmåga till insikter, analys och kunskapsbildning", "Greater ability for insight, analysis and knowledge",
     "Hur mycket mer får vi veta eller kan vi fatta beslut om?", "How much more will we know, or be able to decide on?"),
    ("feasibility", "", "Genomförbarhet", "Feasibility",
     "Hur troligt är det att vi kan genomföra det?", "How likely is it that we can carry it out?"),
    ("spread", "", "Spridning", "Spread",
     "Hur många andra verksamheter kan använda det?", "How many other operations could use it?"),
    ("considerations", "", "Överväganden", "Considerations",
     "Hur väl står det sig när det gäller hållbarhet, tillgänglighet, etik och personlig integritet?",
     "How well does it stand with sustainability, accessibility, ethics and personal integrity?"),
)  # fmt: skip


def first_version(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """What scorecards asked before there were versions. All that there are were scored by it."""
    criterion = apps.get_model("ideas", "Criterion")
    first = apps.get_model("ideas", "CriteriaSet").objects.create(version=1, valid_from=FIRST_DAY)
    for position, (key, perspective, name, name_en, text, text_en) in enumerate(FIRST_LINES, start=1):
        criterion.objects.create(
            criteria_set=first, key=key, perspective=perspective, name=name, name_en=name_en, text=text, text_en=text_en,
            position=position,
        )  # fmt: skip
    apps.get_model("ideas", "Assessment").objects.update(criteria_set=first)


class Migration(migrations.Migration):
    dependencies = [
        ("ideas", "0006_needs"),
        ("organisation", "0004_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="CriteriaSet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(unique=True, verbose_name="version")),
                ("valid_from", models.DateField(unique=True, verbose_name="in force from")),
                ("why", models.CharField(blank=True, max_length=300, verbose_name="what is new, and why")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "version of the scorecard",
                "verbose_name_plural": "versions of the scorecard",
                "ordering": ("-version",),
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Criterion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=24)),
                (
                    "perspective",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("everyday", "New services that make everyday life easier"),
                            ("quality", "Higher quality in public service"),
                            ("efficiency", "More efficient production of services"),
                            ("insight", "Greater ability for insight, analysis and knowledge"),
                        ],
                        max_length=12,
                        verbose_name="asked of",
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name of the line")),
                ("name_en", models.CharField(max_length=80, verbose_name="name of the line, in English")),
                ("text", models.CharField(max_length=300, verbose_name="question")),
                ("text_en", models.CharField(max_length=300, verbose_name="question, in English")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "criteria_set",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="lines", to="ideas.criteriaset"
                    ),
                ),
            ],
            options={
                "verbose_name": "criterion",
                "verbose_name_plural": "criteria",
                "ordering": ("criteria_set", "position"),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("criteria_set", "key"), name="criterion_once"),
                    models.UniqueConstraint(fields=("criteria_set", "position"), name="criterion_in_order"),
                ],
            },
        ),
        migrations.AddField(
            model_name="assessment",
            name="criteria_set",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assessments",
                to="ideas.criteriaset",
            ),
        ),
        migrations.RunPython(first_version, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="assessment",
            name="criteria_set",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="assessments", to="ideas.criteriaset"
            ),
        ),
        migrations.RunSQL(CRITERIA_KEPT, CRITERIA_FREE),
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("why", models.TextField(blank=True, max_length=5000, verbose_name="why a host is looked for")),
                ("asked_at", models.DateTimeField(editable=False, null=True, verbose_name="asked")),
                ("ended_at", models.DateTimeField(editable=False, null=True, verbose_name="ended")),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "idea",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="ideas.idea"
                    ),
                ),
                (
                    "people",
                    models.ManyToManyField(
                        related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="people who take part"
                    ),
                ),
                (
                    "units",
                    models.ManyToManyField(
                        related_name="+", to="organisation.unit", verbose_name="units that take part"
                    ),
                ),
            ],
            options={
                "verbose_name": "host placement",
                "verbose_name_plural": "host placements",
                "ordering": ("-pk",),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)), fields=("idea",), name="placement_one_at_a_time"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("asked_at__isnull", True),
                                ("asked_by__isnull", True),
                                ("ended_at__isnull", True),
                                ("why", ""),
                            ),
                            models.Q(
                                ("asked_at__isnull", False),
                                ("asked_by__isnull", False),
                                models.Q(("why", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="placement_asked_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Candidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("resources", models.PositiveSmallIntegerField(choices=POINTS, verbose_name="resources")),
                ("resources_why", models.TextField(max_length=1000, verbose_name="why")),
                ("competence", models.PositiveSmallIntegerField(choices=POINTS, verbose_name="competence")),
                ("competence_why", models.TextField(max_length=1000, verbose_name="why")),
                ("chance", models.PositiveSmallIntegerField(choices=POINTS, verbose_name="chance to carry it out")),
                ("chance_why", models.TextField(max_length=1000, verbose_name="why")),
                ("compared_at", models.DateTimeField(auto_now_add=True)),
                ("asked_at", models.DateTimeField(editable=False, null=True)),
                ("answer_by", models.DateTimeField(editable=False, null=True)),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("accepted", "Took it on"),
                            ("declined", "Declined"),
                            ("late", "Did not answer in time"),
                            ("withdrawn", "The question was taken back"),
                        ],
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("answered_at", models.DateTimeField(editable=False, null=True)),
                ("reason", models.TextField(blank=True, editable=False, max_length=5000, verbose_name="reason")),
                (
                    "answered_by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="candidates", to="ideas.placement"
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
                "verbose_name": "unit compared",
                "verbose_name_plural": "units compared",
                "ordering": (
                    models.OrderBy(
                        models.F("resources") + models.F("competence") + models.F("chance"), descending=True
                    ),
                    "pk",
                ),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("placement", "unit"), name="candidate_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("answer", ""), ("asked_at__isnull", False)),
                        fields=("placement",),
                        name="candidate_one_asked_at_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("answer", "accepted")), fields=("placement",), name="candidate_one_host"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("chance__range", (1, 5)),
                            ("competence__range", (1, 5)),
                            ("resources__range", (1, 5)),
                            models.Q(("resources_why", ""), _negated=True),
                            models.Q(("competence_why", ""), _negated=True),
                            models.Q(("chance_why", ""), _negated=True),
                        ),
                        name="candidate_one_to_five_with_a_sentence",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answer_by__isnull", True), ("asked_at__isnull", True)),
                            models.Q(("answer_by__isnull", False), ("asked_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="candidate_asked_until",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer", ""), ("answered_at__isnull", True)),
                            models.Q(models.Q(("answer", ""), _negated=True), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="candidate_answered_when",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__in", ("accepted", "declined")), _negated=True),
                            models.Q(("answered_by__isnull", False), models.Q(("reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="candidate_answers_with_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CANDIDATE_KEPT, CANDIDATE_FREE),
        migrations.AddField(
            model_name="trial",
            name="baseline",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="how it stands today"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="trial",
            name="measured",
            field=models.CharField(blank=True, default="", max_length=300, verbose_name="what the measure showed"),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="Benefit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("economic", "Economic"),
                            ("social", "Social"),
                            ("functional", "Functional"),
                            ("environmental", "Environmental"),
                        ],
                        max_length=14,
                        verbose_name="kind of value",
                    ),
                ),
                ("expected", models.TextField(blank=True, max_length=1000, verbose_name="expected")),
                ("actual", models.TextField(blank=True, max_length=1000, verbose_name="seen in use")),
                (
                    "idea",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="benefits", to="ideas.idea"
                    ),
                ),
            ],
            options={
                "verbose_name": "benefit",
                "verbose_name_plural": "benefits",
                "ordering": ("pk",),
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("idea", "kind"), name="benefit_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("expected", ""), _negated=True),
                            models.Q(("actual", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="benefit_says_something",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="idea",
            constraint=models.CheckConstraint(
                condition=models.Q(("actual_values", []), ("introduced_at__isnull", False), _connector="OR"),
                name="idea_value_arises_in_use",
            ),
        ),
    ]
    operations = drawn_once(operations)
