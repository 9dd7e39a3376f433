"""The first accessibility statement. The law asks for one from the first day; the next version is written in the admin pages."""

from datetime import UTC, date, datetime

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SHORTCOMINGS = """\
- **Bilagor som andra har skickat in.** Vi kan inte se till att varje inskickat dokument är tillgängligt. Behöver du en bilaga i \
tillgänglig form, anmäl det nedan så hjälper vi dig. Kravet är 1.1.1, 1.3.1 och 2.4.2 i WCAG.
- **Namn på handlingar som har kommit in på andra språk** är inte märkta med sitt språk. Kravet är 3.1.2 i WCAG.

Portalen är ännu inte prövad tillsammans med personer som använder hjälpmedel i vardagen.
"""
SHORTCOMINGS_EN = """\
- **Attachments that others have sent in.** We cannot make every document that is handed in accessible. If you need an attachment in \
an accessible form, report it below and we help you. The criteria are 1.1.1, 1.3.1 and 2.4.2 in WCAG.
- **Names of documents received in other languages** are not marked with their language. The criterion is 3.1.2 in WCAG.

The portal has not yet been tried together with people who use assistive technology every day.
"""


def write_statement(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("pages", "AccessibilityStatement").objects.create(
        compliance="partial",
        shortcomings=SHORTCOMINGS,
        shortcomings_en=SHORTCOMINGS_EN,
        assessed_on=date(2026, 11, 21),
        method="self",
        assessor="Regionledningskontoret",
        published_at=datetime(2026, 11, 21, tzinfo=UTC),
    )


class Migration(migrations.Migration):
    dependencies = [("pages", "0001_initial")]

    operations = [migrations.RunPython(write_statement, migrations.RunPython.noop)]
