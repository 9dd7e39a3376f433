"""Reading a person's own things."""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User

# The first that matches: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrome": "Chrome",
    "CriOS": "Chrome",
    "Safari": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "macOS",
    "Linux": "Linux",
}


@dataclass(frozen=True)
class SignIn:
    """One place where the person is signed in."""

    since: datetime
    browser: str
    ip: str
    current: bool


def sign_ins_of(person: User, current: str | None) -> list[SignIn]:
    """Where the person is signed in, the newest first; ``current`` is the key of this session. One query."""
    live = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    rows = UserSession.objects.filter(Exists(live), user=person).order_by("-created_at")
    return [SignIn(row.created_at, browser_name(row.user_agent), row.ip, row.session_key == current) for row in rows]


def browser_name(user_agent: str) -> str:
    """ "Firefox, Windows" from what a browser says of itself."""
    browser = next(
        (name for sign, name in _BROWSERS.items() if re.search(rf"\b{sign}/", user_agent)), _("another browser")
    )
    system = next((name for sign, name in _SYSTEMS.items() if sign in user_agent), "")
    return f"{browser}, {system}" if system else browser
