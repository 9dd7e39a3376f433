"""The words of published stories become words of their ideas, so that the ideas are found by them."""

from django.db import migrations

FORWARD = r"""
UPDATE cases_case SET body = concat_ws(
    E'\n', NULLIF(body, ''), story.title, NULLIF(story.title_en, ''), story.summary, NULLIF(story.summary_en, ''), story.story,
    NULLIF(story.story_en, '')
)
FROM ideas_example story WHERE story.idea_id = cases_case.id AND story.published_at IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("ideas", "0010_sums")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
