"""Drafts: begun, saved a few fields at a time, discarded."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.actions.documents import delete_file
from portal.cases.actions.history import write_event
from portal.cases.actions.merging import merge
from portal.cases.errors import Refused
from portal.cases.models import Case, CaseLink, Document, Event
from portal.cases.rules import in_writing
from portal.cases.states import Confidentiality
from portal.cases.verdicts import no
from portal.organisation.models import Unit

SomeCase = TypeVar("SomeCase", bound=Case)


@transaction.atomic
def begin_case(*, model: type[SomeCase], owner: User | None, unit: Unit, **fields: Any) -> SomeCase:
    """Begin a draft of the kind; it has no number and no history until it is submitted. Closed, if the kind's drafts are."""
    kind = kinds.of_model(model)
    if kind.flow.start in kind.flow.closed:
        fields["confidentiality"] = Confidentiality.RESTRICTED
    case = model(kind=kind.key, state=kind.flow.start, owner=owner, unit=unit, **fields)
    case.body = body_of(case)
    case.save(force_insert=True)
    return case


@transaction.atomic
def save_draft(
    *,
    case: SomeCase,
    values: Mapping[str, Any],
    version: int,
    person: User | None,
    keep: Mapping[str, int] | None = None,
) -> SomeCase:
    """Save changed fields; return the case with its new version. ``version`` and ``keep`` are those of ``merge``.

    Raises Conflict when someone else has saved the same field, Refused when the text is no longer the author's to change.
    """
    Case.objects.hold(case.pk)
    fresh: Any = kinds.by_key(case.kind).model.objects.select_related("unit").get(pk=case.pk)
    if not (verdict := in_writing(fresh)):
        raise Refused(verdict)
    changed = merge(fresh, values=values, version=version, keep=keep or {})
    if changed:
        fresh.body = body_of(fresh)
        fresh.save()
        if fresh.opened_at is not None:
            write_event(case=fresh, person=person, move="text_changed", data={"fields": changed})
    return cast(SomeCase, fresh)


@transaction.atomic
def discard_draft(*, case: Case) -> None:
    """Delete a draft that was never submitted, with its files; it is no official document (TF 2:12). Raises Refused for anything else."""
    locked = Case.objects.lock(case.pk)
    if locked.opened_at is not None or Event.objects.filter(case=locked).exists():
        raise Refused(no(_("Only a draft that was never submitted can be discarded.")))
    for document in Document.objects.filter(case=locked):
        delete_file(document)
    CaseLink.objects.filter(Q(source=locked) | Q(target=locked)).delete()
    kinds.by_key(case.kind).model.objects.filter(pk=case.pk).delete()


def body_of(case: Case) -> str:
    """What the kind adds to the text that is searched."""
    return "\n".join(case.text_of(name) for name in case.searches)
