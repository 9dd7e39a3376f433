"""What every page's template knows."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.notices.queries import COUNTED, unread_count
from portal.pages.navigation import Line, lines_for, read_more
from portal.pages.states import Colours


class House:
    """The frame around a page. Made anew for each request; only ``unread`` costs a query, and only when it is shown."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @property
    def contact(self) -> dict[str, str]:
        return settings.CONTACT

    @property
    def user(self) -> User | AnonymousUser:
        """Whoever asks; nobody where the error came before anyone was asked who they are."""
        return getattr(self.request, "user", AnonymousUser())

    @cached_property
    def colours(self) -> str:
        """The scheme the person chose; what a cookie says is nothing until it is one of ours."""
        chosen = self.request.COOKIES.get(settings.COLOURS_COOKIE_NAME, "")
        return chosen if chosen in Colours.values else Colours.AUTO

    @cached_property
    def nav(self) -> list[Line]:
        return list(lines_for(self.user, self.request.path))

    @property
    def menu(self) -> str:
        """What tells one menu from another, but for the language."""
        return " ".join(line.url + line.current for line in self.nav)

    @cached_property
    def unread(self) -> str:
        """How many notices the person has not read: "3", "99+", or empty. One query."""
        count = unread_count(self.user)
        return f"{COUNTED - 1}+" if count == COUNTED else str(count or "")

    @cached_property
    def footer(self) -> list[Line]:
        return [
            Line(_("About the portal"), reverse("pages:about")),
            Line(_("Guides"), reverse("pages:guides")),
            *read_more(),
            Line(_("Find the right contact"), reverse("pages:contacts")),
            Line(_("Diary"), reverse("diary:list")),
            Line(_("Accessibility statement"), reverse("pages:accessibility")),
        ]


def house(request: HttpRequest) -> dict[str, Any]:
    return {"house": House(request)}
