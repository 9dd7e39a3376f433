"""The processes of the fund."""

from django.utils.translation import gettext_lazy as _

from fund import panels
from fund.flow.application import ApplicationFlow
from fund.flow.call import CallFlow
from portal.cases.kinds import Addition, Panel, add_everywhere

__all__ = ["ApplicationFlow", "CallFlow"]

add_everywhere(
    "fund",
    Addition(
        panel=lambda kind: Panel("fund/outcome/led_to.html", kind.model.seen_by, panels.led_panel),
        verbs={"external_report_due": _("A report to a financier is due")},
    ),
)
