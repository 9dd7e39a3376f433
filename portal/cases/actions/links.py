"""Ties between cases."""

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.models import Case, CaseLink
from portal.cases.states import Confidentiality, Relation


@transaction.atomic
def tie_cases(*, source: Case, target: Case, relation: Relation, by: User | None, why: str = "") -> CaseLink:
    """Say that the source led to, was joined to, answers or is related to the target, and why; saying it twice changes nothing.

    The histories tell of it as ``_tell_history`` says.
    """
    ends = _lock_both(source, target)
    link, created = CaseLink.objects.get_or_create(
        source_id=source.pk,
        target_id=target.pk,
        relation=relation,
        undone_at=None,
        defaults={"made_by": by, "why": why},
    )
    if created:
        _tell_history(link, ends, "cases_tied", by)
    return link


@transaction.atomic
def untie_cases(*, link: CaseLink, by: User) -> None:
    """Undo a tie; the row stays. Undoing twice changes nothing."""
    ends = _lock_both(link.source, link.target)
    if CaseLink.objects.filter(pk=link.pk, undone_at=None).update(undone_at=timezone.now(), undone_by=by):
        _tell_history(link, ends, "cases_untied", by)


def _lock_both(source: Case, target: Case) -> list[Case]:
    """In the order of their ids, so that two people who tie the same cases never wait for each other."""
    return [Case.objects.lock(pk) for pk in sorted((source.pk, target.pk))]


def _tell_history(link: CaseLink, ends: list[Case], verb: str, by: User | None) -> None:
    """Internal, and by id. Of a draft or a closed case no other history tells, but that of a case which is always closed itself:
    that somebody has something to protect, who it is and since when, would stand there."""
    for end, other in (ends, reversed(ends)):
        told = other.opened_at is not None and other.confidentiality != Confidentiality.RESTRICTED
        if end.opened_at is not None and (told or end.kind_info.never_opens):
            data = {"case": other.pk, "relation": link.relation}
            write_event(case=end, person=by, move=verb, data=data, internal=True)
