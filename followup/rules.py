"""Guards of the annual report."""

from django.utils.translation import gettext_lazy as _

from followup.models import Report
from portal.cases.verdicts import YES, Verdict, no


def drawn(report: Report) -> Verdict:
    """Both files are made."""
    return YES if report.pdf_id and report.xlsx_id else no(_("The report has not been drawn yet."))
