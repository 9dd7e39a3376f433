"""The needs bank and the scanning notes: written, changed, tied to cases."""

from typing import Any, TypeVar

from django.db import transaction

from ideas.models import Gathering, Need, ScanningNote, ScanningTie
from portal.accounts.models import User
from portal.cases.actions.history import write_event
from portal.cases.models import Case

Row = TypeVar("Row", Gathering, Need, ScanningNote)


def save_row(*, row: Row, values: dict[str, Any], person: User) -> Row:
    """Write the row anew, or change it; who wrote it first stays its writer."""
    for name, value in values.items():
        setattr(row, name, value)
    if row.pk is None:
        row.written_by = person
    row.save()
    return row


@transaction.atomic
def tie_note(*, note: ScanningNote, case: Case, person: User) -> ScanningTie:
    """Say that the note bears on the case. The history of the case tells of it inside; saying it twice changes nothing."""
    locked = Case.objects.lock(case.pk)
    tie, made = ScanningTie.objects.get_or_create(note=note, case_id=locked.pk, defaults={"tied_by": person})
    if made:
        _note(locked, "scanning_tied", note, person)
    return tie


@transaction.atomic
def untie_note(*, tie: ScanningTie, person: User) -> None:
    """Undoing twice changes nothing."""
    locked = Case.objects.lock(tie.case_id)
    if ScanningTie.objects.filter(pk=tie.pk).delete()[0]:
        _note(locked, "scanning_untied", tie.note, person)


def _note(case: Case, verb: str, note: ScanningNote, person: User) -> None:
    if case.opened_at is not None:
        write_event(case=case, person=person, move=verb, note=str(note), data={"note": note.pk}, internal=True)
