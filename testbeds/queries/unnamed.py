"""Texts about a test for those who are not to learn who tested."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.cases import personal
from testbeds.models import TestRequest

FORMS = re.compile(
    r"\b(?:aktiebolag|AB|HB|KB|Ek\.? ?f\u00f6r\.?|Ltd|Inc|GmbH|Oy|ApS|A/S|AS)\b\.?(?:\s*\(publ\))?", re.IGNORECASE
)
"""Legal forms, which people leave out when they write of a company."""
SHORTEST = 3
"""A shorter name is a part of too many words."""


def without_names(text: str, request: TestRequest) -> str:
    """The text without personal identity numbers, and without who tested: the person, and the organisation unless it may be named."""
    people = _people(request)
    if found := _either(_names(request, people)):
        text = re.sub(rf"(?<!\w)(?:{found})\w*", _("[name left out]"), text, flags=re.IGNORECASE)
    if parts := _either(part for person in people for part in _parts_of(request, person)):
        text = re.sub(rf"(?<!\w)(?:{parts})s?(?!\w)", _("[name left out]"), text)
    return personal.mask(text)


def _either(names: Iterable[str]) -> str:
    """A pattern for any of the names, the longest first; empty if none is long enough."""
    told = {name for one in names if len(name := one.strip(" ,.-")) >= SHORTEST}
    return "|".join(re.escape(one) for one in sorted(told, key=len, reverse=True))


def _people(request: TestRequest) -> list[User]:
    """Who tested: the owner and the co-authors (no query where those ``named`` on the case are read with it)."""
    named = getattr(request, "named", None)
    grants = request.grants.select_related("user", "permission") if named is None else named
    coauthors = [grant.user for grant in grants if grant.permission.codename == "coauthor_case"]
    return [*([request.owner] if request.owner else []), *coauthors]


def _names(request: TestRequest, people: Iterable[User]) -> set[str]:
    """As they can be written; the name of who tested stands for both person and organisation where there is none."""
    names = {request.phone, *(name for one in people for name in (one.email, one.username))}
    names |= {one.name for one in people if not _is_told(request, one)}
    if not request.may_be_named:
        number = request.orgnr
        names |= {request.organisation, FORMS.sub("", request.organisation), number, number.replace("-", "")}
    return names


def _parts_of(request: TestRequest, person: User) -> list[str]:
    """First name and surname, each alone; looked for as they are written, since many a name is a word as well."""
    return [] if _is_told(request, person) else re.findall(r"[^\W\d_]+", person.name)


def _is_told(request: TestRequest, person: User) -> bool:
    """The person has said yes to being named: there is no organisation to name instead."""
    return request.may_be_named and not request.organisation and person.pk == request.owner_id
