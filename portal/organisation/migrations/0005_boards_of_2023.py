"""The boards that came with the term of 2023, and the one before them: Tillväxt- och regionplanenämnden, whose cases Klimat- och
regionutvecklingsnämnden took over.

Sources: the Region's annual report for 2019 and its pages of 2023. What an administrator has changed since is left as it is.
"""

import datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BEFORE, TERM = datetime.date(2020, 1, 1), datetime.date(2023, 1, 1)


def add_term(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    units = apps.get_model("organisation", "Unit").objects
    units.filter(code__in=("KRN", "PVN"), valid_from=BEFORE).update(valid_from=TERM)
    if not units.filter(code="TRN").exists() and not units.filter(prefix="TRN").exists():
        units.create(
            code="TRN", kind="namnd", prefix="TRN", name="Tillväxt- och regionplanenämnden", name_en="Growth and Regional Planning Board",
            parent=units.filter(code="REGION").first(), valid_from=BEFORE, valid_to=TERM - datetime.timedelta(days=1),
            successor=units.filter(code="KRN").first(),
        )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("organisation", "0004_history")]
    operations = [migrations.RunPython(add_term, migrations.RunPython.noop)]
