"""Finding one case by what people write: the diary number in any dress, or the id of a draft."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case as SqlCase
from django.db.models import Expression, Q, QuerySet, Value, When

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.errors import NotVisible
from portal.cases.kinds import Kind
from portal.cases.models import Case, CaseGrant
from portal.cases.settling import settled
from portal.cases.who import ALL, NONE, Who
from portal.organisation.asking import worded_for_anyone
from portal.organisation.standing import NO_STANDING, standing_of
from portal.wording import worded_once

REFERENCE = r"[^\W_]{1,8}[ /\u2010-\u2015-]{1,3}\d{4}[ /\u2010-\u2015-]{1,3}\d{1,9}"
_PARTS = re.compile(r"\s*([^\W_]{1,8})[\s/\u2010-\u2015-]+(\d{4})[\s/\u2010-\u2015-]+(\d{1,9})\s*")


def reference_in(text: str) -> str | None:
    """The diary number that the text is, as it is stored: ``hsn–2026/42`` is ``HSN 2026-0042``. None if the text is anything else."""
    found = _PARTS.fullmatch(text)
    return f"{found[1].upper()} {found[2]}-{int(found[3]):04d}" if found else None


def find_case(text: str, person: User | AnonymousUser) -> Case:
    """The case with that number or id, if the person may see it (one query). Raises NotVisible."""
    found = Case.objects.visible_to(person).filter(**asked_by(text)).first()
    if found is None:
        raise NotVisible
    return found


def read_case(
    asked: Mapping[str, Any], person: User | AnonymousUser, whos: Callable[[Kind], Iterable[Who]]
) -> tuple[Any, Mapping[str, bool]]:
    """The case asked for as its own kind, with its considerations and those ``named`` on it; and to which of the Whos, by key, the person
    belongs on it.

    Three queries, four where other tables must be asked who belongs. Raises NotVisible, after the first: a case that is hidden costs
    what one that does not exist does, so the clock tells neither from the other.
    """
    ((column, value),) = (one for one in asked.items() if one[0] != "kind")
    for key, pk in _places(column, value, asked.get("kind", ""), person):
        kind = kinds.by_key(key)
        for case in _whole(kind.model, pk):
            case.named = _named(pk)
            if held := whos_held(case, person, whos(kind)):
                return case, held
    raise NotVisible


@worded_for_anyone("value")
def _places(column: str, value: int | str, kind: str, person: User | AnonymousUser) -> QuerySet[Any]:
    """The kind and the id of the case of which the column says that, if it is of the kind, or of any, and the person may see it."""
    of_kind = {"kind": kind} if kind else {}
    return Case.objects.visible_to(person).filter(**{column: value}, **of_kind).values_list("kind", "pk")


@worded_once("pk")
def _whole(model: type[Case], pk: int) -> QuerySet[Any]:
    return model.objects.filter(pk=pk).select_related(*model.read_with, "considerations")


@worded_once("pk")
def _named(pk: int) -> QuerySet[CaseGrant]:
    return CaseGrant.objects.filter(content_object=pk).select_related("user", "permission").order_by("user__name")


def whos_held(case: Case, person: User | AnonymousUser, whos: Iterable[Who]) -> dict[str, bool]:
    """For each Who, by key: does the person belong to it on this case? Empty if the person may not see the case.

    The case must be as the database has it. What its own columns decide costs nothing; the rest costs one query.
    """
    seen_by = case.kind_info.model.seen_by
    asked = {who.key: who for who in (seen_by, *whos)}
    atoms = {atom.key: atom for who in asked.values() for atom in who.atoms()}
    conditions = {key: settled(atom(person), case) for key, atom in atoms.items()}
    held = {key: condition is ALL for key, condition in conditions.items()}
    if left := [key for key, condition in conditions.items() if condition is not ALL and condition is not NONE]:
        columns = {f"who_{number}": as_column(conditions[key]) for number, key in enumerate(left)}
        held |= zip(
            left, type(case).objects.filter(pk=case.pk).annotate(**columns).values_list(*columns).get(), strict=True
        )
    if standing_of(person) is NO_STANDING or not seen_by.follows(held):
        return {}
    return {key: who.follows(held) for key, who in asked.items()}


def as_column(condition: Q) -> Expression:
    """True or false for each row."""
    return SqlCase(When(condition, then=Value(True)), default=Value(False))


def asked_by(text: str) -> dict[str, Any]:
    """The columns that the number or id names. Raises NotVisible for what is neither."""
    if text.isdecimal():
        return {"pk": int(text)}
    reference = reference_in(text)
    if reference is None:
        raise NotVisible
    return {"reference": reference}
