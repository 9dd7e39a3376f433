"""The terms that a host begins from, published so that everyone knows them beforehand (B4-8), and the digest of terms."""

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from testbeds.models import PARTS, Agreement, TestRequest

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MODEL_TERMS: "Mapping[str, StrOrPromise]" = {
    "rights": gettext_lazy(
        "What each side brings stays theirs. Who tests owns the results about their own solution; the Region may use and publish the "
        "results of the test, except what is marked as trade secrets."
    ),
    "data": gettext_lazy(
        "No personal data are used without a written basis and, where it is needed, a data processing agreement. What is collected is "
        "deleted when the result has been handed in, unless the law says otherwise."
    ),
    "insurance": gettext_lazy(
        "Who tests is insured for harm that their equipment does. The Region is insured for its own staff and premises."
    ),
    "cost": gettext_lazy("Each side bears its own costs, besides the fee of the testbed."),
    "ending": gettext_lazy(
        "Either side may end the test at once where safety or care calls for it, and otherwise with two weeks’ notice, in writing. The "
        "test gives no advantage in a later procurement."
    ),
}


def first_terms(request: TestRequest) -> dict[str, str]:
    """What a new version begins with: the version before it, or the model terms with what the testbed costs."""
    before = request.agreements.filter(waived="").order_by("-number").first()
    if before is not None:
        return {part: getattr(before, part) for part in PARTS}
    terms = {part: str(text) for part, text in MODEL_TERMS.items()}
    if request.testbed.fee:
        fee = _("The fee is SEK %(fee)s an hour.") % {"fee": request.testbed.fee}
        terms["cost"] = f"{terms['cost']} {fee}"
    return terms


def terms_of(agreement: Agreement) -> dict[str, str | int]:
    """What is signed: which request and version it is of, and the terms word for word."""
    told: dict[str, str | int] = {
        "request": agreement.request_id,
        "number": agreement.number,
        "waived": agreement.waived,
    }
    return told | {part: getattr(agreement, part) for part in PARTS}


def digest_of(terms: Mapping[str, str | int]) -> str:
    """SHA-256 of the terms as JSON with sorted keys."""
    return hashlib.sha256(json.dumps(terms, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
