"""Who is writing where, at this moment. Kept in the cache for seconds: nobody needs it afterwards, and without it the page works."""

from collections.abc import Iterable

from django.core.cache import cache
from django.utils.translation import gettext as _

from portal.accounts.models import User

LIFE = 20
"""Seconds. The script tells where its writer is about every fifth second."""
LONGEST = 60


def note_presence(*, case: int, person: User, field: str) -> None:
    """The person’s cursor stands in the field; in none when it is empty."""
    if field:
        cache.set(_key(case, person.pk), (field[:LONGEST], str(person)), LIFE)
    else:
        cache.delete(_key(case, person.pk))


def others_present(*, case: int, among: Iterable[int], person: User) -> dict[str, str]:
    """A sentence for each field in which somebody else, among those who write the case, is writing (one look in the cache)."""
    found = cache.get_many([_key(case, other) for other in among if other != person.pk])
    names: dict[str, list[str]] = {}
    for field, name in found.values():
        names.setdefault(field, []).append(name)
    return {field: _("%(who)s is writing here.") % {"who": ", ".join(sorted(who))} for field, who in names.items()}


def _key(case: int, person: int) -> str:
    return f"fund:writing:{case}:{person}"
