"""Receipts for authors without an account: with the diary number and a code they follow their case and answer questions."""

from django.db import transaction
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from portal.cases.models import Case, CaseContact

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is mistaken for another when read aloud or copied by hand
GROUPS, IN_GROUP = 3, 4
"""Sixty bits: not to be guessed, whatever the speed."""


def code_for(case_id: int) -> str:
    """For example "K7QF-2MXA-9TRD". Drawn from the portal's secret and the case, so that the e-mail with the receipt, which is sent
    later by a worker, can repeat what the page has shown although it is stored nowhere."""
    drawn = salted_hmac("portal.cases.receipt.code", str(case_id), algorithm="sha256").digest()
    signs = [ALPHABET[byte % len(ALPHABET)] for byte in drawn[: GROUPS * IN_GROUP]]
    return "-".join("".join(signs[place : place + IN_GROUP]) for place in range(0, len(signs), IN_GROUP))


@transaction.atomic
def give_receipt(*, case: Case, name: str = "", email: str = "") -> str:
    """Keep how to reach the author, in the language in use, and return the code. It is shown once: only its keyed hash is stored."""
    code = code_for(case.pk)
    language = (translation.get_language() or "sv")[:2]
    CaseContact.objects.create(case_id=case.pk, code_hash=_hash(code), name=name, email=email, language=language)
    return code


def case_of_receipt(*, reference: str, code: str) -> Case | None:
    """The case as its own kind, if number and code belong together. Written in any case, with or without hyphens and spaces."""
    number = reference.strip().upper().replace("–", "-").replace("/", "-")  # people paste an en dash
    contact = CaseContact.objects.select_related("case").filter(case__reference=_spaced(number)).first()
    if contact is None or not constant_time_compare(contact.code_hash, _hash(code)):
        return None
    return contact.case.as_kind()


def _spaced(number: str) -> str:
    """ "RS-2026-0012" and "RS 2026-0012" are the same number."""
    prefix, _, rest = number.replace(" ", "-").partition("-")
    return f"{prefix} {rest}"


def _hash(code: str) -> str:
    plain = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return salted_hmac("portal.cases.receipt", plain, algorithm="sha256").hexdigest()
