"""Swedish alphabetical order that is the same with and without ICU."""

from django.db.models import CharField, Func, Value
from django.db.models.functions import Collate, Lower

_LETTERS = "ÅÄÖåäöÆæØøÉéÈèÜüÁáÀàÓó"
_PLACES = "{|}{|}||}}eeeeyyaaaaoo"
"""Å, Ä and Ö come after Z, and so do the three characters that follow z in ASCII. Æ and Ø sort as Ä and Ö, accents are passed over."""


def swedish(column: str) -> Collate:
    """A key to order by: ``order_by(swedish("title"))``. Immutable, so it can be indexed; costs a few microseconds a row without index."""
    folded = Func(column, Value(_LETTERS), Value(_PLACES), function="TRANSLATE", output_field=CharField())
    return Collate(Lower(folded), "C")


def swedish_key(text: str) -> str:
    """The same order in Python: ``sorted(names, key=swedish_key)``."""
    return text.translate(str.maketrans(_LETTERS, _PLACES)).lower()
