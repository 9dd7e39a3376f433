"""Texts about a test for those who are not to learn who tested."""

import re

from django.utils.translation import gettext as _

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
    if found := "|".join(re.escape(one) for one in sorted(_names(request), key=len, reverse=True)):
        text = re.sub(rf"(?<!\w)(?:{found})\w*", _("[name left out]"), text, flags=re.IGNORECASE)
    return personal.mask(text)


def _names(request: TestRequest) -> set[str]:
    """As they can be written; the name of who tested stands for both person and organisation where there is none."""
    person = request.owner
    names = {request.phone, *((person.name, person.email, person.username) if person else ())}
    if not request.may_be_named:
        number = request.orgnr
        names |= {request.organisation, FORMS.sub("", request.organisation), number, number.replace("-", "")}
    elif not request.organisation and person:
        names.discard(person.name)
    return {name for one in names if len(name := one.strip(" ,.-")) >= SHORTEST}
