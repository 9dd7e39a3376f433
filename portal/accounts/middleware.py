"""What holds on every page of a signed-in person: the session has time left, power has shown a second factor, and nothing is cached."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts.rules import has_second_factor, needs_second_factor
from portal.accounts.sessions import SECOND_FACTOR, SIGNED_IN_AT

Next = Callable[[HttpRequest], HttpResponse]
REFRESH = 60  # seconds: the cookie is renewed no more often


class SessionLimits:
    """Ends a session after an idle hour, and twelve hours after sign-in whatever happens (ASVS 7.3).

    The time of sign-in stands in the session. When the person was last seen stands in a cookie of its own, signed and bound to the
    session: so reading a page writes no row, and the limit holds while Valkey is down. Where that cookie is missing or not ours,
    the time of sign-in counts, so leaving it out gains nothing.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if SESSION_KEY not in request.session:
            return self.get_response(request)
        now, since = time.time(), float(request.session.get(SIGNED_IN_AT, 0))
        idle = now - max(since, last_seen(request))
        if now - since > settings.SESSION_ABSOLUTE_SECONDS or idle > settings.SESSION_IDLE_SECONDS:
            logout(request)
            messages.info(request, _("You have been signed out, because it was long since you did something here."))
            return self.get_response(request)
        response = self.get_response(request)
        if SESSION_KEY in request.session and now - last_seen(request) > REFRESH:
            mark_seen(request, response)
        return response


class PrivatePages:
    """Keeps what a signed-in person reads out of every cache, so that the next one at a shared computer finds nothing (ASVS 14.3.2).

    A view that says something else about its answer is believed.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if SESSION_KEY in request.session:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


def last_seen(request: HttpRequest) -> float:
    """Seconds since 1970; 0 if the cookie is missing, forged or belongs to another session."""
    try:
        return float(_signer(request).unsign(request.COOKIES.get(settings.SEEN_COOKIE_NAME, "")))
    except (BadSignature, ValueError):
        return 0.0


def mark_seen(request: HttpRequest, response: HttpResponse) -> None:
    response.set_cookie(
        settings.SEEN_COOKIE_NAME,
        _signer(request).sign(str(int(time.time()))),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _signer(request: HttpRequest) -> Signer:
    return Signer(salt=f"portal.seen:{request.session.session_key}")


class SecondFactor:
    """Sends staff with power to set up a second factor before anything else; an API call gets 403 (ASVS 6.3.3).

    Signing in asks for the second factor of those who have one; this is for those who have none yet. Costs the standing, which the
    page reads anyway, and one query until the next sign-in of someone who has just set one up.
    """

    OPEN = frozenset(
        {
            "account_logout",
            "account_reauthenticate",
            "account_email",
            "set_language",
            "pages:accessibility",  # the law wants the statement to be within reach (2018:1937 13 §)
            "pages:colours",
        }
    )

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if (
            not settings.MFA_REQUIRED
            or name in self.OPEN
            or name.startswith("mfa_")
            or not request.user.is_authenticated
        ):
            return None
        shown = request.session.get(SECOND_FACTOR, False)
        if shown or not needs_second_factor(request.user) or has_second_factor(request.user):
            return None
        if request.path.startswith("/api/"):
            raise PermissionDenied
        messages.warning(request, _("Your office asks for two-step sign-in. Set it up here, then you can go on."))
        return HttpResponseRedirect(reverse("mfa_index"))
