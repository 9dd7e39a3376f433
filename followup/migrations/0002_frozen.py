"""A frozen report never changes, nor do its figures: the database refuses."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION report_is_frozen(report bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM cases_case WHERE id = report AND opened_at IS NOT NULL)
$$;

CREATE FUNCTION refuse_frozen_report() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF report_is_frozen(OLD.case_ptr_id) AND (TG_OP = 'DELETE' OR NEW IS DISTINCT FROM OLD) THEN
        RAISE EXCEPTION 'report % is frozen', OLD.case_ptr_id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER refuse_frozen BEFORE UPDATE OR DELETE ON followup_report FOR EACH ROW EXECUTE FUNCTION refuse_frozen_report();

CREATE FUNCTION refuse_frozen_figure() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND report_is_frozen(OLD.report_id)) OR (TG_OP <> 'DELETE' AND report_is_frozen(NEW.report_id)) THEN
        RAISE EXCEPTION 'the figures of a frozen report do not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER refuse_frozen BEFORE INSERT OR UPDATE OR DELETE ON followup_reportfigure
    FOR EACH ROW EXECUTE FUNCTION refuse_frozen_figure();

CREATE FUNCTION refuse_frozen_document() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM followup_report r WHERE OLD.id IN (r.pdf_id, r.xlsx_id) AND report_is_frozen(r.case_ptr_id)) THEN
        RAISE EXCEPTION 'document % belongs to a frozen report', OLD.id USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER refuse_frozen_report BEFORE UPDATE OR DELETE ON cases_document
    FOR EACH ROW EXECUTE FUNCTION refuse_frozen_document();
"""
BACKWARD = """
DROP TRIGGER refuse_frozen_report ON cases_document;
DROP FUNCTION refuse_frozen_document();
DROP TRIGGER IF EXISTS refuse_frozen ON followup_reportfigure;
DROP FUNCTION refuse_frozen_figure();
DROP TRIGGER refuse_frozen ON followup_report;
DROP FUNCTION refuse_frozen_report();
DROP FUNCTION report_is_frozen(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_initial"), ("cases", "0002_history")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
