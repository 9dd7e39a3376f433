"""The list of requests for tests as a table."""

from django.utils.translation import gettext_lazy as _

from portal.cases.tables import CaseTable


class RequestTable(CaseTable):
    """Of one kind, so the kind is not said on each row."""

    caption = _("Requests for tests, the latest first unless you choose otherwise")

    class Meta(CaseTable.Meta):
        empty_text = _("There is nothing here that you may see. Take away a filter.")
        exclude = ("kind",)
