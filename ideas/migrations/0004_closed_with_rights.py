from django.db import migrations


class Migration(migrations.Migration):
    """What is with the rights reviewer is closed, whoever writes the row: disclosure would cost the novelty (patentlagen 2024:945 2:8–9)."""

    dependencies = [
        ("ideas", "0003_answers"),
    ]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE cases_case ADD CONSTRAINT idea_with_rights_is_closed CHECK ("
            "kind <> 'idea' OR state NOT IN ('rights', 'protected', 'concluded') OR confidentiality = 'restricted')",
            "ALTER TABLE cases_case DROP CONSTRAINT idea_with_rights_is_closed",
        ),
    ]
