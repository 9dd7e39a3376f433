"""Documents of a case: added, withdrawn."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases.actions.diary import enter_in_diary
from portal.cases.actions.history import write_event
from portal.cases.errors import Refused
from portal.cases.models import Case, Document
from portal.cases.rules import has_room
from portal.cases.states import Audience, Direction
from portal.cases.uploads import Accepted
from portal.cases.verdicts import no


def add_document(
    *,
    case: Case,
    file: "UploadedFile[Any]",
    accepted: Accepted,
    person: User | None,
    title: str = "",
    audience: Audience = Audience.AUTHOR,
    provision: str = "",
    direction: Direction = Direction.IN,
) -> Document:
    """Store a file that ``uploads.inspect`` has accepted. Once the case is submitted, the history and the diary tell of it.

    Raises Refused when the case is full. A file whose row could not be written is taken away again.
    """
    document = Document(
        case_id=case.pk,
        title=title or accepted.safe_name,
        name=accepted.safe_name,
        content_type=accepted.content_type,
        size=accepted.size,
        sha256=accepted.sha256,
        audience=audience,
        provision=provision,
        added_by=person,
    )
    document.file.save(accepted.safe_name, file, save=False)
    try:
        _enter(document, person, direction)
    except BaseException:
        document.file.storage.delete(str(document.file.name))
        raise
    return document


@transaction.atomic
def _enter(document: Document, person: User | None, direction: Direction) -> None:
    case = Case.objects.lock(document.case_id)
    if not (verdict := has_room(case)):
        raise Refused(verdict)
    document.audience = case.audience_for(Audience(document.audience))
    document.save()
    if case.opened_at is None:
        return
    data = {**_told(document), "sha256": document.sha256}
    write_event(case=case, person=person, move="document_added", data=data, internal=document.is_internal)
    enter_in_diary(case=case, direction=direction, concerns=document.title, person=person, document=document)


@transaction.atomic
def withdraw_document(*, document: Document, person: User, reason: str = "") -> None:
    """Take a document out of use. In a draft it is deleted; a submitted one is kept with a trace, since it may be an official document
    (TF 2:9) and only a decision on disposal lets it be destroyed (arkivlagen 1990:782). Withdrawing twice changes nothing.

    Raises Refused for a document that the kind keeps, such as a frozen report.
    """
    case = Case.objects.lock(document.case_id)
    fresh = Document.objects.get(pk=document.pk)
    if fresh.withdrawn_at is not None:
        return
    if case.opened_at is None:
        delete_file(fresh)
        return
    whole = case.as_kind()
    if fresh.pk in whole.kind_info.kept_in(whole):
        raise Refused(no(_("This document is part of what was handed in or decided, so it stays as it is.")))
    fresh.withdrawn_at = timezone.now()
    fresh.save(update_fields=["withdrawn_at"])
    write_event(
        case=case,
        person=person,
        move="document_withdrawn",
        note=reason,
        data=_told(fresh),
        internal=fresh.is_internal,
    )


def bring_back(*, document: Document, person: User | None) -> None:
    """A withdrawn document is in use again, with a trace. For an effect, which holds the lock; nothing happens to one that is in use."""
    if document.withdrawn_at is None:
        return
    document.withdrawn_at = None
    document.save(update_fields=["withdrawn_at"])
    case, data, internal = document.case, _told(document), document.is_internal
    write_event(case=case, person=person, move="document_restored", data=data, internal=internal)


def _told(document: Document) -> dict[str, Any]:
    """For the history: the audience goes with the title, so that only those who may read the document are told what it is called."""
    return {"document": document.pk, "title": document.title, "audience": document.audience}


def delete_file(document: Document) -> None:
    """Delete the row now and the file once that is committed. For documents of drafts only."""
    storage, name = document.file.storage, str(document.file.name)
    document.delete()
    transaction.on_commit(lambda: storage.delete(name))
