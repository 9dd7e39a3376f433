"""What the database holds of the fund: what is handed in, and when; a decision stays; the ledger adds up."""

from django.db import migrations

KEPT = ("edition", "submission", "approval", "entry", "lateright")

FORWARD = """
-- The database's own clock. Only what lies before the database learnt of the call keeps the time it is told with: nobody applies, or is
-- paid, before then, so it is of a call that was held elsewhere and is told afterwards, as in a demo.
CREATE FUNCTION told_at(told timestamptz, call bigint) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
    IF told < clock_timestamp() - interval '1 minute' AND EXISTS (
        SELECT FROM cases_event e WHERE e.case_id = call AND e.move = 'announce' AND e.recorded_at > told
    ) THEN
        RETURN told;
    END IF;
    RETURN clock_timestamp();
END $$;

CREATE FUNCTION submission_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE call fund_call; applicant bigint; state text;
BEGIN
    SELECT c.* INTO call FROM fund_call c JOIN fund_application a ON a.call_id = c.case_ptr_id WHERE a.case_ptr_id = NEW.application_id;
    NEW.at := told_at(NEW.at, call.case_ptr_id);
    SELECT k.owner_id INTO applicant FROM cases_case k WHERE k.id = NEW.application_id;
    SELECT k.state INTO state FROM cases_case k WHERE k.id = call.case_ptr_id FOR SHARE;
    IF NEW.amount > call.largest_grant THEN
        RAISE EXCEPTION 'application % asks for more than the largest grant', NEW.application_id USING ERRCODE = 'check_violation';
    END IF;
    IF state = 'announced' AND NEW.at >= call.opens_at AND NEW.at < call.closes_at THEN
        RETURN NEW;
    END IF;
    IF state IN ('announced', 'reviewing') AND NEW.at >= call.closes_at AND EXISTS (
        SELECT FROM fund_lateright r WHERE r.call_id = call.case_ptr_id AND r.person_id = applicant AND r.until > NEW.at
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the call of application % is not open', NEW.application_id USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER submission_in_time BEFORE INSERT ON fund_submission FOR EACH ROW EXECUTE FUNCTION submission_in_time();

CREATE FUNCTION ruling_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a decision that has been made stays' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER ruling_stays BEFORE UPDATE OR DELETE ON fund_ruling FOR EACH ROW
    WHEN (OLD.decided_at IS NOT NULL) EXECUTE FUNCTION ruling_stays();

CREATE FUNCTION ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE more fund_account;
BEGIN
    more.budget := 0; more.granted := 0; more.reserved := 0; more.paid := 0; more.returned := 0;
    CASE NEW.kind
        WHEN 'budget' THEN more.budget := NEW.amount;
        WHEN 'grant' THEN more.granted := NEW.amount; more.reserved := NEW.amount;
        WHEN 'revoke' THEN more.granted := -NEW.amount; more.reserved := -NEW.amount;
        WHEN 'pay' THEN more.reserved := -NEW.amount; more.paid := NEW.amount;
        WHEN 'return' THEN more.reserved := -NEW.amount; more.returned := NEW.amount;
        WHEN 'repay' THEN more.paid := -NEW.amount; more.returned := NEW.amount;
    END CASE;
    INSERT INTO fund_account (call_id) SELECT NEW.call_id
        WHERE NOT EXISTS (SELECT FROM fund_account WHERE call_id = NEW.call_id AND application_id IS NULL);
    UPDATE fund_account a SET budget = a.budget + more.budget, free = a.free + more.budget - more.granted,
        granted = a.granted + more.granted, reserved = a.reserved + more.reserved, paid = a.paid + more.paid,
        returned = a.returned + more.returned
        WHERE a.call_id = NEW.call_id AND a.application_id IS NULL;
    IF NEW.application_id IS NOT NULL THEN
        INSERT INTO fund_account (call_id, application_id) VALUES (NEW.call_id, NEW.application_id) ON CONFLICT (application_id) DO NOTHING;
        UPDATE fund_account a SET granted = a.granted + more.granted, reserved = a.reserved + more.reserved,
            paid = a.paid + more.paid, returned = a.returned + more.returned WHERE a.application_id = NEW.application_id;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ledger AFTER INSERT ON fund_entry FOR EACH ROW EXECUTE FUNCTION ledger();

CREATE FUNCTION account_of_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'a balance is written by the ledger alone' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER account_of_ledger BEFORE INSERT OR UPDATE OR DELETE ON fund_account FOR EACH ROW EXECUTE FUNCTION account_of_ledger();

CREATE FUNCTION entry_of_its_call() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.application_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM fund_application WHERE case_ptr_id = NEW.application_id AND call_id = NEW.call_id
    ) THEN
        RAISE EXCEPTION 'application % is not of call %', NEW.application_id, NEW.call_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER entry_of_its_call BEFORE INSERT ON fund_entry FOR EACH ROW EXECUTE FUNCTION entry_of_its_call();
"""
BACKWARD = """
DROP TRIGGER entry_of_its_call ON fund_entry;
DROP FUNCTION entry_of_its_call();
DROP TRIGGER account_of_ledger ON fund_account;
DROP FUNCTION account_of_ledger();
DROP TRIGGER ledger ON fund_entry;
DROP FUNCTION ledger();
DROP TRIGGER ruling_stays ON fund_ruling;
DROP FUNCTION ruling_stays();
DROP TRIGGER submission_in_time ON fund_submission;
DROP FUNCTION submission_in_time();
DROP FUNCTION told_at(timestamptz, bigint);
"""


def kept(forward: bool) -> str:
    """What is only ever added to (``append_only`` is the kernel's)."""
    if not forward:
        return "".join(f"DROP TRIGGER append_only ON fund_{name};" for name in KEPT)
    trigger = (
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON fund_{} FOR EACH ROW EXECUTE FUNCTION append_only();"
    )
    return "".join(trigger.format(name) for name in KEPT)


class Migration(migrations.Migration):
    dependencies = [("fund", "0001_initial"), ("cases", "0002_history")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD), migrations.RunSQL(kept(True), kept(False))]
