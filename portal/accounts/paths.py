"""Where somebody was going when they were asked to sign in: only ever a page of the portal."""

from django.contrib.auth.mixins import LoginRequiredMixin
from django.urls import Resolver404, resolve
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 500
"""Characters: it stands in a letter, which anyone can have sent to anyone."""


def path_here(url: str) -> str:
    """The address if it is a path of this site, otherwise nothing."""
    is_path = url.startswith("/") and len(url) <= LONGEST and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if is_path else ""


def asks_for_sign_in(url: str) -> bool:
    """Whether it is the path of a page for those who are signed in alone."""
    try:
        view = resolve(path_here(url).partition("?")[0]).func
    except Resolver404:
        return False
    return issubclass(getattr(view, "view_class", object), LoginRequiredMixin)
