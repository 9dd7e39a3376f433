"""Receipts that anybody can try: what was handed in, as a JSON Web Signature with Ed25519 (RFC 7515, RFC 8037).

The chain of events and the day’s seals show that nothing is changed to whoever runs the portal; a signature shows it to whoever does not.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from jwt.algorithms import OKPAlgorithm

from fund.models import Application, Approval, Submission

ALGORITHM = "EdDSA"
SIGNED = re.compile(rb"(?<![\w-])eyJ[\w-]{20,400}\.[\w-]{20,8000}\.[\w-]{20,200}")
"""A signed receipt, wherever it stands: among other text, or in a PDF that nobody then has to unpack."""


def sign_receipt(application: Application, submission: Submission, approval: Approval | None, paper: bytes) -> str:
    """What was handed in and when, signed with the portal's first key. It names nobody.

    ``sha256`` is that of the content (``Submission``), ``paper`` that of the PDF, ``amount`` SEK, ``handed_in`` UTC, and ``approved`` what
    the manager said: null if nothing. The same receipt gives the same text.
    """
    said = {
        "iss": settings.BASE_URL,
        "sub": application.reference,
        "call": application.call.title,
        "edition": submission.edition,
        "number": submission.number,
        "handed_in": submission.at.isoformat(),
        "amount": submission.amount,
        "approved": approval and approval.approves,
        "sha256": submission.sha256,
        "paper": hashlib.sha256(paper).hexdigest(),
    }
    key = next(_keys())
    return jwt.encode(said, key, algorithm=ALGORITHM, headers={"kid": _name_of(key)})


def read_receipt(data: bytes) -> dict[str, Any] | None:
    """What the receipt in the text or the file says, if one of the portal's keys signed just that; otherwise None."""
    found = SIGNED.search(data) or SIGNED.search(b"".join(data.split()))
    if found is None:
        return None
    for key in _keys():
        with suppress(jwt.InvalidTokenError):
            said: dict[str, Any] = jwt.decode(found[0], key.public_key(), algorithms=[ALGORITHM])
            return said
    return None


def public_keys() -> dict[str, Any]:
    """What anybody can try a receipt by, elsewhere than here (JWK set, RFC 7517)."""
    told = {"use": "sig", "alg": ALGORITHM}
    return {"keys": [{**_public(key), **told, "kid": _name_of(key)} for key in _keys()]}


def stamp(pdf: bytes, receipt: str) -> bytes:
    """Put the signed receipt in the file, in plain letters, so that the file itself can be tried."""
    import pikepdf  # 10 MB, which a process that prints nothing need not bear

    stamped = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as file:
        file.docinfo["/Receipt"] = receipt
        file.save(stamped, object_stream_mode=pikepdf.ObjectStreamMode.disable, deterministic_id=True)
    return stamped.getvalue()


def _keys() -> Iterator[Ed25519PrivateKey]:
    """The first signs; receipts of all can be tried."""
    for secret in settings.RECEIPT_KEYS:
        yield Ed25519PrivateKey.from_private_bytes(hashlib.sha256(secret.encode()).digest())


def _public(key: Ed25519PrivateKey) -> dict[str, Any]:
    return dict(OKPAlgorithm.to_jwk(key.public_key(), as_dict=True))


def _name_of(key: Ed25519PrivateKey) -> str:
    """The thumbprint of the public key (RFC 7638), in hexadecimal."""
    required = {name: _public(key)[name] for name in ("crv", "kty", "x")}
    return hashlib.sha256(json.dumps(required, separators=(",", ":")).encode()).hexdigest()
