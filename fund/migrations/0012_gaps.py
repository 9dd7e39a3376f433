"""The approval of a payment can be taken back until it is paid; who stands as having approved is still never another."""

from django.db import migrations

HELD, FREE = "NEW.approved_by_id)", "coalesce(NEW.approved_by_id, OLD.approved_by_id))"


def reworded(before: str, after: str) -> str:
    function = f"replace(pg_get_functiondef('instalment_in_order'::regproc), '{before}', '{after}')"
    return f"DO $do$ BEGIN EXECUTE {function}; END $do$"


class Migration(migrations.Migration):
    dependencies = [("fund", "0011_late_by_another")]
    operations = [migrations.RunSQL(reworded(HELD, FREE), reworded(FREE, HELD))]
