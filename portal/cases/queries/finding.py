"""Finding one case by what people write: the diary number in any dress, or the id of a draft."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, cast

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case as SqlCase
from django.db.models import Expression, Q, QuerySet, Value, When

from portal.accounts.models import User
from portal.cases import kinds
from portal.cases.errors import NotVisible
from portal.cases.kinds import Kind
from portal.cases.models import Case
from portal.cases.who import ALL, NONE, Who

REFERENCE = r"[^\W_]{1,8}[ /\u2010-\u2015-]{1,3}\d{4}[ /\u2010-\u2015-]{1,3}\d{1,9}"
_PARTS = re.compile(r"\s*([^\W_]{1,8})[\s/\u2010-\u2015-]+(\d{4})[\s/\u2010-\u2015-]+(\d{1,9})\s*")


def reference_in(text: str) -> str | None:
    """The diary number that the text is, as it is stored: ``hsn–2026/42`` is ``HSN 2026-0042``. None if the text is anything else."""
    found = _PARTS.fullmatch(text)
    return f"{found[1].upper()} {found[2]}-{int(found[3]):04d}" if found else None


def find_case(text: str, person: User | AnonymousUser) -> Case:
    """The case with that number or id, if the person may see it (one query). Raises NotVisible."""
    found = Case.objects.visible_to(person).filter(**_lookup(text)).first()
    if found is None:
        raise NotVisible
    return found


def read_case(
    text: str, person: User | AnonymousUser, whos: Callable[[Kind], Iterable[Who]]
) -> tuple[Any, Mapping[str, bool]]:
    """The case as its own kind, with its considerations, and which of the Whos the person belongs to on it, by key.

    Two queries. Raises NotVisible.
    """
    place = Case.objects.filter(**_lookup(text)).values_list("kind", "pk").first()
    if place is None:
        raise NotVisible
    kind = kinds.by_key(place[0])
    asked = Belonging(whos(kind))
    seen = kind.model.objects.visible_to(person).select_related("unit", "owner", "holder", "considerations")
    case = asked.on(seen, person).filter(pk=place[1]).first()
    if case is None:
        raise NotVisible
    return case, asked.read(partial(getattr, case))


class Belonging:
    """To which of some Whos a person belongs, case by case. What the Whos are made of are columns of the query; the rest follows."""

    def __init__(self, whos: Iterable[Who]) -> None:
        self.whos = {who.key: who for who in whos}
        atoms = {atom.key: atom for who in self.whos.values() for atom in who.atoms()}
        self.columns = {f"who_{number}": atom for number, atom in enumerate(atoms.values())}

    def on(self, cases: "QuerySet[Any]", person: User | AnonymousUser) -> "QuerySet[Any]":
        columns = {column: _as_column(atom(person)) for column, atom in self.columns.items()}
        return cast("QuerySet[Any]", cases.annotate(**columns))

    def read(self, value_of: Callable[[str], bool]) -> dict[str, bool]:
        """By the Whos' keys, from a row."""
        held = {atom.key: value_of(column) for column, atom in self.columns.items()}
        return {key: who.follows(held) for key, who in self.whos.items()}


def _as_column(condition: Q) -> Expression:
    if condition is NONE or condition is ALL:
        return Value(condition is ALL)
    return SqlCase(When(condition, then=Value(True)), default=Value(False))


def _lookup(text: str) -> dict[str, Any]:
    if text.isdecimal():
        return {"pk": int(text)}
    reference = reference_in(text)
    if reference is None:
        raise NotVisible
    return {"reference": reference}
