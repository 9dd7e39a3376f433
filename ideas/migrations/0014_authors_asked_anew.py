"""Authors were asked whether their name may be told together with the idea, and not that it is on the internet, so they are asked anew: the
names of those who ticked the box stand in the list of the story, and are not shown until they have said so."""

from django.db import migrations

KEEP = """
INSERT INTO ideas_credit (example_id, person_id, name, part, consent)
SELECT e.id, u.id, left(u.name, 120), '', ''
FROM ideas_example e
JOIN ideas_idea i ON i.case_ptr_id = e.idea_id AND i.may_credit
JOIN cases_case c ON c.id = e.idea_id
JOIN accounts_user u ON u.id = c.owner_id;
UPDATE ideas_idea SET may_credit = false WHERE may_credit
"""


class Migration(migrations.Migration):
    dependencies = [("ideas", "0013_authors_names")]
    operations = [migrations.RunSQL(KEEP, migrations.RunSQL.noop)]
