"""A closed case teaches the search no words: from which words come near one could else tell what stands in its title."""

from django.db import migrations

FORWARD = r"""
CREATE OR REPLACE FUNCTION title_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In order, so that two cases that bring the same new words never wait for each other.
    INSERT INTO cases_titleword (word)
    SELECT DISTINCT left(word, 200) AS word FROM regexp_split_to_table(lower(NEW.title), '\W+') word
    WHERE length(word) > 2 ORDER BY word
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

DROP TRIGGER title_words_first ON cases_case;
DROP TRIGGER title_words_later ON cases_case;
CREATE TRIGGER title_words_first AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.opened_at IS NOT NULL AND NEW.confidentiality <> 'restricted') EXECUTE FUNCTION title_words();
CREATE TRIGGER title_words_later AFTER UPDATE ON cases_case
    FOR EACH ROW WHEN (
        NEW.opened_at IS NOT NULL AND NEW.confidentiality <> 'restricted'
        AND (OLD.opened_at IS NULL OR OLD.confidentiality = 'restricted' OR OLD.title IS DISTINCT FROM NEW.title)
    ) EXECUTE FUNCTION title_words();

DELETE FROM cases_titleword;
INSERT INTO cases_titleword (word)
SELECT DISTINCT left(word, 200) FROM cases_case, regexp_split_to_table(lower(title), '\W+') word
WHERE opened_at IS NOT NULL AND confidentiality <> 'restricted' AND length(word) > 2;
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0009_counterparts")]
    operations = [migrations.RunSQL(FORWARD, migrations.RunSQL.noop)]
