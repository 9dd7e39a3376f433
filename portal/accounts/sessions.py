"""What is kept in a session about how it began."""

import time
from typing import Any

from django.http import HttpRequest

SIGNED_IN_AT = "signed_in_at"
"""Seconds since 1970."""
SECOND_FACTOR = "second_factor"
"""True once the person has shown a second factor in this session, here or at the Region's own sign-in."""


def note_sign_in(sender: Any, request: HttpRequest, **kwargs: Any) -> None:
    """Receiver of ``user_logged_in``, which is the one place that every way of signing in passes."""
    request.session[SIGNED_IN_AT] = time.time()
