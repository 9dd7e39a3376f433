"""Noting who opened a case whose kind asks for it."""

from portal.accounts.models import User
from portal.cases.models import Access, Case


def log_access(*, case: Case, person: User | None, what: str, document: int | None = None) -> None:
    """Note that the person, None at the server's terminal, has got the page, file or answer ``what`` of the case.

    Drafts are their authors' own and not noted: a draft that is discarded leaves nothing, and a log that nobody changes would stay.
    """
    if case.kind_info.logs_access and case.opened_at is not None:
        Access.objects.create(case_id=case.pk, person=person, what=what, document_id=document)
