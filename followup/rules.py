"""Guards of the annual report."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from followup.models import Example, Report
from followup.queries import still_told
from portal.accounts.models import User
from portal.cases.models import Document
from portal.cases.verdicts import YES, Verdict, no


def drawn(report: Report) -> Verdict:
    """Both files are made."""
    return YES if report.pdf_id and report.xlsx_id else no(_("The report has not been drawn yet."))


def handed_out(document: Document, person: User | AnonymousUser) -> Verdict:
    """A printed report names cases: who may not see one of them, because it was closed since, does not get it (OSL 2009:400; one query)."""
    if not Example.objects.filter(report__pdf=document.pk).exclude(still_told(person)).exists():
        return YES
    return no(
        _(
            "This version of the report names a case that is no longer open to everyone, so the PDF is held back. "
            "The report can be read on its page and in the spreadsheet. A later version leaves the case out."
        )
    )
