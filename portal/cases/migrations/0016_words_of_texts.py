"""The search learns the words of summaries and texts too, of cases that all employees may read; until now it knew those of titles."""

import django.contrib.postgres.indexes
from django.db import migrations

AWAY = """
DROP TRIGGER title_words_later ON cases_case;
DROP TRIGGER title_words_first ON cases_case;
DROP FUNCTION title_words();
"""
AGAIN = r"""
CREATE FUNCTION title_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO cases_titleword (word)
    SELECT DISTINCT left(word, 200) AS word FROM regexp_split_to_table(lower(NEW.title), '\W+') word
    WHERE length(word) > 2 ORDER BY word
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER title_words_first AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.opened_at IS NOT NULL AND NEW.confidentiality <> 'restricted') EXECUTE FUNCTION title_words();
CREATE TRIGGER title_words_later AFTER UPDATE ON cases_case
    FOR EACH ROW WHEN (
        NEW.opened_at IS NOT NULL AND NEW.confidentiality <> 'restricted'
        AND (OLD.opened_at IS NULL OR OLD.confidentiality = 'restricted' OR OLD.title IS DISTINCT FROM NEW.title)
    ) EXECUTE FUNCTION title_words();
"""
FORWARD = r"""
CREATE FUNCTION words_to_seek(title text, texts text) RETURNS TABLE (word text) LANGUAGE sql IMMUTABLE AS $$
    SELECT left(found, 200) FROM regexp_split_to_table(lower(title), '\W+') found WHERE length(found) > 2
    UNION
    SELECT left(found, 200) FROM regexp_split_to_table(lower(texts), '\W+') found WHERE length(found) > 2 AND found !~ '\d'
$$;

CREATE FUNCTION case_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- In order, so that two cases that bring the same new words never wait for each other.
    INSERT INTO cases_caseword (word)
    SELECT found.word FROM words_to_seek(
        NEW.title, CASE WHEN NEW.confidentiality = 'open' AND NEW.provision = '' THEN NEW.summary || ' ' || NEW.body ELSE '' END
    ) found ORDER BY found.word
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

CREATE TRIGGER case_words_first AFTER INSERT ON cases_case
    FOR EACH ROW WHEN (NEW.opened_at IS NOT NULL AND NEW.confidentiality <> 'restricted') EXECUTE FUNCTION case_words();
CREATE TRIGGER case_words_later AFTER UPDATE ON cases_case
    FOR EACH ROW WHEN (
        NEW.opened_at IS NOT NULL AND NEW.confidentiality <> 'restricted' AND (
            OLD.opened_at IS NULL
            OR (OLD.confidentiality, OLD.provision, OLD.title, OLD.summary, OLD.body)
                IS DISTINCT FROM (NEW.confidentiality, NEW.provision, NEW.title, NEW.summary, NEW.body)
        )
    ) EXECUTE FUNCTION case_words();

INSERT INTO cases_caseword (word)
SELECT DISTINCT found.word FROM cases_case one, words_to_seek('', one.summary || ' ' || one.body) found
WHERE one.opened_at IS NOT NULL AND one.confidentiality = 'open' AND one.provision = ''
ON CONFLICT DO NOTHING;
"""
BACK = """
DROP TRIGGER case_words_later ON cases_case;
DROP TRIGGER case_words_first ON cases_case;
DROP FUNCTION case_words();
DROP FUNCTION words_to_seek(text, text);
"""


class Migration(migrations.Migration):
    dependencies = [("cases", "0015_chain_end")]
    operations = [
        migrations.RunSQL(AWAY, AGAIN),
        migrations.RemoveIndex("titleword", "title_word_trigram"),
        migrations.RenameModel("TitleWord", "CaseWord"),
        migrations.RunSQL(FORWARD, BACK),
        migrations.AddIndex(
            "caseword",
            django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["word"], name="case_word_trigram", opclasses=["gin_trgm_ops"]
            ),
        ),
    ]
