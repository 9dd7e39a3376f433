"""The frozen rows as charts. Altair costs 80 MB, and what it draws with more: only a worker that draws imports this."""

from decimal import Decimal

from django.utils.translation import gettext as _

from followup.models import FrozenIndicator
from followup.queries import Snapshot
from followup.tables import per_part
from portal.paper.charts import bar_chart
from portal.paper.tables import HIDDEN, Chart, Table

MOST_BARS = 10


def chart_of(snapshot: Snapshot, indicator: FrozenIndicator) -> Chart | None:
    """The indicator over the parts in the active language, the highest first; None where no part has anything that is shown."""
    table = per_part(snapshot, indicator)
    rows = sorted((row[:2] for row in table.rows if row[1] and row[1] != HIDDEN), key=lambda row: -Decimal(str(row[1])))
    if not rows:
        return None
    title = table.caption
    if len(rows) > MOST_BARS:
        title = _("%(figure)s: the %(number)s highest") % {"figure": title, "number": MOST_BARS}
    return bar_chart(Table(title, table.columns[:2], rows[:MOST_BARS]))
