"""What the database holds of a grant: an answer stays, money is paid after an approved report, in its year, and through the ledger."""

from django.db import migrations

ANSWERED = ("report", "changerequest")
KEPT = ("agreement", "effect")

FORWARD = """
CREATE FUNCTION answered_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE answer text[] := ARRAY['answered_at', 'answered_by_id', 'approves', 'words'];
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL OR to_jsonb(NEW) - answer IS DISTINCT FROM to_jsonb(OLD) - answer THEN
        RAISE EXCEPTION 'what has been handed in stays, and so does its answer' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION instalment_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE granted bigint; planned bigint; call fund_call;
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.paid_at IS NOT NULL THEN
        RAISE EXCEPTION 'what has been paid stays' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.approved_at IS NOT NULL AND (NEW.application_id, NEW.amount, NEW.report, NEW.approved_by_id)
        IS DISTINCT FROM (OLD.application_id, OLD.amount, OLD.report, OLD.approved_by_id) THEN
        RAISE EXCEPTION 'what has been approved for payment stays' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT a.granted INTO granted FROM fund_account a WHERE a.application_id = NEW.application_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO planned FROM fund_instalment WHERE application_id = NEW.application_id AND id IS DISTINCT FROM NEW.id;
    IF planned + NEW.amount > coalesce(granted, 0) THEN
        RAISE EXCEPTION 'instalments of application % come to more than the grant', NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.approved_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM fund_report WHERE application_id = NEW.application_id AND kind = NEW.report AND approves
    ) THEN
        RAISE EXCEPTION 'no approved report to pay after' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.paid_at IS NOT NULL THEN
        SELECT c.* INTO call FROM fund_call c JOIN fund_application a ON a.call_id = c.case_ptr_id WHERE a.case_ptr_id = NEW.application_id;
        NEW.paid_at := told_at(NEW.paid_at, call.case_ptr_id);
        IF extract(year FROM NEW.paid_at AT TIME ZONE 'Europe/Stockholm') <> call.year THEN
            RAISE EXCEPTION 'the money belongs to another year' USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER instalment_in_order BEFORE INSERT OR UPDATE OR DELETE ON fund_instalment FOR EACH ROW EXECUTE FUNCTION instalment_in_order();

CREATE FUNCTION instalment_in_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO fund_entry (call_id, application_id, kind, amount, at, by_id, note)
        SELECT call_id, case_ptr_id, 'pay', NEW.amount, NEW.paid_at, NEW.paid_by_id, NEW.milestone
        FROM fund_application WHERE case_ptr_id = NEW.application_id;
    RETURN NULL;
END $$;

CREATE TRIGGER instalment_in_ledger AFTER INSERT OR UPDATE ON fund_instalment FOR EACH ROW
    WHEN (NEW.paid_at IS NOT NULL) EXECUTE FUNCTION instalment_in_ledger();

CREATE FUNCTION payment_of_instalment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'a payment is written by its instalment alone' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER payment_of_instalment BEFORE INSERT ON fund_entry FOR EACH ROW WHEN (NEW.kind = 'pay') EXECUTE FUNCTION payment_of_instalment();
"""
BACKWARD = """
DROP TRIGGER payment_of_instalment ON fund_entry;
DROP FUNCTION payment_of_instalment();
DROP TRIGGER instalment_in_ledger ON fund_instalment;
DROP FUNCTION instalment_in_ledger();
DROP TRIGGER instalment_in_order ON fund_instalment;
DROP FUNCTION instalment_in_order();
"""


def triggers(forward: bool) -> str:
    """Those that are the same on several tables (``append_only`` is the kernel's)."""
    tables = [("answered_once", name) for name in ANSWERED] + [("append_only", name) for name in KEPT]
    if not forward:
        return (
            "".join(f"DROP TRIGGER {rule} ON fund_{name};" for rule, name in tables) + "DROP FUNCTION answered_once();"
        )
    trigger = "CREATE TRIGGER {0} BEFORE UPDATE OR DELETE ON fund_{1} FOR EACH ROW EXECUTE FUNCTION {0}();"
    return "".join(trigger.format(rule, name) for rule, name in tables)


class Migration(migrations.Migration):
    dependencies = [("fund", "0007_granting")]
    operations = [
        migrations.RunSQL(FORWARD, BACKWARD),
        migrations.RunSQL(triggers(True), triggers(False)),
    ]
